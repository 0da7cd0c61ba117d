"""A workspace in memory that answers as the Web API is documented: refusals with status 200, threads, reactions, metadata."""
