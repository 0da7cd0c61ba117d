"""YouTube in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="YouTube",
    needed=_("A channel, and an application of your own at console.cloud.google.com."),
    allowed=_(
        "Read the comments below the channel's videos, answer in its name, change and delete its own answers, hold back,"
        " publish and reject"
        " comments. Videos are not uploaded from here."
    ),
    steps=(
        _("At console.cloud.google.com, make a project, and enable the YouTube Data API v3 under APIs & Services."),
        _(
            "Google Auth Platform, Audience: External. Under Data access, add the permission below; Allmende asks for"
            " no other."
        ),
        _(
            "Clients, Create client, kind Web application: enter the return address below as authorized redirect URI."
            " Client ID and client secret are shown then."
        ),
        _("Audience, Publish app. As long as it is only being tested, Google ends the log-in after seven days."),
    ),
    questions={
        "client_id": (_("Client ID"), _("At console.cloud.google.com: Google Auth Platform, Clients.")),
        "client_secret": (_("Client secret"), _("It stands there. It is sealed here and never shown again.")),
    },
    bad_answers={
        "client_id": _("This is no client ID. It ends in apps.googleusercontent.com."),
        "client_secret": _("This is no client secret. It is one word without blanks."),
    },
    reasons={
        "quota_used_up": _("The day's quota at YouTube is used up. It goes on after midnight in California."),
        "comments_closed": _("No comments are allowed below this video any more."),
        "no_channel": _("This Google account has no channel. Choose the channel's own account when you agree."),
        "network_fault": _("The network reports a fault of its own."),
        "scopes_missing": _("A permission was not given. Log in again and leave everything ticked."),
    },
)
