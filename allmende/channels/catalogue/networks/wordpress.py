"""WordPress in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="WordPress",
    group="forums",
    needed=_(
        "A user of the site with the role Editor, and an application password, which this user makes in the"
        " profile in a"
        " minute. As Author, other people's comments cannot be freed, hidden or removed."
    ),
    allowed=_(
        "Read posts and comments, publish posts with pictures, answer comments, free, hide and remove comments,"
        " change its own words and take them back."
    ),
    questions={
        "site": (_("Address of the site"), _("Any address of it will do; the way in is found from there.")),
        "user": (_("User name"), _("With which this user logs in to the site.")),
        "app_password": (
            _("Application password"),
            _(
                "Not the password of the user. In WordPress: Users, Profile, Application Passwords. Give it the name"
                " Allmende"
                " and copy it here; the blanks do not matter."
            ),
        ),
        "category": (_("Category of our posts"), _("As the site names it; without one the site chooses.")),
    },
    bad_answers={
        "site": NO_ADDRESS,
        "user": _("This user may not publish at the site. It takes at least the role Author, better Editor."),
        "app_password": _("This is no application password. Make one in the user's profile and copy it here."),
        "category": _("The site has no category of this name."),
    },
    reasons={
        "said_before": _(
            "The same words of ours stand below this message already, and WordPress takes them only once. Please look"
            " at the site."
        ),
        "too_few_rights": _("This user may not publish at the site."),
    },
)
