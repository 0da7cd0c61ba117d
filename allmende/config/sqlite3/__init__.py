"""SQLite as Django speaks it, with a queue for those who write."""
