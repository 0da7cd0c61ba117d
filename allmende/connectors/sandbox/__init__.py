"""A complete network in a SQLite file: accounts, threads, gestures, moderation, faults on demand, a public page.

`network` keeps it, `face` shows it on loopback, `people` live in it, and the connector speaks to the face like to
any other server.
"""
