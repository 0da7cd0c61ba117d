"""A NodeBB forum in memory behind a real loopback HTTP server, as its read API and its write API v3 describe it."""
