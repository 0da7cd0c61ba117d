"""NodeBB in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="NodeBB",
    group="forums",
    needed=_("An account at the forum, and an access token that an administrator of the forum makes for it."),
    allowed=_(
        "Read what this account can see, open topics and answer in its name, change and delete its own posts. If it is a moderator"
        " there: also remove posts and lock topics."
    ),
    steps=(
        _(
            "At the forum, as an administrator: Admin, Settings, API access, Create token. It takes NodeBB 1.15 or"
            " newer."
        ),
        _(
            "User id: the number of the account that shall speak, as it stands in Manage, Users. With 0 the token"
            " could speak for anybody; take that only if there is no other."
        ),
    ),
    questions={
        "server": (_("Address of the forum"), _("As it stands in the browser.")),
        "token": (
            _("Access token"),
            _(
                "At the forum: Admin, Settings, API access, Create token, with the user id of the account that shall"
                " speak."
            ),
        ),
        "user_id": (
            _("User id"),
            _(
                "Only if the token was made for the whole forum (user id 0): the number of the account that shall speak."
            ),
        ),
        "category": (_("Category for new topics"), _("Its address at the forum, its number or its name.")),
    },
    bad_answers={
        "server": NO_ADDRESS,
        "token": _("This is no access token. Copy it from the forum's settings once more."),
        "user_id": _("A user id is a number. It stands in the forum's list of users."),
        "category": _("The forum has no such category, or the account does not see it."),
    },
    reasons={
        "awaits_approval": _(
            "The forum has it and shows it only when one of its moderators has let it pass. Please do not say it again."
        ),
    },
)
