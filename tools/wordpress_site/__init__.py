"""A whole WordPress on this machine, for tests and for trying things out: Debian's WordPress, MariaDB and PHP on loopback.

`running` starts and ends it, `python -m tools.wordpress_site` is for people.
"""
