"""Facebook pages in words, and what all networks of Meta answer."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import Words

APP_ID_HELP = _("Fifteen or sixteen digits. At developers.facebook.com: the application, App settings, Basic.")
APP_SECRET = _("App secret")
APP_SECRET_HELP = _("It stands there under the number. It is sealed here and never shown again.")
META_SECRET = _("App secret of the Meta app")
META_SECRET_HELP = _("Only for hearing at once by webhook: App settings, Basic. It is kept sealed.")
NO_APP_ID = _("This is no app ID. It consists of digits only.")
NO_APP_SECRET = _("This is no app secret. It consists of letters and digits only.")
META_REASONS: Words = {
    "network_fault": _("The network reports a fault of its own."),
    "blocked": _(
        "Meta blocks this account or these words for now. Look for a notice at the network before you try again."
    ),
    "duplicate": _("The network says that the same words stand there already. We look."),
    "scopes_missing": _("A permission was not given. Log in again and leave everything ticked."),
}
WORDS = NetworkWords(
    name=_("Facebook page"),
    needed=_("A page you manage, and an application of your own at developers.facebook.com."),
    allowed=_(
        "Read posts and comments on the page, post and answer in its name, change its own words, hide and delete comments,"
        " delete posts. Messenger is left out."
    ),
    steps=(
        _("At developers.facebook.com, Create app; choose the use case “Manage everything on your Page”."),
        _("In the use case, under Customize, add the permissions below. Allmende asks for no more."),
        _("Under Facebook Login for Business, Settings, enter the return address below as a valid OAuth redirect URI."),
        _("App settings, Basic, show app ID and app secret: both go into the form here."),
        _(
            "As long as the application is in development, only people with a role in it see what it posts. Set it"
            " live; Meta may ask for a review first."
        ),
    ),
    questions={
        "app_id": (_("App ID"), APP_ID_HELP),
        "app_secret": (APP_SECRET, APP_SECRET_HELP),
        "page": (_("Page"), _("Name or number of the page. May stay empty if you manage only one.")),
    },
    bad_answers={
        "app_id": NO_APP_ID,
        "app_secret": NO_APP_SECRET,
        "page": _(
            "It is not clear which page is meant. Write the name or number of a page that you manage and that you"
            " ticked"
            " when you agreed."
        ),
    },
    reasons=META_REASONS | {"page_unknown": _("It is not clear which page is meant.")},
)
