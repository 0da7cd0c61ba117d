"""The words of the plan: layers, states, measures, fields."""

from decimal import Decimal

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.ledger.shipped import SHIPPED
from allmende.plan import states

Words = str | Promise

LAYER_WORDS: dict[str, Words] = {
    "goal": pgettext_lazy("plan layer", "Goal"),
    "objective": pgettext_lazy("plan layer", "Objective"),
    "outcome": pgettext_lazy("plan layer", "Outcome"),
    "strategy": pgettext_lazy("plan layer", "Strategy"),
    "tactic": pgettext_lazy("plan layer", "Tactic"),
    "step": pgettext_lazy("plan layer", "Step"),
}
LAYER_GLOSSES: dict[str, Words] = {
    "goal": _("what the organisation gets"),
    "objective": _("desired behaviour"),
    "outcome": _("intermediate effect, measured outside"),
    "strategy": _("lever"),
    "tactic": _("reach × depth × length"),
    "step": _("who, what, until when"),
}
LEVEL_WORDS: dict[str, Words] = {
    "wording": pgettext_lazy("change level", "wording"),
    "action": pgettext_lazy("change level", "steps"),
    "tactic": pgettext_lazy("change level", "tactic"),
    "strategy": pgettext_lazy("change level", "strategy"),
    "objective": pgettext_lazy("change level", "objective"),
    "goal": pgettext_lazy("change level", "goal"),
}
HOW_WORDS: dict[str, Words] = {
    "added": pgettext_lazy("change", "new"),
    "removed": pgettext_lazy("change", "dropped"),
    "changed": pgettext_lazy("change", "changed"),
    "reworded": pgettext_lazy("change", "reworded"),
}
COMMUNITY_TYPE_WORDS: dict[str, Words] = {
    "support": _("Support: members solve questions"),
    "product": _("Product: members help to improve it"),
    "contribution": _("Contribution: members make something"),
    "acquisition": _("Acquisition: members win members"),
    "engagement": _("Belonging: members around a shared interest"),
    "success": _("Success: members get better at what they do"),
    "internal": _("Internal: employees among themselves"),
    "publisher": _("Publisher: readers and editors"),
    "association": _("Association: members of a body"),
}
VALUE_TYPE_WORDS: dict[str, Words] = {
    "acquisition": _("winning customers"),
    "cost": _("lower cost of marketing and service"),
    "clv": _("customers stay longer and buy more"),
    "work_performance": _("better performance at work"),
    "social_return": _("social return"),
}
DIRECTION_WORDS: dict[str, Words] = {"amplify": _("amplify this feeling"), "relieve": _("relieve this feeling")}
TACTIC_STATE_WORDS: dict[str, Words] = {
    "idea": pgettext_lazy("tactic", "idea"),
    "scored": pgettext_lazy("tactic", "scored"),
    "selected": pgettext_lazy("tactic", "selected"),
    "running": pgettext_lazy("tactic", "running"),
    "paused": pgettext_lazy("tactic", "paused"),
    "stopped": pgettext_lazy("tactic", "stopped"),
}
TACTIC_END_WORDS: dict[str, Words] = {
    "kept_as_routine": _("kept as a routine"),
    "dropped": pgettext_lazy("tactic end", "dropped"),
    "replaced": pgettext_lazy("tactic end", "replaced"),
}
STANDING_WORDS: dict[str, Words] = {
    **TACTIC_STATE_WORDS,
    "proposed": pgettext_lazy("standing", "proposed"),
    "agreed": pgettext_lazy("standing", "agreed"),
    "active": pgettext_lazy("standing", "active"),
    "achieved": pgettext_lazy("standing", "achieved"),
    "missed": pgettext_lazy("standing", "missed"),
    "withdrawn": pgettext_lazy("standing", "withdrawn"),
    "drafted": pgettext_lazy("standing", "drafted"),
    "measurable": pgettext_lazy("standing", "measurable"),
    "baselining": pgettext_lazy("standing", "baseline is being taken"),
    "met": pgettext_lazy("standing", "met"),
    "not_met": pgettext_lazy("standing", "not met"),
    "retired": pgettext_lazy("standing", "retired"),
    "hypothesis": pgettext_lazy("standing", "hypothesis"),
    "chosen": pgettext_lazy("standing", "chosen"),
    "in_test": pgettext_lazy("standing", "in test"),
    "supported": pgettext_lazy("standing", "supported"),
    "not_supported": pgettext_lazy("standing", "not supported"),
    "replaced": pgettext_lazy("standing", "replaced"),
}
SPACES_WORDS: dict[str, Words] = {
    "support": _("Support: questions are solved"),
    "product": _("Product: ideas and tests"),
    "acquisition": _("Acquisition: people come through members"),
    "contribution": _("Contribution: members make something"),
    "engagement": _("Engagement: people stay close to us"),
    "success": _("Success: members reach their own goals"),
}
CONFIDENCE_WORDS: dict[str, Words] = {
    "assumed": _("assumed"),
    "plausible": _("plausible"),
    "evidenced": _("evidenced"),
}
SOURCE_WORDS: dict[str, Words] = {
    "survey": _("Survey"),
    "crm": _("Customer records"),
    "hr": _("Human resources"),
    "tickets": _("Ticket system"),
    "sales": _("Sales figures"),
    "other": _("Another source"),
}
FINDING_DECISION_WORDS: dict[str, Words] = {
    "step": _("make a step of it"),
    "tactic_change": _("change a tactic"),
    "strategy_change": _("change the strategy"),
    "ignore": _("ignore it"),
}
# Which kinds of value a community of this type is mostly there for (S0-30), the likeliest first.
LIKELY_VALUES: dict[str, tuple[str, ...]] = {
    "support": ("cost", "clv"),
    "product": ("clv", "acquisition"),
    "contribution": ("cost", "acquisition"),
    "acquisition": ("acquisition",),
    "engagement": ("clv", "acquisition"),
    "success": ("clv", "cost"),
    "internal": ("work_performance", "cost"),
    "publisher": ("acquisition", "clv"),
    "association": ("social_return", "clv"),
}
LIKELY_SPACES: dict[str, str] = {
    **{one: one for one in states.SPACES},
    "internal": "success",
    "publisher": "acquisition",
    "association": "engagement",
}
STEP_STATE_WORDS: dict[str, Words] = {
    states.PLANNED: pgettext_lazy("step", "planned"),
    states.AGREED_STEP: pgettext_lazy("step", "agreed"),
    states.SCHEDULED: pgettext_lazy("step", "in the calendar"),
    states.IN_PROGRESS: pgettext_lazy("step", "begun"),
    states.DONE: pgettext_lazy("step", "done, not checked yet"),
    states.HALF_DONE: pgettext_lazy("step", "half done"),
    states.CHECKED: pgettext_lazy("step", "done and checked"),
    states.CANCELLED: pgettext_lazy("step", "dropped"),
}
# What became of steps that were due (S4-02).
EXECUTION_WORDS: dict[str, Words] = {
    "done": pgettext_lazy("execution", "done"),
    "late": pgettext_lazy("execution", "done late"),
    "half_done": pgettext_lazy("execution", "half done"),
    "not_done": pgettext_lazy("execution", "not done"),
}
STEP_MOVE_WORDS: dict[str, Words] = {
    states.PLANNED: pgettext_lazy("report step", "Plan it again"),
    states.AGREED_STEP: pgettext_lazy("report step", "It is agreed with whoever does it"),
    states.SCHEDULED: pgettext_lazy("report step", "It stands in the calendar"),
    states.IN_PROGRESS: pgettext_lazy("report step", "It has begun"),
    states.DONE: pgettext_lazy("report step", "It is done"),
    states.HALF_DONE: pgettext_lazy("report step", "Checked: part of it is missing"),
    states.CHECKED: pgettext_lazy("report step", "Checked: it is done"),
    states.CANCELLED: pgettext_lazy("report step", "It is dropped"),
}
# What an objective may be measured by: behaviours the ledger can count, never a count of activity (I-08, S1-14).
MEASURE_WORDS: dict[str, Words] = {
    "first_answer_by_member_24h": _("A member is the first to answer, within 24 hours"),
    "newcomer_contributes_again_30d": _("A newcomer contributes again within 30 days"),
    "question_confirmed_7d": _("A question is confirmed as solved within 7 days"),
    "newcomer_helps_30d": _("A newcomer helps somebody within 30 days"),
    "first_answer_by_member_confirmed": _("A member is the first to answer, and the question is solved within 7 days"),
    "first_post_answered_24h": _("A member answers a newcomer's first post within 24 hours"),
    "newcomer_stays_60d": _("A newcomer is still there in the second month"),
    "newcomer_regular_180d": _("A newcomer contributes in three of the months two to six"),
    "helpers_five_a_month": _("Those who answer help at least five times a month"),
    "helping_shoulders": _("On how many shoulders helping rests"),
    "experience_shared_quarter": _("Members share an experience others can use, each quarter"),
    "arrival_completes_1d": _("Whoever comes by our link does there what it is for"),
    "arrival_buys_30d": _("Whoever comes by our link buys within 30 days"),
    "registration_attended_60d": _("Whoever registers for an event attends one within 60 days"),
    "repair_shared_5d": _("An unusual repair is reported within 5 days"),
    "question_wait_member_7d": _("How long a question waits for a member's answer"),
    "helpful_answers_rate": _("Helpful answers per person and month"),
    "hard_question_expert_time": _("How long hard questions wait for an expert"),
    "invited_report_quarter": _("Those invited send a detailed report each quarter"),
    "invited_reports_rate": _("Detailed reports by those invited, per month"),
    "answer_from_other_department_2d": _("Help comes from another department within 2 working days"),
    "answer_from_other_plant_2d": _("Help comes from another plant within 2 working days"),
    "prospect_buys_90d": _("A prospect who took part buys within 90 days"),
    "prospect_question_confirmed_90d": _("A prospect asks and gets a confirmed answer within 90 days"),
}
# Concentration is only described.
MEASURES: dict[str, Words] = {one.key: MEASURE_WORDS.get(one.key, one.key) for one in SHIPPED if one.form != "F6"}
EMOTIONS: tuple[Words, ...] = (
    _("Pride"),
    _("Belonging"),
    _("Curiosity"),
    _("Recognition"),
    _("Competence"),
    _("Influence"),
    _("Gratitude"),
    _("Safety"),
    _("Ambition"),
    _("Closeness"),
    _("Anger relieved"),
)
VERDICT_WORDS: dict[str, Words] = {
    "moving": pgettext_lazy("verdict", "moving"),
    "moving_clearly": pgettext_lazy("verdict", "moving clearly"),
    "not_moving": pgettext_lazy("verdict", "not moving"),
    "worsening": pgettext_lazy("verdict", "worsening"),
    "cannot_tell": pgettext_lazy("verdict", "cannot tell"),
    "too_early": pgettext_lazy("verdict", "too early"),
    "not_measurable": pgettext_lazy("verdict", "not measurable"),
    "described": pgettext_lazy("verdict", "described"),
}
WORK_KIND_WORDS: dict[str, Words] = {
    "item": pgettext_lazy("work", "Item"),
    "conversation": pgettext_lazy("work", "Conversation"),
    "report": pgettext_lazy("work", "Report"),
    "message": pgettext_lazy("work", "Message"),
    "shift": pgettext_lazy("work", "Shift"),
}

# Fields as a summary of changes names them.
FIELD_WORDS: dict[str, Words] = {
    "statement": pgettext_lazy("field", "statement"),
    "plain_statement": pgettext_lazy("field", "sentence for the management"),
    "value_type": pgettext_lazy("field", "kind of value"),
    "organisational_goal": pgettext_lazy("field", "goal of the organisation"),
    "measure": pgettext_lazy("field", "measure"),
    "horizon_date": pgettext_lazy("field", "until when"),
    "audience": pgettext_lazy("field", "audience"),
    "behaviour": pgettext_lazy("field", "behaviour"),
    "effect": pgettext_lazy("field", "effect"),
    "quality_condition": pgettext_lazy("field", "condition of quality"),
    "activity_reason": pgettext_lazy("field", "reason"),
    "definition_key": pgettext_lazy("field", "measure"),
    "baseline_share": pgettext_lazy("field", "baseline"),
    "target_share": pgettext_lazy("field", "target"),
    "baseline_value": pgettext_lazy("field", "baseline"),
    "target_value": pgettext_lazy("field", "target"),
    "target_date": pgettext_lazy("field", "date of the target"),
    "least_relevant_difference": pgettext_lazy("field", "difference that matters"),
    "guardrail": pgettext_lazy("field", "guardrail"),
    "guardrail_key": pgettext_lazy("field", "measure of the guardrail"),
    "starts_date": pgettext_lazy("field", "start"),
    "review_date": pgettext_lazy("field", "date of the review"),
    "goal": pgettext_lazy("field", "goal it serves"),
    "objective": pgettext_lazy("field", "objective it serves"),
    "strategy": pgettext_lazy("field", "lever it serves"),
    "tactic": pgettext_lazy("field", "tactic it serves"),
    "emotion": pgettext_lazy("field", "feeling"),
    "direction": pgettext_lazy("field", "direction"),
    "insight": pgettext_lazy("field", "what is known of the audience"),
    "analysis": pgettext_lazy("field", "finding it rests on"),
    "ethics_note": pgettext_lazy("field", "why this feeling may be used"),
    "is_alternative": pgettext_lazy("field", "alternative in test"),
    "code": pgettext_lazy("field", "code"),
    "short_name": pgettext_lazy("field", "short name"),
    "name": pgettext_lazy("field", "name"),
    "description": pgettext_lazy("field", "description"),
    "reach": pgettext_lazy("field", "reach"),
    "depth": pgettext_lazy("field", "depth"),
    "length": pgettext_lazy("field", "length"),
    "effort_hours": pgettext_lazy("field", "hours per week"),
    "state": pgettext_lazy("field", "state"),
    "expected_effect": pgettext_lazy("field", "expected effect"),
    "stop_rule": pgettext_lazy("field", "stop rule"),
    "what": pgettext_lazy("field", "what happens"),
    "how": pgettext_lazy("field", "how"),
    "where": pgettext_lazy("field", "where"),
    "due_date": pgettext_lazy("field", "date"),
    "owner": pgettext_lazy("field", "who does it"),
    "also_by": pgettext_lazy("field", "who does it too"),
    "accountable": pgettext_lazy("field", "who answers for it"),
    "means": pgettext_lazy("field", "means"),
    "source": pgettext_lazy("field", "source"),
    "source_detail": pgettext_lazy("field", "source"),
    "link": pgettext_lazy("field", "assumed link"),
    "confidence": pgettext_lazy("field", "confidence"),
    "falsifier": pgettext_lazy("field", "what would show it is wrong"),
    "budget": pgettext_lazy("field", "money"),
    "skills": pgettext_lazy("field", "skills"),
    "sponsor": pgettext_lazy("field", "sponsor"),
    "spaces": pgettext_lazy("field", "kind of community value"),
    "controller": pgettext_lazy("field", "who checks it"),
    "control_date": pgettext_lazy("field", "date of the check"),
}

# Units in which rooms above tell a figure that is no share; what people typed stands as they typed it.
UNIT_WORDS: dict[str, Words] = {
    "times_per_person_month": pgettext_lazy("unit", "times per person and month"),
    "hours": pgettext_lazy("unit", "hours"),
    "people_for_half": pgettext_lazy("unit", "people give half of it"),
}
# Why a figure of this unit has no value of a single day.
NO_DAY_WORDS: dict[str, Words] = {
    "hours": _("A single day has no value: how long what is still open will take, nobody knows yet."),
}


def level_word(level: int | None) -> str:
    """The change level 0..5 in the reader's language."""
    return str(LEVEL_WORDS[states.LEVELS[level]]) if level is not None else ""


def measure_word(key: str) -> str:
    """The readable name of a definition; its key when nobody gave it one."""
    return str(MEASURE_WORDS.get(key, key))


def unit_word(unit: str) -> str:
    """A unit in the reader's language where a room told it, else as it was written."""
    return str(UNIT_WORDS.get(unit, unit))


def percent(share: float) -> str:
    """A share as somebody would type it, with a decimal only where there is one: "47 %", "47,5 %"; English "47%"."""
    unit = "\u00a0%" if (get_language() or "").startswith("de") else "%"
    return in_points(share) + unit


def in_points(share: float) -> str:
    """A share or a difference of shares in points of a hundred, without a sign: "4", "2,5"."""
    points = Decimal(str(round(share * 100, 1)))
    return str(formats.number_format(points, decimal_pos=0 if points == points.to_integral() else 1, use_l10n=True))
