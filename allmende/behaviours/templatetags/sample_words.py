"""Samples in the reader's words: how far they are, what they found, why there is nothing to code."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.behaviours import states
from allmende.behaviours.catalogue import MARK_WORDS
from allmende.behaviours.models import LabelSample
from allmende.behaviours.queries.samples import turn_of
from allmende.behaviours.templatetags.figure_words import share_words, written
from allmende.team.models import Person

register = template.Library()


@register.filter
def sample_state(sample: LabelSample) -> str:
    """How far it is; of one set aside, why."""
    if sample.state == states.SET_ASIDE:
        return _("set aside: %(reason)s") % {"reason": sample.reason}
    if sample.state == states.FINISHED:
        return ngettext("%(count)s case coded", "%(count)s cases coded", sample.cases) % {
            "count": written(sample.cases)
        }
    return _("being coded") if sample.state == states.CODING else _("drawn, not coded yet")


@register.filter
def sample_found(sample: LabelSample) -> str:
    """Sensitivity, specificity and kappa in one line; empty before it is finished."""
    found = sample.sampled.accuracy if sample.sampled else None
    if found is None:
        return ""
    words = {"sensitivity": share_words(found.sensitivity), "specificity": share_words(found.specificity)}
    said = _("sensitivity %(sensitivity)s, specificity %(specificity)s") % words
    return said if sample.kappa is None else said + ", " + _("kappa %(kappa)s") % {"kappa": written(sample.kappa, 2)}


@register.filter
def sample_closed(sample: LabelSample, person: Person) -> str:
    """Why this person has nothing to code here."""
    if sample.state == states.SET_ASIDE:
        return _("This sample was set aside: %(reason)s") % {"reason": sample.reason}
    if person.pk in (sample.coder_id, sample.second_coder_id):
        return _("You have coded your part, and what you said stands.")
    if turn_of(sample, person) is not None:
        return _("The cases of this sample were deleted, so there is nothing left to code.")
    return _("Two people code this sample; more are not needed.")


@register.filter
def mark_words(act: str) -> str:
    """What somebody did about these words without words; empty for what says nothing of them."""
    return str(MARK_WORDS.get(act, ""))
