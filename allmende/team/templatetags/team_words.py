"""The team in words: roles, rights, hours of the week, lines of the audit book, notices."""

from datetime import time
from itertools import groupby

from django import template
from django.forms import ChoiceField, Field, Form
from django.template import Context, TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from allmende.team import access, states
from allmende.team.actions import StaleRevision
from allmende.team.audit import words_of
from allmende.team.catalogue import COUNTRY_WORDS, MODULE_WORDS, THING_WORDS, UNIT_KIND_WORDS, WEEKDAYS
from allmende.team.models import Notice, Person, ServiceHours
from allmende.team.queries import holders_of, place_name, role_word

register = template.Library()


@register.filter
def may(person: Person | None, verb: str) -> bool:
    """`{% if request.person|may:"team.hours.edit" %}`: does the table of rights allow it, and is its module switched on?"""
    return person is not None and access.is_shown(person, verb)


@register.filter
def module_word(module: str) -> str:
    """A module that can be switched off, in the reader's language."""
    return str(MODULE_WORDS[module][0])


@register.filter
def module_hides(module: str) -> str:
    """What is gone from the screens while it is off."""
    return str(MODULE_WORDS[module][1])


@register.simple_tag(takes_context=True)
def who_may(context: Context, verb: str) -> list[Person]:
    """`{% who_may "team.workspace.edit" as people %}`: whom to ask for what oneself may not do."""
    return list(holders_of(context["request"].workspace, verb))


@register.filter
def is_kept_inside(person: Person | None, verb: str) -> bool:
    """`{% if request.person|is_kept_inside:exception %}`: what nobody from outside does, whatever their role (S4-15)."""
    return person is not None and person.employment == states.EXTERNAL and verb in states.INSIDE_ONLY


@register.filter
def may_open(person: Person, path: str) -> bool:
    """`{% if request.person|may_open:one.url %}`: a link that ends in a refusal is not offered."""
    return access.may_open(person, path)


@register.filter
def role(person: Person) -> str:
    """The role in the reader's language."""
    return role_word(person.role)


@register.filter
def audit_words(verb: str) -> str:
    """What a verb of the audit book says."""
    return words_of(verb)


@register.filter
def unit_kind(kind: str) -> str:
    """Department, working group and so on."""
    return str(UNIT_KIND_WORDS.get(kind, kind))


@register.filter
def thing(kind: str) -> str:
    """What somebody can be accountable for."""
    return str(THING_WORDS.get(kind, kind))


@register.filter
def place(hours: ServiceHours) -> str:
    """Schleswig-Holstein, Deutschland."""
    country = str(COUNTRY_WORDS.get(hours.country, hours.country))
    name = place_name(hours.country, hours.subdivision)
    return f"{name}, {country}" if name else country


@register.filter
def week(hours: ServiceHours) -> list[tuple[str, str]]:
    """The week in lines, equal days together: [("Montag bis Freitag", "8 bis 18 Uhr"), ("Samstag", "9 bis 12 Uhr")]."""
    spans = {
        weekday: tuple((span.starts_at, span.ends_at) for span in rows)
        for weekday, rows in groupby(hours.spans.all(), key=lambda span: span.weekday)
    }
    lines: list[tuple[list[int], str]] = []
    for weekday in sorted(spans):
        said = ", ".join(span_words(*span) for span in spans[weekday])
        if lines and lines[-1][1] == said and lines[-1][0][-1] == weekday - 1:
            lines[-1][0].append(weekday)
        else:
            lines.append(([weekday], said))
    return [(_days(days), said) for days, said in lines]


@register.filter
def beside(stale: StaleRevision, form: Form | None) -> list[tuple[str, str]]:
    """What the other person wrote, where it differs from what was typed: (the field's label, the value in words)."""
    fields = form.fields if form else {}
    typed = form.cleaned_data if form and form.is_bound and form.is_valid() else {}
    return [
        (str(getattr(fields.get(name), "label", None) or name), _in_words(fields.get(name), value))
        for name, value in stale.theirs.items()
        if name not in typed or typed[name] != value
    ]


@register.filter
def sentence(notice: Notice) -> SafeString | str:
    """A notice in the reader's language: its kind `<room>.<what>` names the template `<room>/notices/<what>.html`."""
    room, _dot, what = notice.kind.partition(".")
    try:
        return render_to_string(f"{room}/notices/{what}.html", notice.values)
    except TemplateDoesNotExist:
        return gettext("There is something new (%(kind)s).") % {"kind": notice.kind}


def _in_words(field: Field | None, value: object) -> str:
    if isinstance(field, ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "–" if value in (None, "") else str(value)


def _days(days: list[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if len(days) == 1:
        return first
    joined = gettext("%(first)s to %(last)s") if len(days) > 2 else gettext("%(first)s and %(last)s")
    return joined % {"first": first, "last": last}


def span_words(start: time, end: time) -> str:
    """8 bis 18 Uhr; 8:00 to 18:00."""
    values = {"start": clock_words(start), "end": clock_words(end, "24")}
    return (gettext("%(start)s to %(end)s") % values).replace(" ", "\u00a0")


def clock_words(at: time, midnight: str = "0") -> str:
    """8, 8:30 in German; 8:00, 8:30 in English. `midnight`: what 0:00 is called."""
    if (get_language() or "").startswith("de"):
        hour = midnight if at == time(0) else str(at.hour)
        return f"{hour}:{at:%M}" if at.minute else hour
    return f"{midnight}:00" if at == time(0) else f"{at.hour}:{at:%M}"
