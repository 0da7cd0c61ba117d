"""Threads in words."""

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
    name="Threads",
    needed=_(
        "An account, and an application of your own at developers.facebook.com; how-to-threads.md says how to make one."
    ),
    allowed=_(
        "Read your posts, what mentions you and whole conversations, post and answer, hide replies, delete your own posts."
    ),
    questions={
        "app_id": (_("Threads app ID"), APP_ID_HELP),
        "app_secret": (APP_SECRET, APP_SECRET_HELP),
    },
    bad_answers={"app_id": NO_APP_ID, "app_secret": NO_APP_SECRET},
    reasons=META_REASONS,
)
