"""A small Bluesky in a SQLite file: records, sessions, notifications, threads; written anew from the documented shapes.

`network` keeps it, `views` shows it as an AppView does, `face` speaks XRPC on loopback, with faults on demand.
"""
