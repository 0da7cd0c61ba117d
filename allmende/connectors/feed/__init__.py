"""Feeds: RSS 2.0 (and its elders), Atom (RFC 4287), JSON Feed 1.1. Listening only."""
