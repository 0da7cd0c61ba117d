"""Screens of this room: the overview and the declaration, the war room, the debrief, what is prepared."""
