"""Our own page, which needs no network."""
