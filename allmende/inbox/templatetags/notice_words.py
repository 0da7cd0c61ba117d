"""Words for what the public reports and for what came of objections."""

from django import template
from django.template.defaultfilters import capfirst

from allmende.inbox.models import ModerationDecision, ObjectionOutcome, PublicNotice
from allmende.inbox.queries import KIND_WORDS, NOT_DONE_WORDS, OBJECTION_WORDS, OUTCOME_WORDS, RESULT_WORDS

register = template.Library()


@register.filter
def not_done_word(decision: ModerationDecision) -> str:
    """Why its network did not carry it out; "" where nothing stands against it."""
    return str(NOT_DONE_WORDS.get(decision.not_done, ""))


@register.filter
def notice_kind(notice: PublicNotice) -> str:
    """What is wrong with what was reported."""
    return str(KIND_WORDS[notice.kind])


@register.filter
def notice_outcome(notice: PublicNotice) -> str:
    """What came of it."""
    return str(OUTCOME_WORDS[notice.outcome])


@register.filter
def objection_result(notice: PublicNotice) -> str:
    """What came of the objection, as a sentence begins."""
    return capfirst(str(RESULT_WORDS[notice.objection_result]))


@register.filter
def is_address(place: str) -> bool:
    """Can it be opened?"""
    return place.startswith(("https://", "http://"))


@register.filter
def outcome_word(outcome: ObjectionOutcome) -> str:
    """What came of an objection."""
    return str(OBJECTION_WORDS[outcome.outcome])
