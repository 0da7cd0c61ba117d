"""Mail in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords, WayWords

NO_MAIL_SERVER = _(
    "This server cannot be used. It looks like imap.example.org:993, and it must encrypt with a valid certificate."
)
NO_MAIL_ADDRESS = _("This is no mail address. It looks like redaktion@example.org.")

_MICROSOFT = (
    _(
        "At entra.microsoft.com open App registrations, New registration, with accounts in this directory alone; enter the"
        " return address below as redirect URI of the kind Web."
    ),
    _("Its overview shows the application's ID and the directory's ID."),
    _(
        "API permissions, Add a permission, Microsoft Graph, Delegated: choose the three below, nothing else is needed. An"
        " administrator may have to grant them."
    ),
    _(
        "Certificates & secrets, New client secret: copy its value at once. Note the day on which it ends; without a new one"
        " the mailbox falls silent then."
    ),
    _(
        "At admin.microsoft.com under Users open the mailbox: Mail, Manage email apps; tick IMAP and Authenticated SMTP. Where"
        " the security defaults are on, authenticated SMTP is off for everybody."
    ),
)
_GOOGLE = (
    _(
        "At console.cloud.google.com make a project. Google Auth Platform, Audience: Internal for a mailbox of your"
        " Google Workspace, External for one at gmail.com. Under Data access add the permission below; Google has no"
        " smaller one for mail."
    ),
    _(
        "Clients, Create client, kind Web application: enter the return address below as authorized redirect URI. Client"
        " ID and client secret are shown then."
    ),
    _(
        "If it is External: Audience, Publish app. As long as it is only being tested, Google ends the log-in after seven"
        " days; that the application was not checked by Google is shown when you agree."
    ),
)
WORDS = NetworkWords(
    name=_("Mail and newsletter"),
    group="others",
    needed=_(
        "The address and the password of a mailbox of the team; with many providers a password for apps of its own. For"
        " a mailbox at Microsoft 365 or Google an application of your own there."
    ),
    allowed=_(
        "Read the inbox and what was sent, answer, write to the newsletter's list; nothing is deleted or marked"
        " as read."
    ),
    ways={
        "": WayWords(_("With a password")),
        "microsoft": WayWords("Microsoft 365", _MICROSOFT),
        "google": WayWords("Google", _GOOGLE),
    },
    questions={
        "client_id": (_("Client ID"), _("As the provider shows it; Microsoft calls it the application's ID.")),
        "tenant": (
            _("Directory (tenant) ID"),
            _("It stands below the application's ID. For a private mailbox at outlook.com write: consumers"),
        ),
        "client_secret": (_("Client secret"), _("Its value, not its ID. It is sealed here and never shown again.")),
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
        "client_id": _("This is no client ID. It is one word without blanks."),
        "tenant": _("This is no directory. It is a long number with hyphens, or a domain such as example.org."),
        "client_secret": _("This is no client secret. It is one word without blanks."),
        "imap": NO_MAIL_SERVER,
        "smtp": NO_MAIL_SERVER,
        "newsletter": NO_MAIL_ADDRESS,
        "unsubscribe": _("This is no address for that. It begins with https:// and holds no blanks."),
    },
    reasons={
        "not_encrypted": _("The mail server offers no encryption, so nothing is said to it."),
        "bad_certificate": _("The certificate of the mail server does not hold for its name."),
        "mailbox_shut": _(
            "You agreed, but the mailbox does not open. Agree with an account that may open this address, and let an"
            " administrator look whether IMAP is switched on for it."
        ),
        "sending_shut": _(
            "Reading works, sending does not: let an administrator switch on authenticated SMTP for this mailbox, at"
            " Microsoft 365 under Mail, Manage email apps. Then connect it again."
        ),
        "sending_off": _(
            "The mailbox opens, but its server takes no letters by this log-in at the moment. Letters are read as before. What"
            " waits is tried again for two days. If that does not help, let an administrator switch on authenticated SMTP for"
            " this mailbox, at Microsoft 365 under Mail, Manage email apps."
        ),
        "not_lasting": _(
            "The provider gives no log-in that lasts. See whether the application has all its permissions, then log in again."
        ),
        "no_token_way": _("The mail server does not take a log-in by way of the browser."),
        "scopes_missing": _("A permission was not given. Log in again and leave everything ticked."),
        "no_addressee": _("There is no address to write to."),
        "bad_addressee": _("The mail server cannot write to this address."),
        "already_there": _("A letter of this number is there already. It is looked at before anything is said again."),
    },
)
