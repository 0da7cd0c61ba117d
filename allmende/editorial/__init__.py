"""What we say: items, variants per channel, approval and slots."""
