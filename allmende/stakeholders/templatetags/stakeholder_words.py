"""Reports and stakeholders in words; each filter speaks the active language."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.translation import gettext, pgettext

from allmende.plan.catalogue import measure_word
from allmende.plan.models import Stakeholder
from allmende.stakeholders import queries
from allmende.stakeholders.catalogue import INFLUENCE_WORDS, RELATION_WORDS, TEXT_WORDS, Refusal, refusal_of
from allmende.stakeholders.queries import sentences
from allmende.stakeholders.queries.paper import Figure, GoalPart, Paper

register = template.Library()


@register.filter
def influence(stakeholder: Stakeholder) -> str:
    """Decides, advises, is affected."""
    return str(INFLUENCE_WORDS[stakeholder.influence])


@register.filter
def relation(stakeholder: Stakeholder) -> str:
    """How we stand with them."""
    return str(RELATION_WORDS[stakeholder.relation])


@register.filter
def rhythm(stakeholder: Stakeholder) -> str:
    """Every 28 days."""
    return gettext("every %(days)s days") % {"days": stakeholder.update_interval_days}


@register.filter
def outcome(figure: Figure) -> str:
    """Is it more than before? One to three sentences."""
    return sentences.outcome(figure)


@register.filter
def contribution(goal: GoalPart) -> str:
    """Does the community contribute to this goal?"""
    return sentences.contribution(goal)


@register.filter
def reason(figure: Figure) -> str:
    """Why there is no verdict."""
    return sentences.reason(figure)


@register.filter
def polite_refusal(paper: Paper) -> str:
    """The ready answer to a wish for counts of activity."""
    return queries.polite_refusal(paper)


@register.filter
def definition(figure: Figure) -> str:
    """What was counted, as people call it."""
    return figure.definition_name or measure_word(figure.definition_key)


@register.filter
def version_number(figure: Figure) -> str:
    """Which version of the definition counted."""
    return figure.definition_version.rpartition("/")[2]


@register.filter
def in_points(difference: float | None) -> str:
    """0.04: "4,0", to be followed by "points"."""
    return formats.number_format(round(difference * 100, 1), decimal_pos=1) if difference is not None else ""


@register.filter
def signed(difference: float | None) -> str:
    """A bound of a difference in points, without its unit: "+4,2", "−0,6", and "0,0" where it rounds to none."""
    if difference is None:
        return ""
    figure = round(difference * 100, 1)
    return ("+" if figure > 0 else "\u2212" if figure < 0 else "") + in_points(abs(difference))


@register.filter
def refusal(code: str) -> Refusal:
    """Why the guard keeps something in, and what helps."""
    return refusal_of(code)


@register.filter
def place_word(where: str) -> str:
    """Which text or figure a finding is about."""
    return str(TEXT_WORDS[where])


@register.filter
def per_hundred(share: float) -> str:
    """0.488: "49"; to be followed by "of 100"."""
    return str(round(share * 100))


@register.filter
def day_name(value: date | None) -> str:
    """6. Juli 2026; 6 July 2026."""
    return _unparted(formats.date_format(value, pgettext("date format", "j F Y"))) if value else ""


@register.filter
def until(first: date, last: date) -> str:
    """6. Juli bis 4. Oktober 2026; the year once when it is the same."""
    is_short = first.year == last.year
    start = _unparted(formats.date_format(first, pgettext("date format", "j F"))) if is_short else day_name(first)
    return gettext("%(first)s to %(last)s") % {"first": start, "last": day_name(last)}


def _unparted(written: str) -> str:
    """Day and month never part at the end of a line."""
    return written.replace(" ", "\u00a0", 1)
