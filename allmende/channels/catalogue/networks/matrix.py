"""Matrix in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="Matrix",
    group="chats",
    needed=_("An account at a Matrix server with a password, and the rooms in which it shall read and speak."),
    allowed=_(
        "Enter these rooms, read them and what is said to the account directly, post and answer in its name, change"
        " its own words and take them back; as a moderator, take away those of others."
    ),
    steps=(
        _("Make an account for the purpose; members should see that it is you."),
        _("The rooms must not be encrypted: what is said there, only the members' own programs can read."),
        _(
            "Allmende enters rooms that are open to anybody by itself. Invite the account into the others, and accept"
            " once with it."
        ),
        _("Only for taking away what others said: make the account a moderator before you connect it."),
    ),
    questions={
        "server": (_("Address of the server"), _("What stands behind the colon of the account's name.")),
        "user": (_("Name of the account"), _("As the account's own settings show it, with @ and the server.")),
        "password": (_("Password"), _("It is used once, to log in, and not kept.")),
        "rooms": (
            _("Rooms"),
            _("Addresses with # or numbers with !, parted by blanks. New posts are said in the first one."),
        ),
    },
    bad_answers={
        "server": NO_ADDRESS,
        "user": _("This is no name of an account. It looks like @name:example.org."),
        "password": _("The password is missing."),
        "rooms": _("One of these is no room. A room looks like #name:example.org; twenty are possible."),
    },
    reasons={
        "account_closed": _("The account is closed or locked at the network."),
        "no_password_login": _("This server takes no passwords from programs. Choose an account at another server."),
        "no_such_room": _("There is no such room, or it cannot be reached from this server."),
        "room_closed": _("One of the rooms lets nobody in without an invitation. Accept one with the account first."),
        "room_encrypted": _("This room is encrypted: only the members' own programs can read it, Allmende cannot."),
        "room_silent": _("The account may not write in one of the rooms. Have it allowed there first."),
        "not_in_room": _(
            "The account is not in one of its rooms any more. Enter it again, or log in again without it."
        ),
    },
)
