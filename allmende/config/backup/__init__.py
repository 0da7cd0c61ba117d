"""Backup and restore of a whole installation in one file (`docs/decisions/0009-one-file-backup.md`)."""
