"""Screens of the channels: do they work, what leaves, what was stopped, what was imported."""
