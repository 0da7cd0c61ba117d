"""Screens of the plan."""

from allmende.plan.views.chains import element, step
from allmende.plan.views.elements import add, edit, lint, remove
from allmende.plan.views.evidence import (
    attach,
    drop_values,
    evidence,
    judge,
    refused_values,
    tell,
    undo_values,
    upload,
    values,
)
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
from allmende.plan.views.whole_chain import chain_link, dust, guest_chain, whole_chain

__all__ = [
    "add",
    "add_routine",
    "archive_routine",
    "attach",
    "begin_round",
    "chain_link",
    "daily_round",
    "discard",
    "draft",
    "drop_values",
    "dust",
    "edit",
    "edit_routine",
    "element",
    "evidence",
    "guest_chain",
    "index",
    "judge",
    "lint",
    "mark_seen",
    "note_platform_change",
    "platform_change",
    "platform_changes",
    "propose_routine",
    "publish",
    "refused_values",
    "remove",
    "restore",
    "review_routine",
    "routine",
    "settings",
    "settle_effect",
    "start",
    "step",
    "tell",
    "tick",
    "undo_values",
    "upload",
    "values",
    "version",
    "versions",
    "whole_chain",
]
