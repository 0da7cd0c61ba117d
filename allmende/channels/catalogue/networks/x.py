"""X in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="X",
    needed=_("An account, and an access to the API of your own, which X charges for."),
    allowed=_(
        "Read your posts, what mentions you and the conversations below your posts, post and answer, also with"
        " pictures, hide"
        " answers, delete your own posts."
    ),
    steps=(
        _(
            "As the account that shall speak, open developer.x.com, Sign up, choose how you pay, Create App. Reading"
            " and posting costs by use; look at the prices first."
        ),
        _(
            "User authentication settings, Set up: Read and write, type Web App. Enter the return address below as"
            " callback URI."
        ),
        _("Client ID and Client Secret are shown then, the secret once."),
    ),
    questions={
        "client_id": (_("Client ID"), _("At developer.x.com: your application, Keys and tokens, OAuth 2.0.")),
        "client_secret": (_("Client Secret"), _("Shown beside it, if your application keeps one. It is kept sealed.")),
    },
    bad_answers={
        "client_id": _("This is no Client ID. It is one row of letters without blanks."),
        "client_secret": _("This is no Client Secret. It is one row of letters without blanks."),
    },
    reasons={
        "scopes_missing": _("This log-in may not send pictures yet. Log in again under Channels."),
        "not_invited": _(
            "X lets programs answer only where the author named or quoted your account. Answer this one at X itself."
        ),
        "credits_used": _("What was paid for at the network is used up. Pay in there, or wait for the next month."),
    },
)
