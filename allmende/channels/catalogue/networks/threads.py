"""Threads in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.networks.facebook import (
    APP_ID_HELP,
    APP_SECRET,
    APP_SECRET_HELP,
    META_REASONS,
    META_SECRET,
    META_SECRET_HELP,
    NO_APP_ID,
    NO_APP_SECRET,
)

WORDS = NetworkWords(
    name="Threads",
    needed=_("An account, and an application of your own at developers.facebook.com."),
    allowed=_(
        "Read your posts, what mentions you and whole conversations, post and answer, hide replies, delete your"
        " own posts."
    ),
    steps=(
        _("At developers.facebook.com, Create app; choose the use case “Access the Threads API”."),
        _("In the use case, under Customize, add the permissions below. Allmende asks for no more."),
        _("In the settings of the use case, enter the return address below as Redirect Callback URL."),
        _("Threads app ID and Threads app secret stand there; they are not those of the Meta app."),
        _(
            "As long as the application is in development, make the account a Threads tester there, and accept that"
            " in Threads' settings under Website permissions."
        ),
    ),
    questions={
        "app_id": (_("Threads app ID"), APP_ID_HELP),
        "app_secret": (APP_SECRET, APP_SECRET_HELP),
        "meta_secret": (META_SECRET, META_SECRET_HELP),
    },
    bad_answers={"app_id": NO_APP_ID, "app_secret": NO_APP_SECRET, "meta_secret": NO_APP_SECRET},
    reasons=META_REASONS,
)
