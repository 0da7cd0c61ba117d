"""LinkedIn pages in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name=_("LinkedIn page"),
    needed=_(
        "A page you administer, and an application of your own at developer.linkedin.com with access to the"
        " Community Management API."
    ),
    allowed=_(
        "Read the page's posts, the comments below them and posts that mention the page, post and comment in its"
        " name, delete posts and"
        " comments. Messages are left out."
    ),
    steps=(
        _(
            "At developer.linkedin.com, Create app, with your page; an administrator of the page verifies it by the"
            " link LinkedIn shows."
        ),
        _(
            "Under Products, request the Community Management API. LinkedIn takes some days to look, and wants this"
            " product alone in an application."
        ),
        _(
            "Under Auth, enter the return address below among the authorized redirect URLs. Client ID and client"
            " secret stand there too."
        ),
        _("When you agree, leave the permissions below ticked. None of them is about your own profile."),
    ),
    questions={
        "client_id": (_("Client ID"), _("At developer.linkedin.com: the application, Auth.")),
        "client_secret": (_("Client secret"), _("It stands there. It is sealed here and never shown again.")),
        "page": (_("Page"), _("Name or address of the page. May stay empty if you administer only one.")),
    },
    bad_answers={
        "client_id": _("This is no client ID. It is one word of letters and digits."),
        "client_secret": _("This is no client secret. It is one word without blanks."),
        "page": _(
            "It is not clear which page is meant. Write the name or address of a page that you administer, as"
            " LinkedIn shows it."
        ),
    },
    reasons={
        "page_unknown": _("It is not clear which page is meant."),
        "scopes_missing": _("A permission was not given. Log in again and leave everything ticked."),
        "duplicate": _("The network says that the same words stand there already. We look."),
        "quota_used_up": _("The day's calls at LinkedIn are used up. It goes on after midnight UTC."),
        "version_ended": _(
            "LinkedIn no longer speaks the version of its interface that this Allmende knows. Nothing is lost; bring"
            " Allmende up to date."
        ),
        "spared": _("The rest is read at the next look, so that enough calls are left for speaking."),
    },
)
