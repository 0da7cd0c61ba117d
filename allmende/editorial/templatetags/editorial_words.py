"""Words for states and findings of items."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.channels import states as delivery
from allmende.channels.queries import Finding
from allmende.editorial import states
from allmende.editorial.models import Variant

register = template.Library()

STATES: dict[str, str | Promise] = {
    states.DRAFT: _("draft, does not pass the checks yet"),
    states.CHECKED: _("waits for approval"),
    states.APPROVED: _("approved, no slot yet"),
    delivery.WAITING: _("has its slot"),
    delivery.SPEAKING: _("is going out"),
    delivery.SENT: _("published"),
    delivery.REFUSED: _("refused by the network"),
    delivery.UNCLEAR: _("unclear whether it went out; we are looking"),
    delivery.GIVEN_UP: _("unclear whether it went out; please look"),
    delivery.HELD: _("held by the publishing stop"),
    delivery.WITHDRAWN: _("taken back"),
    delivery.MISSED: _("missed its slot"),
}
FINDINGS: dict[str, str | Promise] = {
    "text_empty": _("The text is empty."),
    "text_too_long": _("Too long: %(length)s of %(maximum)s. The network would refuse it."),
    "title_missing": _("This network wants a title."),
    "title_too_long": _("The title is too long: %(length)s of %(maximum)s."),
    "cannot_send": _("This channel cannot be written to."),
    "placeholder_left": _("A placeholder is still in the text: %(found)s"),
}


@register.filter
def variant_state(variant: Variant) -> str:
    """What to say about a variant: delivery once it is handed over, its own state before."""
    name = variant.dispatch.state if variant.state == states.HANDED_OVER and variant.dispatch else variant.state
    return str(STATES[name])


@register.filter
def can_be_withdrawn(variant: Variant) -> bool:
    """Is the network still waiting to hear it?"""
    return variant.dispatch is not None and variant.dispatch.state in (delivery.WAITING, delivery.HELD)


@register.filter
def finding_words(finding: Finding) -> str:
    """A finding as a sentence; an unknown code shows itself rather than nothing."""
    sentence = FINDINGS.get(finding.code)
    return str(sentence) % dict(finding.values) if sentence else finding.code


@register.filter
def month_year(value: date) -> str:
    """Oktober 2026."""
    return formats.date_format(value, "F Y")


@register.filter
def month_tail(value: date) -> str:
    """What stands behind the number of a day, for ears and phones: " Okt." in German, " Oct" in English."""
    return formats.date_format(value, ". N" if (get_language() or "").startswith("de") else " M")
