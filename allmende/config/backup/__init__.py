"""Backup and restore of a whole installation in one file (`docs/decisions/0020-one-file-backup.md`)."""
