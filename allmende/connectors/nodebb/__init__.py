"""A NodeBB forum by its read API (/api) and write API v3 (https://docs.nodebb.org/api): topics, posts, votes, solutions."""
