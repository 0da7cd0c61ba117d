"""Instagram in words."""

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
    name="Instagram",
    needed=_("A professional account, and an application of your own at developers.facebook.com."),
    allowed=_(
        "Read your posts and their comments, post pictures, answer, hide and delete comments, close posts for comments."
        " Instagram fetches the pictures"
        " itself, so Allmende must be reachable under a public https address."
    ),
    steps=(
        _("In Instagram's settings, switch the account to a professional one if it is none yet."),
        _("At developers.facebook.com, Create app; choose the use case “Manage messaging & content on Instagram”."),
        _("Under API setup with Instagram login, add the permissions below. Allmende asks for no more."),
        _("Under Set up Instagram business login, enter the return address below as redirect URL."),
        _("Instagram app ID and Instagram app secret stand there; they are not those of the Meta app."),
        _(
            "As long as the application is in development, make the account an Instagram tester there, and accept"
            " that in Instagram's settings."
        ),
    ),
    questions={
        "app_id": (_("Instagram app ID"), APP_ID_HELP),
        "app_secret": (APP_SECRET, APP_SECRET_HELP),
        "meta_secret": (META_SECRET, META_SECRET_HELP),
    },
    bad_answers={"app_id": NO_APP_ID, "app_secret": NO_APP_SECRET, "meta_secret": NO_APP_SECRET},
    reasons=META_REASONS,
)
