"""Spark on this machine, for tests: `install` fetches it into the user's cache, `running` starts a master with two workers and ends them."""
