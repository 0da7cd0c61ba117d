"""A Discourse forum in memory behind a real loopback HTTP server, as its API and its own rules describe it."""
