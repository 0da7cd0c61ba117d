"""Duty in words: spans of the clock, kinds and states of shifts, what working time says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allmende.domain.coverage import Concern
from allmende.team import states
from allmende.team.catalogue import (
    ABSENCE_KIND_WORDS,
    ASSUMED_WORDS,
    DUTY_KIND_WORDS,
    MOVE_WORDS,
    SHIFT_STATE_WORDS,
    SOURCE_WORDS,
)
from allmende.team.models import Absence, Person, Shift
from allmende.team.queries import Purpose, RestOwed, RotaGap
from allmende.team.templatetags.team_words import clock_words, span_words

register = template.Library()


@register.filter
def moment(value: str) -> datetime:
    """An instant a notice kept as text."""
    return datetime.fromisoformat(value)


@register.filter
def iso_date(value: str) -> date:
    """A day a notice kept as text."""
    return date.fromisoformat(value[:10])


@register.filter
def until(begin: datetime, end: datetime) -> str:
    """`shift.starts_at|until:shift.ends_at`: "8 bis 14 Uhr", "8:00 to 14:00"; the next day's end stands as 24 at midnight."""
    return span_words(timezone.localtime(begin).time(), timezone.localtime(end).time())


@register.filter
def until_iso(begin: datetime, end: str) -> str:
    """The same for the instants of a notice."""
    return until(begin, moment(end))


@register.filter
def open_gaps(gaps: Sequence[RotaGap]) -> int:
    """How many gaps nobody accepted."""
    return sum(one.accepted is None for one in gaps)


@register.filter
def span_of(begin: datetime, end: datetime) -> str:
    """The same, short: "8–14", "8:30–14"."""
    opens, closes = timezone.localtime(begin).time(), timezone.localtime(end).time()
    return f"{clock_words(opens)}–{clock_words(closes, '24')}"


@register.filter
def duty_kind(kind: str) -> str:
    """Full presence, light monitoring and so on."""
    return str(DUTY_KIND_WORDS.get(kind, kind))


@register.filter
def shift_state(state: str) -> str:
    """How far a shift has come."""
    return str(SHIFT_STATE_WORDS.get(state, state))


@register.simple_tag
def move_word(to: str, shift: Shift, person: Person) -> str:
    """The button by which this person moves a shift on."""
    state = "mine" if shift.person_id == person.pk and shift.state == states.SWAP_REQUESTED else shift.state
    return str(MOVE_WORDS.get((state, to)) or MOVE_WORDS["", to])


@register.filter
def assumed_word(name: str) -> str:
    """What a figure of the headcount is called."""
    return str(ASSUMED_WORDS[name][0])


@register.filter
def assumed_unit(name: str) -> str:
    """Its unit."""
    return str(ASSUMED_WORDS[name][1])


@register.filter
def source_word(source: str) -> str:
    """Where a figure comes from."""
    return str(SOURCE_WORDS[source])


@register.filter
def away_word(absence: Absence) -> str:
    """Why somebody is not here."""
    return str(ABSENCE_KIND_WORDS.get(absence.kind, absence.kind))


@register.filter
def away_state(absence: Absence) -> str:
    """How far an absence is settled: approved or not, and who stands in."""
    name = {"name": absence.deputy.name if absence.deputy else ""}
    if absence.deputy_confirmed_at:
        deputy = _("%(name)s stands in") % name
    else:
        deputy = _("%(name)s has not confirmed to stand in") % name if absence.deputy else _("nobody stands in yet")
    if absence.state == states.REQUESTED:
        return _("not approved yet, %(deputy)s") % {"deputy": deputy}
    return deputy[:1].upper() + deputy[1:]


@register.filter
def missing(gap: RotaGap) -> str:
    """How many people a gap lacks, as its set of hours asks for one or for more."""
    count = gap.gap.missing
    if gap.requirement.seats == 1:
        return _("Nobody is here")
    return ngettext("%(count)d person is missing", "%(count)d people are missing", count) % {"count": count}


@register.filter
def by_name(concerns: Sequence[tuple[str, Concern]]) -> list[tuple[str, list[Concern]]]:
    """What working time says, together for each person."""
    found: dict[str, list[Concern]] = {}
    for name, one in concerns:
        found.setdefault(name, []).append(one)
    return list(found.items())


@register.filter
def figure(value: float) -> str:
    """38,5 and 7: a decimal only where there is one."""
    rounded = round(float(value), 1)
    return str(formats.number_format(rounded, 0 if rounded.is_integer() else 1, use_l10n=True))


@register.filter
def concern(one: Concern) -> str:
    """What working time says to one day of one person, as a warning."""
    hours = figure(one.hours)
    sentences = {
        "rest": _("only %(hours)s hours of rest before"),
        "long": _("%(hours)s hours, more than usual"),
        "too_long": _("%(hours)s hours, more than the longest day allows"),
        "sunday": _("a Sunday: it needs a reason, and a day of rest until %(about)s"),
        "sundays": _("only %(hours)s Sundays of the year would stay free"),
        "holiday": _("a public holiday: it needs a reason, and a day of rest until %(about)s"),
        "rest_day": _("the day of rest for %(about)s"),
    }
    return sentences[one.kind] % {"hours": hours, "about": _short(one.about)}


@register.filter
def rest_word(one: RestOwed) -> str:
    """How it stands with the day of rest for a Sunday or holiday."""
    sentences = {
        "missing": _("day of rest not chosen yet, at the latest %(due)s"),
        "overdue": _("day of rest missing; it was due until %(due)s"),
        "worked": _("day of rest on %(rest)s, but there is duty that day"),
        "no_workday": _("day of rest on %(rest)s, but that day is free anyway"),
        "outside": _("day of rest on %(rest)s, outside %(first)s to %(due)s"),
        "double": _("day of rest on %(rest)s, but that day stands in for another one already"),
        "planned": _("day of rest on %(rest)s"),
        "taken": _("rested on %(rest)s"),
    }
    rest = one.row.rest_date if one.row else None
    return sentences[one.state] % {"due": _short(one.due), "first": _short(one.first), "rest": _short(rest)}


@register.filter
def purpose(purposes: Mapping[str, Purpose], key: str) -> Purpose | None:
    """The part of the plan a shift serves, if it is one in force."""
    return purposes.get(key) if purposes else None


def _short(on: date | None) -> str:
    """4. Jan. in German, 4 Jan in English, unbroken; as every page writes it."""
    form = "j. N" if (get_language() or "").startswith("de") else "j M"
    return formats.date_format(on, form).replace(" ", "\u00a0") if on else ""
