"""The suite, room by room."""
