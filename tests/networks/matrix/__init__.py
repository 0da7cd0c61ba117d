"""A homeserver that speaks Matrix's client-server API, in memory behind a real loopback HTTP server.

It keeps the ids of transactions for half an hour per log-in, bundles edits, prunes what was redacted, leaves out of /sync
what is too much, and fails on demand.
"""
