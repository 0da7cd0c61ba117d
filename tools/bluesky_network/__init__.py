"""A whole Bluesky network on this machine, for tests and for trying things out: directory, server, AppView, moderation.

`install` fetches what it needs into the user's cache, `running` starts and ends it, `python -m tools.bluesky_network`
is for people.
"""
