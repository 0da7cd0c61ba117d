"""Mastodon and its kin in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="Mastodon",
    needed=_(
        "An account at a Mastodon server, or one that speaks its language. You agree there; no password is typed here."
    ),
    allowed=_("Read what reaches your account, post and answer in its name, change and delete its own posts."),
    questions={
        "server": (
            _("Address of the server"),
            _("Where the account lives; it stands behind the second @ of its name."),
        ),
    },
    bad_answers={"server": NO_ADDRESS},
)
