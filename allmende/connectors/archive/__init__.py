"""A community's past as JSON lines (interfaces.md, input rows), read as if it were a network."""
