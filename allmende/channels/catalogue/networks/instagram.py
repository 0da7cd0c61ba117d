"""Instagram in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.networks.facebook import (
    APP_ID_HELP,
    APP_SECRET,
    APP_SECRET_HELP,
    META_REASONS,
    NO_APP_ID,
    NO_APP_SECRET,
)

WORDS = NetworkWords(
    name="Instagram",
    needed=_(
        "A professional account, and an application of your own at developers.facebook.com; how-to-instagram.md says how to"
        " make one."
    ),
    allowed=_(
        "Read your posts and their comments, answer, hide and delete comments. Posts need pictures at a public address,"
        " which Allmende cannot offer yet."
    ),
    questions={
        "app_id": (_("Instagram app ID"), APP_ID_HELP),
        "app_secret": (APP_SECRET, APP_SECRET_HELP),
    },
    bad_answers={"app_id": NO_APP_ID, "app_secret": NO_APP_SECRET},
    reasons=META_REASONS,
)
