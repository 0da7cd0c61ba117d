"""Our own page in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

NO_LINK = _("This is no address of a page. It begins with https:// and holds no blanks.")

WORDS = NetworkWords(
    name=_("Own page"),
    group="forums",
    needed=_(
        "Nothing but a name: the page lives in this installation, at an address everybody can open, with a feed"
        " to subscribe to."
    ),
    allowed=_(
        "Publish posts with pictures, correct them and take them back; visitors comment without an account, and"
        " no comment is"
        " seen before somebody shows it."
    ),
    questions={
        "address": (
            _("Address of the page"),
            _(
                "Small letters, digits and hyphens; it stands at the end of the page's address. It should not change"
                " later."
            ),
        ),
        "about": (_("What the page is about"), _("One sentence below the title.")),
        "imprint": (_("Address of the imprint"), _("Whoever publishes in Germany or Austria needs one.")),
        "privacy": (_("Address of the privacy notice"), _("Visitors find it beside the imprint.")),
    },
    bad_answers={
        "address": _("This cannot stand in an address. Small letters, digits and hyphens, such as neues-vom-deich."),
        "about": _("This is too long for one sentence: at most 300 characters."),
        "imprint": NO_LINK,
        "privacy": NO_LINK,
    },
    reasons={"not_on_page": _("What is answered does not stand on this page.")},
    place="own_forum",
)
