"""The only writers of this room."""

from collections.abc import Mapping

from allmende.behaviours import states
from allmende.behaviours.actions.adopt_definition import CannotAdopt, adopt_definition
from allmende.behaviours.actions.code_sample import (
    LONGEST_REASON,
    code_item,
    finish_sample,
    set_sample_aside,
    take_sample_up,
)
from allmende.behaviours.actions.draft_definition import (
    CannotDraft,
    begin_definition,
    discard_draft,
    drop_begun,
    put_in_force,
    restore_draft,
    revise_definition,
    save_draft,
    take_out_of_force,
)
from allmende.behaviours.actions.draw_sample import CannotSample, draw_sample
from allmende.behaviours.actions.fill_ledger import fill_ledger, only_filler
from allmende.behaviours.actions.forget_member import ERASING, forget_member
from allmende.behaviours.actions.judge import judge
from allmende.behaviours.actions.measure import measure
from allmende.behaviours.actions.measure_workspace import measure_workspace
from allmende.behaviours.actions.read_behaviours import read_behaviours
from allmende.behaviours.actions.remind_samples import forget_sampled, remind_samples
from allmende.behaviours.actions.tell_labels import drop_label, put_group_away, restore_label, tell_label, undo_label
from allmende.behaviours.actions.tell_start import CannotTellStart, take_back_start, tell_start
from allmende.behaviours.actions.verify_ledger import MonthFound, verify_ledger
from allmende.behaviours.audit import CHANGED
from allmende.behaviours.models import BehaviourDefinition
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "draft": undo_fields(
        right="behaviours.definition.edit",
        verb=CHANGED,
        # What is in force meanwhile is not changed underhand.
        rows=lambda person: BehaviourDefinition.objects.filter(workspace=person.workspace, state=states.DRAFT),
    ),
    "begun": drop_begun,
    "discarded": restore_draft,
    "in_force": take_out_of_force,
    "label_told": undo_label,
    "label_dropped": restore_label,
    "sample_aside": take_sample_up,
}

__all__ = [
    "ERASING",
    "LONGEST_REASON",
    "UNDO",
    "CannotAdopt",
    "CannotDraft",
    "CannotSample",
    "CannotTellStart",
    "MonthFound",
    "adopt_definition",
    "begin_definition",
    "code_item",
    "discard_draft",
    "draw_sample",
    "drop_begun",
    "drop_label",
    "fill_ledger",
    "finish_sample",
    "forget_member",
    "forget_sampled",
    "judge",
    "measure",
    "measure_workspace",
    "only_filler",
    "put_group_away",
    "put_in_force",
    "read_behaviours",
    "remind_samples",
    "restore_draft",
    "revise_definition",
    "save_draft",
    "set_sample_aside",
    "take_back_start",
    "take_out_of_force",
    "take_sample_up",
    "tell_label",
    "tell_start",
    "verify_ledger",
]
