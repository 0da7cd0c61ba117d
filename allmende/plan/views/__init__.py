"""Screens of the plan."""

from allmende.plan.views.chains import element, step
from allmende.plan.views.elements import add, edit, lint, remove
from allmende.plan.views.platform_changes import note_platform_change, platform_change, platform_changes, settle_effect
from allmende.plan.views.routines import (
    add_routine,
    archive_routine,
    begin_round,
    daily_round,
    edit_routine,
    propose_routine,
    review_routine,
    routine,
    tick,
)
from allmende.plan.views.versions import discard, draft, publish, restore, version, versions
from allmende.plan.views.whole import index, mark_seen, settings, start

__all__ = [
    "add",
    "add_routine",
    "archive_routine",
    "begin_round",
    "daily_round",
    "discard",
    "draft",
    "edit",
    "edit_routine",
    "element",
    "index",
    "lint",
    "mark_seen",
    "note_platform_change",
    "platform_change",
    "platform_changes",
    "propose_routine",
    "publish",
    "remove",
    "restore",
    "review_routine",
    "routine",
    "settings",
    "settle_effect",
    "start",
    "step",
    "tick",
    "version",
    "versions",
]
