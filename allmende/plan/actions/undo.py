"""What of the plan can be taken back, and how (`team.actions.undo_change`)."""

from collections.abc import Mapping

from allmende.plan import states
from allmende.plan.actions.answer_canvas import undo_canvas
from allmende.plan.actions.answer_readiness import undo_answer
from allmende.plan.actions.decide import undo_move
from allmende.plan.actions.follow_judgement import undo_follow
from allmende.plan.actions.hold_review import undo_review_move
from allmende.plan.actions.judge_value import undo_judgement
from allmende.plan.actions.keep_contact import undo_stakeholder
from allmende.plan.actions.keep_control import undo_control_result
from allmende.plan.actions.move_standing import undo_standing
from allmende.plan.actions.move_step import undo_agreed_step, undo_moved_step
from allmende.plan.actions.note_finding import undo_decide, undo_note
from allmende.plan.actions.note_improvement import undo_improvement
from allmende.plan.actions.note_platform_change import SETTLED
from allmende.plan.actions.note_use import MONEY_NOTED, TIME_NOTED
from allmende.plan.actions.open_feed import undo_close_feed
from allmende.plan.actions.remove_element import undo_remove
from allmende.plan.actions.report_step import undo_report
from allmende.plan.actions.resolve import undo_resolve
from allmende.plan.actions.save_audience import undo_analysis, undo_audience, undo_audience_state, undo_order
from allmende.plan.actions.save_change_event import undo_assessments, undo_need
from allmende.plan.actions.save_element import undo_element, undo_new_element
from allmende.plan.actions.save_routine import undo_routine
from allmende.plan.actions.set_aside import undo_set_aside, undo_take_up
from allmende.plan.actions.settle_owner import undo_settings
from allmende.plan.actions.shift_feed import undo_close_shift_feed
from allmende.plan.actions.submit_decision import undo_change_decision, undo_withdraw
from allmende.plan.actions.tell_evidence import undo_attach, undo_told
from allmende.plan.actions.tick_step import undo_tick
from allmende.plan.models import (
    ChangeEffect,
    ChangeEvent,
    Control,
    MoneyEntry,
    PlatformChange,
    Review,
    TimeEntry,
)
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "settings": undo_settings,
    "audience": undo_audience,
    "audience_state": undo_audience_state,
    "audience_order": undo_order,
    "analysis": undo_analysis,
    "readiness": undo_answer,
    "canvas": undo_canvas,
    "stakeholder": undo_stakeholder,
    "change_event": undo_fields(
        right="plan.version.edit",
        verb="plan.change_event.saved",
        rows=lambda person: ChangeEvent.objects.filter(workspace=person.workspace),
    ),
    "assessments": undo_assessments,
    "need": undo_need,
    "element": undo_element,
    "new_element": undo_new_element,
    "removed": undo_remove,
    "step": undo_report,
    "step_moved": undo_moved_step,
    "step_agreed": undo_agreed_step,
    "tick": undo_tick,
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
    "decision_changed": undo_change_decision,
    "decision_moved": undo_move,
    "decision_withdrawn": undo_withdraw,
    "told": undo_told,
    "attached": undo_attach,
    "judged": undo_judgement,
    "judgement_followed": undo_follow,
    "time": undo_fields(
        right="plan.step.report",
        verb=TIME_NOTED,
        rows=lambda person: TimeEntry.objects.filter(workspace=person.workspace, person=person),
    ),
    "money": undo_fields(
        right="plan.step.report",
        verb=MONEY_NOTED,
        rows=lambda person: MoneyEntry.objects.filter(workspace=person.workspace),
    ),
    "feed_closed": undo_close_feed,
    "shift_feed_closed": undo_close_shift_feed,
    "finding": undo_note,
    "finding_decided": undo_decide,
    "improvement": undo_improvement,
    "review": undo_fields(
        right="plan.review.hold",
        verb="plan.review.planned",
        rows=lambda person: Review.objects.filter(workspace=person.workspace, state=states.REVIEW_PLANNED),
    ),
    "standing": undo_standing,
    "set_aside": undo_set_aside,
    "taken_up": undo_take_up,
    "review_moved": undo_review_move,
    "resolved": undo_resolve,
    "control": undo_fields(
        right="plan.review.hold",
        verb="plan.control.saved",
        rows=lambda person: Control.objects.filter(workspace=person.workspace),
    ),
    "controlled": undo_control_result,
}
