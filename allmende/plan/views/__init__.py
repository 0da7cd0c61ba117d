"""Screens of the plan."""

from allmende.plan.views.audiences import (
    add_analysis,
    add_audience,
    audience,
    audiences,
    edit_audience,
    move_audience,
    remove_analysis,
    turn_audience,
)
from allmende.plan.views.chains import element, step
from allmende.plan.views.elements import add, edit, lint, remove
from allmende.plan.views.platform_changes import note_platform_change, platform_change, platform_changes, settle_effect
from allmende.plan.views.readiness import answer, canvas, hours, readiness, release, theme
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
from allmende.plan.views.short import short, short_question
from allmende.plan.views.versions import discard, draft, publish, restore, version, versions
from allmende.plan.views.whole import index, mark_seen, settings, start

__all__ = [
    "add",
    "add_analysis",
    "add_audience",
    "add_routine",
    "answer",
    "archive_routine",
    "audience",
    "audiences",
    "begin_round",
    "canvas",
    "daily_round",
    "discard",
    "draft",
    "edit",
    "edit_audience",
    "edit_routine",
    "element",
    "hours",
    "index",
    "lint",
    "mark_seen",
    "move_audience",
    "note_platform_change",
    "platform_change",
    "platform_changes",
    "propose_routine",
    "publish",
    "readiness",
    "release",
    "remove",
    "remove_analysis",
    "restore",
    "review_routine",
    "routine",
    "settings",
    "settle_effect",
    "short",
    "short_question",
    "start",
    "step",
    "theme",
    "tick",
    "turn_audience",
    "version",
    "versions",
]
