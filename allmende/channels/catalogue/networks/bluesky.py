"""Bluesky in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="Bluesky",
    needed=_("Your handle and an app password, which you make in Bluesky's settings in a minute."),
    allowed=_("Read posts and replies around your account, post and answer in its name, delete its own posts."),
    questions={
        "handle": (_("Handle of the account"), _("As others mention it, without @.")),
        "app_password": (
            _("App password"),
            _(
                "Not the password of the account. In Bluesky: Settings, Privacy and security, App passwords, Add."
                " Give it the name Allmende and copy it here."
            ),
        ),
        "server": (_("Address of the server"), _("Only if the account does not live at Bluesky itself.")),
    },
    bad_answers={
        "handle": _("This is no handle. It looks like name.bsky.social or like a domain of your own."),
        "app_password": _("This is no app password. Make one in Bluesky's settings and copy it here."),
        "server": NO_ADDRESS,
    },
)
