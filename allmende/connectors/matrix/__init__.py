"""Matrix by its client-server API (spec.matrix.org, v1.11 and later): one account in chosen rooms, and what is said to it
directly. Encrypted rooms cannot be read, and are never answered in the clear.
"""
