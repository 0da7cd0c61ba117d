"""Screens of the plan."""

from allmende.plan.views.chains import element, step
from allmende.plan.views.elements import add, edit, lint, remove
from allmende.plan.views.versions import discard, draft, publish, restore, version, versions
from allmende.plan.views.whole import index, mark_seen, settings, start

__all__ = [
    "add",
    "discard",
    "draft",
    "edit",
    "element",
    "index",
    "lint",
    "mark_seen",
    "publish",
    "remove",
    "restore",
    "settings",
    "start",
    "step",
    "version",
    "versions",
]
