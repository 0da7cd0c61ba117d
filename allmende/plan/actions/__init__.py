"""The only writers of this room, one file per verb."""

from collections.abc import Callable

from allmende.plan.actions.answer_agreement import CannotAnswer, answer_agreement, note_agreement_opened
from allmende.plan.actions.answer_canvas import answer_canvas
from allmende.plan.actions.answer_readiness import CannotAnswerReadiness, answer_readiness
from allmende.plan.actions.ask_agreement import CannotAsk, ask_renewal, open_agreement
from allmende.plan.actions.close_plan import CannotClosePlan, close_plan
from allmende.plan.actions.decide import (
    CannotDecide,
    decide,
    erase_candidate,
    look_over,
    note_discussion,
    record_outcome,
)
from allmende.plan.actions.follow_judgement import (
    CannotFollowJudgement,
    find_for_judgement,
    happened_for_judgement,
    revise_for_judgement,
)
from allmende.plan.actions.forget_named import ERASING
from allmende.plan.actions.hold_review import (
    CannotHoldReview,
    close_review,
    decide_review,
    hold_review,
    note_plan_updated,
    plan_review,
    prepare_review,
)
from allmende.plan.actions.import_plan import import_plan
from allmende.plan.actions.invite_doers import invite_doers
from allmende.plan.actions.judge_value import CannotJudge, ask_for_judgements, judge_value, look_again
from allmende.plan.actions.keep_contact import make_contact
from allmende.plan.actions.keep_control import (
    CannotControl,
    archive_control,
    record_control,
    remind_of_controls,
    save_control,
)
from allmende.plan.actions.link_shifts import link_shifts
from allmende.plan.actions.link_work import link_work
from allmende.plan.actions.move_standing import CannotMove, move_standing
from allmende.plan.actions.move_step import CannotAgreeStep, CannotMoveStep, agree_step, move_step
from allmende.plan.actions.note_finding import CannotDecideFinding, decide_finding, note_finding
from allmende.plan.actions.note_improvement import note_improvement
from allmende.plan.actions.note_platform_change import (
    CannotNoteChange,
    CannotSettle,
    mark_reaction_plans,
    note_platform_change,
    settle_effect,
)
from allmende.plan.actions.note_use import CannotNoteUse, note_money, note_time, remove_money, remove_time
from allmende.plan.actions.open_chain import CannotOpenChain, open_chain
from allmende.plan.actions.open_draft import CannotDiscardDraft, CannotRevise, discard_draft, open_draft, restore_draft
from allmende.plan.actions.open_element import open_element, tell_of_dust
from allmende.plan.actions.open_feed import close_feed, open_feed, undo_close_feed
from allmende.plan.actions.propose_version import CannotPublish, propose_version, read_second, take_back
from allmende.plan.actions.publish_version import publish_version
from allmende.plan.actions.read_plan import read_plan
from allmende.plan.actions.record_evidence import record_evidence
from allmende.plan.actions.remind_decisions import erase_expired, remind_decisions
from allmende.plan.actions.remove_element import remove_element
from allmende.plan.actions.report_step import CannotReportStep, report_step
from allmende.plan.actions.resolve import resolve
from allmende.plan.actions.review_routine import archive_routine, review_routine
from allmende.plan.actions.save_audience import (
    CannotSaveAudience,
    add_analysis,
    change_audience_state,
    move_audience,
    remove_analysis,
    save_audience,
)
from allmende.plan.actions.save_change_event import (
    CannotSaveEvent,
    add_change_event,
    archive_change_event,
    assess_elements,
    change_change_event,
    drop_need,
    need_element,
    revise_for_event,
)
from allmende.plan.actions.save_element import CannotSaveElement
from allmende.plan.actions.save_goal import save_goal
from allmende.plan.actions.save_objective import CannotSaveObjective, save_objective
from allmende.plan.actions.save_outcome import save_outcome
from allmende.plan.actions.save_plan import CannotSavePlan, confirm_plan, note_visit, remind_of_review, save_plan
from allmende.plan.actions.save_routine import CannotSaveRoutine, save_routine, steps_of
from allmende.plan.actions.save_stakeholder import (
    add_stakeholder,
    archive_stakeholder,
    change_stakeholder,
    plan_next_update,
    restore_stakeholder,
)
from allmende.plan.actions.save_step import save_step
from allmende.plan.actions.save_strategy import save_strategy
from allmende.plan.actions.save_tactic import save_tactic
from allmende.plan.actions.set_aside import CannotSetAside, set_lesson_aside, take_lesson_up
from allmende.plan.actions.set_brief import CannotSetBrief, order_brief, set_briefs
from allmende.plan.actions.settle_owner import find_ownerless
from allmende.plan.actions.start_plan import CannotStartPlan, start_plan
from allmende.plan.actions.step_progress import progress_as_kept
from allmende.plan.actions.submit_decision import (
    CannotSubmitDecision,
    change_decision,
    submit_decision,
    withdraw_decision,
)
from allmende.plan.actions.take_short_path import answer_short, finish_short
from allmende.plan.actions.take_values import (
    CannotTakeValues,
    choose_values,
    drop_values,
    take_values,
    undo_values,
    wish_values,
)
from allmende.plan.actions.tell_evidence import CannotTellEvidence, Telling, attach_evidence, tell_evidence
from allmende.plan.actions.tell_values import CannotTellValues, RowRefused, tell_values
from allmende.plan.actions.tell_version import (
    acknowledge_receipt,
    acknowledge_versions,
    note_receipt_opened,
    open_receipt,
    remind_reader,
    see_versions,
)
from allmende.plan.actions.tick_step import CannotTick, begin_round, tick_step
from allmende.plan.actions.undo import UNDO
from allmende.plan.models import PARENTS, Element

SAVE: dict[str, Callable[..., Element]] = {
    "goal": save_goal,
    "objective": save_objective,
    "outcome": save_outcome,
    "strategy": save_strategy,
    "tactic": save_tactic,
    "step": save_step,
}
PARENT_KEYS = {layer: f"{parent}_key" for layer, parent in PARENTS.items()}


__all__ = [
    "ERASING",
    "PARENT_KEYS",
    "SAVE",
    "UNDO",
    "CannotAgreeStep",
    "CannotAnswer",
    "CannotAnswerReadiness",
    "CannotAsk",
    "CannotClosePlan",
    "CannotControl",
    "CannotDecide",
    "CannotDecideFinding",
    "CannotDiscardDraft",
    "CannotFollowJudgement",
    "CannotHoldReview",
    "CannotJudge",
    "CannotMove",
    "CannotMoveStep",
    "CannotNoteChange",
    "CannotNoteUse",
    "CannotOpenChain",
    "CannotPublish",
    "CannotReportStep",
    "CannotRevise",
    "CannotSaveAudience",
    "CannotSaveElement",
    "CannotSaveEvent",
    "CannotSaveObjective",
    "CannotSavePlan",
    "CannotSaveRoutine",
    "CannotSetAside",
    "CannotSetBrief",
    "CannotSettle",
    "CannotStartPlan",
    "CannotSubmitDecision",
    "CannotTakeValues",
    "CannotTellEvidence",
    "CannotTellValues",
    "CannotTick",
    "RowRefused",
    "Telling",
    "acknowledge_receipt",
    "acknowledge_versions",
    "add_analysis",
    "add_change_event",
    "add_stakeholder",
    "agree_step",
    "answer_agreement",
    "answer_canvas",
    "answer_readiness",
    "answer_short",
    "archive_change_event",
    "archive_control",
    "archive_routine",
    "archive_stakeholder",
    "ask_for_judgements",
    "ask_renewal",
    "assess_elements",
    "attach_evidence",
    "begin_round",
    "change_audience_state",
    "change_change_event",
    "change_decision",
    "change_stakeholder",
    "choose_values",
    "close_feed",
    "close_plan",
    "close_review",
    "confirm_plan",
    "decide",
    "decide_finding",
    "decide_review",
    "discard_draft",
    "drop_need",
    "drop_values",
    "erase_candidate",
    "erase_expired",
    "find_for_judgement",
    "find_ownerless",
    "finish_short",
    "happened_for_judgement",
    "hold_review",
    "import_plan",
    "invite_doers",
    "judge_value",
    "link_shifts",
    "link_work",
    "look_again",
    "look_over",
    "make_contact",
    "mark_reaction_plans",
    "move_audience",
    "move_standing",
    "move_step",
    "need_element",
    "note_agreement_opened",
    "note_discussion",
    "note_finding",
    "note_improvement",
    "note_money",
    "note_plan_updated",
    "note_platform_change",
    "note_receipt_opened",
    "note_time",
    "note_visit",
    "open_agreement",
    "open_chain",
    "open_draft",
    "open_element",
    "open_feed",
    "open_receipt",
    "order_brief",
    "plan_next_update",
    "plan_review",
    "prepare_review",
    "progress_as_kept",
    "propose_version",
    "publish_version",
    "read_plan",
    "read_second",
    "record_control",
    "record_evidence",
    "record_outcome",
    "remind_decisions",
    "remind_of_controls",
    "remind_of_review",
    "remind_reader",
    "remove_analysis",
    "remove_element",
    "remove_money",
    "remove_time",
    "report_step",
    "resolve",
    "restore_draft",
    "restore_stakeholder",
    "review_routine",
    "revise_for_event",
    "revise_for_judgement",
    "save_audience",
    "save_control",
    "save_goal",
    "save_objective",
    "save_outcome",
    "save_plan",
    "save_routine",
    "save_step",
    "save_strategy",
    "save_tactic",
    "see_versions",
    "set_briefs",
    "set_lesson_aside",
    "settle_effect",
    "start_plan",
    "steps_of",
    "submit_decision",
    "take_back",
    "take_lesson_up",
    "take_values",
    "tell_evidence",
    "tell_of_dust",
    "tell_values",
    "tick_step",
    "undo_close_feed",
    "undo_values",
    "wish_values",
    "withdraw_decision",
]
