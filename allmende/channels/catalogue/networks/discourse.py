"""Discourse in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="Discourse",
    group="forums",
    needed=_("An account at the forum, and an API key for it that an administrator of the forum makes in a minute."),
    allowed=_(
        "Read what this account can see, its private messages too; open topics, answer and upload pictures in its name,"
        " change and delete its own posts. If it is a moderator there: also remove posts and close topics."
    ),
    steps=(
        _(
            "At the forum, as an administrator: Admin, API, New key. Name it Allmende; user level: single user, the"
            " account that shall speak."
        ),
        _(
            "Scope: granular. Tick the permissions below as far as the forum offers them; what is not ticked is"
            " refused, and everything else works."
        ),
        _(
            "topics: update is only for a moderator's account; on older forums it is called topics: status. The key"
            " is shown once."
        ),
    ),
    questions={
        "server": (_("Address of the forum"), _("As it stands in the browser.")),
        "username": (_("Username"), _("The account that shall speak. The key belongs to it.")),
        "api_key": (
            _("API key"),
            _("At the forum: Admin, API, New key, for a single user, with granular scopes."),
        ),
        "category": (
            _("Category for new topics"),
            _("Its address at the forum, or its name. Left empty, the forum decides."),
        ),
    },
    bad_answers={
        "server": NO_ADDRESS,
        "username": _("This is no username. It stands behind the @."),
        "api_key": _("This is no API key. The forum shows it once, when it is made."),
        "category": _("The forum has no such category, or the account does not see it."),
    },
    reasons={
        "awaits_approval": _(
            "The forum has it and shows it only when one of its moderators has let it pass. Please do not say it again."
        ),
    },
)
