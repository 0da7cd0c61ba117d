"""A Matrix server (Synapse) on this machine, for tests: `install` fetches it into the user's cache, `running` starts and ends it."""
