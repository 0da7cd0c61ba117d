"""The public door: our own page with its comments, deliveries of webhooks."""
