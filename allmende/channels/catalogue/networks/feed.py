"""Feeds in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name=_("Feed"),
    group="others",
    needed=_(
        "The address of a page that has a feed (RSS, Atom or JSON Feed): your own news, a press review. No password."
    ),
    allowed=_("Read new entries every quarter of an hour. Nothing can be said or answered there."),
    questions={
        "address": (
            _("Address of the page or of its feed"),
            _("If the page names its feed, it is found from there."),
        ),
    },
    bad_answers={
        "address": _(
            "No feed was found at this address. Look for the sign RSS or Feed on the page and copy its address."
        )
    },
    reasons={
        "no_feed": _("There is no feed at this address."),
        "has_entities": _("The feed is written in a way that could do harm, so it is not read."),
    },
)
