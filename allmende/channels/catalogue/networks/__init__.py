"""What people read about each network: one file per kind, found by its name, beside the connector's line in the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.channels.states import PRACTICE
from allmende.connectors.register import KINDS

Text = str | Promise

GROUPS: Mapping[str, Text] = {
    "practice": _("To try it out"),
    "networks": _("Social networks"),
    "forums": _("Forums, sites and pages"),
    "chats": _("Chats and messengers"),
    "others": _("Mail, feeds and anything else"),
}


@dataclass(frozen=True, slots=True)
class WayWords:
    """One of several ways into a network: what people call it, and how to come by what is needed, one after the other."""

    name: Text
    steps: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkWords:
    """One network in words.

    `needed` and `allowed`: what a person must bring, and what Allmende may do there then; both are "" for a network nobody
    connects in the browser. `steps`: how to come by it, one after the other. `questions`: label and help of each question
    of its log-in. `bad_answers`: what is wrong with an answer, by question. `reasons`: sentences for reason
    codes of this connector alone. `place`: what a channel there is. `group`: beside which others it stands where people choose (GROUPS).
    `ways`: where its log-in has several, each by its name, the first by "".
    """

    name: Text
    needed: Text = ""
    allowed: Text = ""
    steps: tuple[Text, ...] = ()
    questions: Mapping[str, tuple[Text, Text]] = field(default_factory=dict)
    bad_answers: Mapping[str, Text] = field(default_factory=dict)
    reasons: Mapping[str, Text] = field(default_factory=dict)
    place: str = "social_network"
    group: str = "networks"
    ways: Mapping[str, WayWords] = field(default_factory=dict)


def _words(kind: str) -> NetworkWords:
    found: NetworkWords = import_module(f"{__name__}.{kind}").WORDS
    return found


# The practice network first: it is what one tries before a real one.
NETWORKS: Mapping[str, NetworkWords] = {
    kind: _words(kind) for kind in sorted(KINDS, key=lambda kind: (kind != PRACTICE, kind))
}


def network_name(kind: str) -> str:
    """ "mastodon" as people call it; the kind itself where nothing speaks it any more."""
    return str(NETWORKS[kind].name) if kind in NETWORKS else kind.title()
