"""The only writers of this room, one file per verb."""

from collections.abc import Callable, Mapping

from allmende.plan.actions.link_work import link_work
from allmende.plan.actions.note_platform_change import (
    SETTLED,
    CannotNoteChange,
    CannotSettle,
    note_platform_change,
    settle_effect,
)
from allmende.plan.actions.open_draft import CannotDiscardDraft, discard_draft, open_draft, restore_draft
from allmende.plan.actions.publish_version import CannotPublish, publish_version
from allmende.plan.actions.record_evidence import record_evidence
from allmende.plan.actions.remove_element import remove_element, undo_remove
from allmende.plan.actions.report_step import CannotReportStep, progress_as_kept, report_step, undo_report
from allmende.plan.actions.review_routine import archive_routine, review_routine
from allmende.plan.actions.save_element import CannotSaveElement, undo_element, undo_new_element
from allmende.plan.actions.save_goal import save_goal
from allmende.plan.actions.save_objective import CannotSaveObjective, save_objective
from allmende.plan.actions.save_plan import CannotSavePlan, note_visit, save_plan
from allmende.plan.actions.save_routine import CannotSaveRoutine, save_routine, steps_of, undo_routine
from allmende.plan.actions.save_step import save_step
from allmende.plan.actions.save_strategy import save_strategy
from allmende.plan.actions.save_tactic import save_tactic
from allmende.plan.actions.start_plan import CannotStartPlan, start_plan
from allmende.plan.actions.tick_step import CannotTick, begin_round, tick_step
from allmende.plan.models import PARENTS, ChangeEffect, Element, PlatformChange, StrategicPlan
from allmende.team.actions import Undo, undo_fields

SAVE: dict[str, Callable[..., Element]] = {
    "goal": save_goal,
    "objective": save_objective,
    "strategy": save_strategy,
    "tactic": save_tactic,
    "step": save_step,
}
PARENT_KEYS = {layer: f"{parent}_key" for layer, parent in PARENTS.items()}

UNDO: Mapping[str, Undo] = {
    "settings": undo_fields(
        right="plan.version.edit",
        verb="plan.plan.saved",
        rows=lambda person: StrategicPlan.objects.filter(workspace=person.workspace),
    ),
    "element": undo_element,
    "new_element": undo_new_element,
    "removed": undo_remove,
    "step": undo_report,
    "routine": undo_routine,
    "platform_change": undo_fields(
        right="plan.version.edit",
        verb="plan.platform_change.noted",
        rows=lambda person: PlatformChange.objects.filter(workspace=person.workspace),
    ),
    "effect": undo_fields(
        right="plan.version.edit",
        verb=SETTLED,
        rows=lambda person: ChangeEffect.objects.filter(change__workspace=person.workspace),
    ),
}

__all__ = [
    "PARENT_KEYS",
    "SAVE",
    "UNDO",
    "CannotDiscardDraft",
    "CannotNoteChange",
    "CannotPublish",
    "CannotReportStep",
    "CannotSaveElement",
    "CannotSaveObjective",
    "CannotSavePlan",
    "CannotSaveRoutine",
    "CannotSettle",
    "CannotStartPlan",
    "CannotTick",
    "archive_routine",
    "begin_round",
    "discard_draft",
    "link_work",
    "note_platform_change",
    "note_visit",
    "open_draft",
    "progress_as_kept",
    "publish_version",
    "record_evidence",
    "remove_element",
    "report_step",
    "restore_draft",
    "review_routine",
    "save_goal",
    "save_objective",
    "save_plan",
    "save_routine",
    "save_step",
    "save_strategy",
    "save_tactic",
    "settle_effect",
    "start_plan",
    "steps_of",
    "tick_step",
]
