"""Screens of the plan."""

from allmende.plan.views.chains import element, step
from allmende.plan.views.decisions import (
    brief,
    decide,
    decision,
    decisions,
    discuss,
    edit_decision,
    erase_candidate,
    look_over,
    new_decision,
    record_outcome,
    withdraw_decision,
)
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
    "brief",
    "daily_round",
    "decide",
    "decision",
    "decisions",
    "discard",
    "discuss",
    "draft",
    "edit",
    "edit_decision",
    "edit_routine",
    "element",
    "erase_candidate",
    "index",
    "lint",
    "look_over",
    "mark_seen",
    "new_decision",
    "note_platform_change",
    "platform_change",
    "platform_changes",
    "propose_routine",
    "publish",
    "record_outcome",
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
    "withdraw_decision",
]
