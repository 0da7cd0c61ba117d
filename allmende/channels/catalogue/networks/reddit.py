"""Reddit in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="Reddit",
    group="forums",
    needed=_("An account that may write in the subreddit, and an application of your own at Reddit."),
    allowed=_(
        "Read posts, comments and this account's inbox, post and answer in its name, change and delete its own words. If it"
        " is a moderator"
        " there: also remove, approve and lock."
    ),
    steps=(
        _(
            "As the account that shall speak, open reddit.com/prefs/apps, Create another app, kind web app. Reddit"
            " may ask you to register for its API first."
        ),
        _("As redirect uri, enter the return address below."),
        _("The app ID stands below the name of the application, the secret beside it."),
    ),
    questions={
        "subreddit": (_("Subreddit"), _("Its name or its address.")),
        "client_id": (_("App ID"), _("At reddit.com/prefs/apps: under the name of the application.")),
        "client_secret": (_("App secret"), _("It stands there as “secret”. It is sealed here and never shown again.")),
    },
    bad_answers={
        "subreddit": _("Reddit has no such subreddit, or this account does not see it."),
        "client_id": _("This is no app ID. It is one word without blanks."),
        "client_secret": _("This is no app secret. It is one word without blanks."),
    },
    reasons={
        "subreddit_unknown": _("Reddit has no such subreddit, or this account does not see it."),
        "flair_required": _(
            "This subreddit takes no post without a flair, and Allmende cannot choose one. Post it at Reddit, or ask"
            " the"
            " moderators to allow posts without."
        ),
        "network_fault": _("The network reports a fault of its own."),
        "scopes_missing": _("A permission was not given. Log in again and leave everything ticked."),
    },
)
