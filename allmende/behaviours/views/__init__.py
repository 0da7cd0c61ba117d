"""Screens of this room."""

from allmende.behaviours.views.content import content, content_table
from allmende.behaviours.views.drafts import begin, draft, into_force, look, preview, put_away, revise
from allmende.behaviours.views.files import definition_as_file, series
from allmende.behaviours.views.pages import adopt, definition, examples, index
from allmende.behaviours.views.starts import drop_start, start

__all__ = [
    "adopt",
    "begin",
    "content",
    "content_table",
    "definition",
    "definition_as_file",
    "draft",
    "drop_start",
    "examples",
    "index",
    "into_force",
    "look",
    "preview",
    "put_away",
    "revise",
    "series",
    "start",
]
