"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.guidelines.actions.agree_guideline import (
    GUEST_KIND,
    CannotAgree,
    acknowledge_as_guest,
    acknowledge_guideline,
    hold_again,
    note_consulted,
    open_guideline,
    put_guideline_in_force,
    remind_readers,
    withdraw_guideline,
)
from allmende.guidelines.actions.agree_plan import (
    CannotAgreePlan,
    agree_plan,
    begin_review,
    begin_reviews,
    reopen_plan,
    set_review_date,
)
from allmende.guidelines.actions.draft_plan import draft_from_catalogue, open_draft
from allmende.guidelines.actions.forget_named import ERASING
from allmende.guidelines.actions.open_channel import CannotOpen, open_channel
from allmende.guidelines.actions.put_in_force import CannotPutInForce, put_in_force
from allmende.guidelines.actions.read_guidelines import read_guidelines
from allmende.guidelines.actions.save_level import (
    CannotSaveLevel,
    adopt_levels,
    archive_contact,
    save_contact,
    save_level,
)
from allmende.guidelines.actions.save_message import (
    CannotSaveMessage,
    archive_message,
    save_brand,
    save_message,
    serve_objective,
)
from allmende.guidelines.actions.save_rule import CannotEdit, save_rule
from allmende.guidelines.actions.save_word import CannotSaveWord, archive_word, save_word, undo_word
from allmende.guidelines.actions.set_gate_aside import CannotSetAside, ask_gate_again, set_gate_aside, undo_gate
from allmende.guidelines.actions.tell_network_changes import NetworkNews, tell_network_changes
from allmende.guidelines.actions.write_guideline import (
    CannotWrite,
    archive_guideline_draft,
    drop_guideline_rule,
    open_guideline_draft,
    put_rule_back,
    save_guideline,
    save_guideline_rule,
    take_rule_out,
    write_guideline,
)
from allmende.guidelines.models import (
    BrandRecord,
    CoreMessage,
    EscalationContact,
    EscalationLevel,
    Guideline,
    GuidelineRule,
    ReactionRule,
)
from allmende.guidelines.states import DRAFT, GUIDELINE_OPEN
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "gate": undo_gate,
    "rule_changed": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.rule.changed",
        # What is in force meanwhile is not changed underhand.
        rows=lambda person: ReactionRule.objects.filter(plan__workspace=person.workspace, plan__state=DRAFT),
    ),
    "message": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.message.saved",
        rows=lambda person: CoreMessage.objects.filter(workspace=person.workspace),
    ),
    "brand": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.brand.saved",
        rows=lambda person: BrandRecord.objects.filter(workspace=person.workspace),
    ),
    "word": undo_word,
    "guideline_draft": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.guideline.saved",
        rows=lambda person: Guideline.objects.filter(workspace=person.workspace, state__in=GUIDELINE_OPEN),
    ),
    "guideline_rule": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.guideline.saved",
        rows=lambda person: GuidelineRule.objects.filter(
            guideline__workspace=person.workspace, guideline__state__in=GUIDELINE_OPEN
        ),
    ),
    "rule_added": take_rule_out,
    "rule_dropped": put_rule_back,
    "withdrawn": hold_again,
    "level": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.level.saved",
        rows=lambda person: EscalationLevel.objects.filter(workspace=person.workspace),
    ),
    "contact": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.contact.saved",
        rows=lambda person: EscalationContact.objects.filter(workspace=person.workspace),
    ),
}

__all__ = [
    "ERASING",
    "GUEST_KIND",
    "UNDO",
    "CannotAgree",
    "CannotAgreePlan",
    "CannotEdit",
    "CannotOpen",
    "CannotPutInForce",
    "CannotSaveLevel",
    "CannotSaveMessage",
    "CannotSaveWord",
    "CannotSetAside",
    "CannotWrite",
    "NetworkNews",
    "acknowledge_as_guest",
    "acknowledge_guideline",
    "adopt_levels",
    "agree_plan",
    "archive_contact",
    "archive_guideline_draft",
    "archive_message",
    "archive_word",
    "ask_gate_again",
    "begin_review",
    "begin_reviews",
    "draft_from_catalogue",
    "drop_guideline_rule",
    "hold_again",
    "note_consulted",
    "open_channel",
    "open_draft",
    "open_guideline",
    "open_guideline_draft",
    "put_guideline_in_force",
    "put_in_force",
    "put_rule_back",
    "read_guidelines",
    "remind_readers",
    "reopen_plan",
    "save_brand",
    "save_contact",
    "save_guideline",
    "save_guideline_rule",
    "save_level",
    "save_message",
    "save_rule",
    "save_word",
    "serve_objective",
    "set_gate_aside",
    "set_review_date",
    "take_rule_out",
    "tell_network_changes",
    "undo_word",
    "withdraw_guideline",
    "write_guideline",
]
