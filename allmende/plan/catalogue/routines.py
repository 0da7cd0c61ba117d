"""The words of recurrent work, a round to begin with, and the words of changes at the networks."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.catalogue import network_name
from allmende.plan.catalogue.words import Words

RHYTHM_WORDS: dict[str, Words] = {
    "daily": pgettext_lazy("rhythm", "every day"),
    "workdays": pgettext_lazy("rhythm", "on workdays"),
    "weekly": pgettext_lazy("rhythm", "once a week"),
    "monthly": pgettext_lazy("rhythm", "once a month"),
}
ROUTINE_RESULT_WORDS: dict[str, Words] = {
    "keep": _("Yes, keep it as it is"),
    "change": _("Yes, but it has to change"),
    "drop": _("No, stop it"),
}
EFFECT_STATE_WORDS: dict[str, Words] = {
    "open": pgettext_lazy("effect", "not looked at"),
    "untouched": pgettext_lazy("effect", "not touched"),
    "to_adapt": pgettext_lazy("effect", "has to be adapted"),
    "adapted": pgettext_lazy("effect", "adapted"),
}
# What an item of ours can be (`domain.formats`).
FORMAT_WORDS: dict[str, Words] = {
    "text": pgettext_lazy("format", "Text"),
    "picture": pgettext_lazy("format", "Picture"),
    "gallery": pgettext_lazy("format", "Several pictures"),
    "video": pgettext_lazy("format", "Video"),
    "link": pgettext_lazy("format", "Link with a word on it"),
    "question": pgettext_lazy("format", "Question to members"),
    "poll": pgettext_lazy("format", "Poll"),
    "article": pgettext_lazy("format", "Article"),
    "live": pgettext_lazy("format", "Live session"),
}
# What a round through a presence looks at, until somebody writes their own.
FIRST_ROUND: tuple[Words, ...] = (
    _("Read what came in since yesterday, and what mentions us elsewhere"),
    _("Check promises that fall due today"),
    _("See how our newest posts look there, and what they set off"),
    _("Notice where the tone turns, and tell the colleague on duty"),
    _("Note what the network itself has changed"),
)
FIRST_ROUND_MINUTES = 15


def network_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """The networks we are on, for a form."""
    return [(kind, network_name(kind)) for kind in kinds if kind != "archive"]
