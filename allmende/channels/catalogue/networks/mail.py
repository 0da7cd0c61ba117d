"""Mail in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

NO_MAIL_SERVER = _(
    "This server cannot be used. It looks like imap.example.org:993, and it must encrypt with a valid certificate."
)
NO_MAIL_ADDRESS = _("This is no mail address. It looks like redaktion@example.org.")

WORDS = NetworkWords(
    name=_("Mail and newsletter"),
    group="others",
    needed=_(
        "The address and the password of a mailbox of the team; with many providers a password for apps of its own."
    ),
    allowed=_(
        "Read the inbox and what was sent, answer, write to the newsletter's list; nothing is deleted or marked"
        " as read."
    ),
    questions={
        "address": (_("Address of the mailbox"), _("Members write to it, and answers come from it.")),
        "password": (_("Password"), _("If the provider offers passwords for apps, make one of its own for Allmende.")),
        "name": (_("Name of the sender"), _("Stands beside the address in every letter.")),
        "imap": (_("Server for reading (IMAP)"), _("Left empty, it is proposed from the address.")),
        "smtp": (_("Server for sending (SMTP)"), _("Left empty, it is proposed from the address.")),
        "user": (_("User name"), _("Only if it is not the address.")),
        "newsletter": (
            _("Address of the newsletter's list"),
            _("A post goes there, and the list server passes it on. Left empty, only answers are possible."),
        ),
        "unsubscribe": (
            _("Address to leave the list with one click"),
            _("If the list server has one (https). Mail programs then show a button."),
        ),
    },
    bad_answers={
        "address": NO_MAIL_ADDRESS,
        "password": _("Without the password nobody is let in."),
        "imap": NO_MAIL_SERVER,
        "smtp": NO_MAIL_SERVER,
        "newsletter": NO_MAIL_ADDRESS,
        "unsubscribe": _("This is no address for that. It begins with https:// and holds no blanks."),
    },
    reasons={
        "not_encrypted": _("The mail server offers no encryption, so nothing is said to it."),
        "bad_certificate": _("The certificate of the mail server does not hold for its name."),
        "no_addressee": _("There is no address to write to."),
        "bad_addressee": _("The mail server cannot write to this address."),
        "already_there": _("A letter of this number is there already. It is looked at before anything is said again."),
    },
)
