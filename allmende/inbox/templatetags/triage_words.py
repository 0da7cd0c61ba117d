"""Words for what a machine supposes."""

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext, pgettext_lazy

from allmende.guidelines.catalogue import SITUATIONS
from allmende.inbox import states
from allmende.inbox.models import Suggestion
from allmende.inbox.queries import Band
from allmende.triage.language import LANGUAGES

register = template.Library()

URGENCIES: dict[str, str | Promise] = {
    "at_once": pgettext_lazy("urgency", "at once"),
    "urgent": pgettext_lazy("urgency", "urgent"),
    "usual": pgettext_lazy("urgency", "as usual"),
}
NAMES = {one.number: one.name for one in SITUATIONS}


@register.filter
def urgency_word(code: str) -> str:
    """At once, urgent, as usual."""
    return str(URGENCIES[code])


@register.filter
def language_word(code: str) -> str:
    """A language as one calls it in one's own."""
    return str(get_language_info(code)["name_translated"])


@register.simple_tag
def languages() -> Sequence[tuple[str, str]]:
    """The languages that are recognised, by name."""
    return sorted(((code, language_word(code)) for code in LANGUAGES), key=lambda pair: pair[1].casefold())


@register.simple_tag
def urgencies() -> Sequence[tuple[str, str]]:
    """The urgencies a list is narrowed to."""
    return [("at_once", urgency_word("at_once")), ("urgent", gettext("urgent or at once"))]


@register.filter
def supposed_words(found: Suggestion) -> str:
    """What it seems to be, and how sure that is."""
    if found.situation is None and not found.label:
        return ""
    name = found.label or f"{found.situation}, {NAMES.get(found.situation or 0, '')}"
    if found.source == states.BY_SIGNS:
        return gettext("By the signs of the reaction plan: %(name)s.") % {"name": name}
    said = gettext("It looks like: %(name)s. Of a hundred such suggestions about %(number)d are right.")
    return said % {"name": name, "number": round((found.confidence or 0) * 100)}


@register.filter
def urgency_words(found: Suggestion) -> str:
    """How urgent it sounds, and why."""
    if found.urgency == "usual":
        return ""
    said = (
        gettext("It sounds as if an answer is needed at once")
        if found.urgency == "at_once"
        else gettext("It sounds urgent")
    )
    if not found.urgency_words:
        return gettext("%(said)s, by what its situation promises.") % {"said": said}
    return gettext("%(said)s, because of: %(words)s.") % {"said": said, "words": quoted(found.urgency_words)}


@register.filter
def quoted(words: Sequence[str]) -> str:
    """Words of somebody else, each in quotation marks."""
    return ", ".join(gettext("“%(words)s”") % {"words": word} for word in words)


@register.filter
def band_words(band: Band) -> str:
    """Can the stated certainty be believed? In words one can check by counting."""
    if not band.is_enough:
        return gettext("Stated as about %(stated)d of a hundred: too few answers to say how many are right.") % {
            "stated": round(band.stated * 100)
        }
    said = gettext(
        "Stated as about %(stated)d of a hundred: the team took %(taken)d of %(answered)d, %(share)d of a hundred."
    )
    return said % {
        "stated": round(band.stated * 100), "taken": band.taken, "answered": band.answered,
        "share": round(band.taken / band.answered * 100),
    }  # fmt: skip
