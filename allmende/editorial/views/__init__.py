"""Screens of this room: the calendar and the composer."""
