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
    "strategy": pgettext_lazy("plan layer", "Strategy"),
    "tactic": pgettext_lazy("plan layer", "Tactic"),
    "step": pgettext_lazy("plan layer", "Step"),
}
LAYER_GLOSSES: dict[str, Words] = {
    "goal": _("what the organisation gets"),
    "objective": _("desired behaviour"),
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
STEP_STATE_WORDS: dict[str, Words] = {
    states.PLANNED: pgettext_lazy("step", "planned"),
    states.SCHEDULED: pgettext_lazy("step", "in the calendar"),
    states.IN_PROGRESS: pgettext_lazy("step", "begun"),
    states.DONE: pgettext_lazy("step", "done, not checked yet"),
    states.HALF_DONE: pgettext_lazy("step", "half done"),
    states.CHECKED: pgettext_lazy("step", "done and checked"),
    states.CANCELLED: pgettext_lazy("step", "dropped"),
}
STEP_MOVE_WORDS: dict[str, Words] = {
    states.PLANNED: pgettext_lazy("report step", "Plan it again"),
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
}
MEASURES: dict[str, Words] = {one.key: MEASURE_WORDS.get(one.key, one.key) for one in SHIPPED}
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
WORK_KIND_WORDS: dict[str, Words] = {
    "item": pgettext_lazy("work", "Item"),
    "conversation": pgettext_lazy("work", "Conversation"),
    "report": pgettext_lazy("work", "Report"),
    "message": pgettext_lazy("work", "Message"),
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
    "target_date": pgettext_lazy("field", "date of the target"),
    "least_relevant_difference": pgettext_lazy("field", "difference that matters"),
    "guardrail": pgettext_lazy("field", "guardrail"),
    "starts_date": pgettext_lazy("field", "start"),
    "review_date": pgettext_lazy("field", "date of the review"),
    "goal": pgettext_lazy("field", "goal it serves"),
    "objective": pgettext_lazy("field", "objective it serves"),
    "strategy": pgettext_lazy("field", "lever it serves"),
    "tactic": pgettext_lazy("field", "tactic it serves"),
    "emotion": pgettext_lazy("field", "feeling"),
    "direction": pgettext_lazy("field", "direction"),
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
    "controller": pgettext_lazy("field", "who checks it"),
    "control_date": pgettext_lazy("field", "date of the check"),
}


def level_word(level: int | None) -> str:
    """The change level 0..5 in the reader's language."""
    return str(LEVEL_WORDS[states.LEVELS[level]]) if level is not None else ""


def measure_word(key: str) -> str:
    """The readable name of a definition; its key when nobody gave it one."""
    return str(MEASURES.get(key, key))


def percent(share: float) -> str:
    """A share as somebody would type it, with a decimal only where there is one: "47 %", "47,5 %"; English "47%"."""
    unit = "\u00a0%" if (get_language() or "").startswith("de") else "%"
    return in_points(share) + unit


def in_points(share: float) -> str:
    """A share or a difference of shares in points of a hundred, without a sign: "4", "2,5"."""
    points = Decimal(str(round(share * 100, 1)))
    return str(formats.number_format(points, decimal_pos=0 if points == points.to_integral() else 1, use_l10n=True))
