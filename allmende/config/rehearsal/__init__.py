"""Practise a crisis on a copy of the community: made by one press, at networks of its own, thrown away at the end (3.10).

The copy is a workspace like any other, so that a declaration, holds, statements, the inbox and the debrief are the real
ones; and not a row of it is the community's. Triggers hold that it reaches no account but the practice network's, and mails
nobody (`crisis/migrations/_barriers.py`).
"""
