"""Bluesky, spoken as XRPC to the account's own server (PDS), which passes on what its AppView must answer.

`login` opens the door, `door` asks, `read` and `write` translate, `listen` follows lists and threads.
"""
