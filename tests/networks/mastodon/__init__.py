"""A server that speaks Mastodon's client API, in one SQLite file behind a real loopback HTTP server.

It keeps idempotency keys for an hour, remembers one only when its work is done, and fails on demand.
"""
