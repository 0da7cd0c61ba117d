"""Settings, addresses, and the `allmende` command."""
