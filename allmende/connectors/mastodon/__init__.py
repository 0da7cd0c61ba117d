"""Mastodon, and every other server that speaks its client API (docs.joinmastodon.org): one account at one server.

Trusted is the documented API, not one server's habits: no streaming, no grouped notifications, hardly a field that must
be there.
"""
