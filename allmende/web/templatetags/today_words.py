"""The answer of the start page in one sentence, and days as people say them."""

from datetime import date, datetime

from django import template
from django.utils.translation import gettext, ngettext, npgettext

from allmende.web.catalogue import FIRST_STEPS
from allmende.web.queries import Today
from allmende.web.templatetags.house import day, day_short, due_clock

register = template.Library()

SMALL_NUMBERS = 12


@register.filter
def headline(today: Today, now: datetime) -> str:
    """What needs somebody now, in words: "Zwei Gespräche warten, das erste ist fällig 11:12, danach drei Schritte"."""
    parts = [part for part in (_waiting(today, now), _decisions(today), _steps(today), _attention(today)) if part]
    if not parts and today.is_beginning:
        return gettext("Welcome. This is how the community gets going.")
    if not parts:
        return gettext("Nothing waits. A good hour for the plan.")
    first, *others = parts
    rest = gettext(" and ").join([", ".join(others[:-1]), others[-1]] if len(others) > 1 else others)
    sentence = gettext("%(first)s, then %(rest)s") % {"first": first, "rest": rest} if rest else first
    return sentence[0].upper() + sentence[1:]


def _waiting(today: Today, now: datetime) -> str:
    if today.late_number:
        return ngettext("%(number)s answer is overdue", "%(number)s answers are overdue", today.late_number) % {
            "number": _spelled(today.late_number)
        }
    due = next((row.due_at for row in today.waiting if row.due_at), None)
    if due is None:
        return ""
    return ngettext(
        "%(number)s conversation waits, due first at %(at)s",
        "%(number)s conversations wait, due first at %(at)s",
        today.waiting_number,
    ) % {"number": _spelled(today.waiting_number), "at": due_clock(due, now)}


def _decisions(today: Today) -> str:
    number = (today.matters.stuck > 0) + (today.matters.draft_at is not None) + len(today.changed)
    words = npgettext("headline", "%(number)s decision", "%(number)s decisions", number)
    return words % {"number": _spelled(number)} if number else ""


def _steps(today: Today) -> str:
    number = len(today.steps)
    return ngettext("%(number)s step", "%(number)s steps", number) % {"number": _spelled(number)} if number else ""


def _attention(today: Today) -> str:
    number = len(today.attention) + len(today.uncared)
    return ngettext("%(number)s item", "%(number)s items", number) % {"number": _spelled(number)} if number else ""


def _spelled(number: int) -> str:
    """One to twelve as a word, as a newspaper would write it."""
    words = gettext("one two three four five six seven eight nine ten eleven twelve").split()
    return words[number - 1] if 1 <= number <= SMALL_NUMBERS else str(number)


@register.filter
def first_step(code: str) -> str:
    """What a new workspace needs, as a heading."""
    return str(FIRST_STEPS[code].title)


@register.filter
def first_step_reason(code: str) -> str:
    """Why it is needed."""
    return str(FIRST_STEPS[code].reason)


@register.filter
def first_step_action(code: str) -> str:
    """The button that leads there."""
    return str(FIRST_STEPS[code].action)


@register.filter
def day_name(on_date: date, today: date) -> str:
    """today, yesterday, tomorrow, else the short weekday and day: "Mo 12. Okt."."""
    away = (on_date - today).days
    names = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}
    return names.get(away, f"{day_short(on_date)} {day(on_date)}")
