"""A server in memory that answers as REST version 10 is documented: channels, a forum, threads, nonces that are remembered."""
