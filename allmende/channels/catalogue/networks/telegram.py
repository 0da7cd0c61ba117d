"""Telegram in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords
from allmende.channels.catalogue.words import NO_ADDRESS

WORDS = NetworkWords(
    name="Telegram",
    group="chats",
    needed=_("A bot of your own, which BotFather makes in a minute, as an administrator of your channel or group."),
    allowed=_(
        "Hear what is said in the channel, its discussion group or the group, and to the bot alone; post and"
        " answer as the"
        " bot, change its words and take them back; as an administrator, delete those of others."
    ),
    steps=(
        _(
            "In Telegram, write to @BotFather: /newbot, then a name and a picture. It answers with the token. Give it"
            " to no second program."
        ),
        _(
            "Make the bot an administrator of your channel or group; in a channel it must be allowed to post"
            " messages. It hears a discussion group only as an administrator there too."
        ),
        _("Only for taking away what others said: allow it to delete messages."),
    ),
    questions={
        "token": (
            _("Token of the bot"),
            _("In Telegram write to @BotFather: /newbot makes one, /token shows it. It is kept sealed."),
        ),
        "chat": (_("Channel or group"), _("Its @name or address; without a name its number, which begins with -100.")),
        "server": (_("Address of the server"), _("Only with a Bot API server of your own.")),
    },
    bad_answers={
        "token": _("This is no token of a bot. It has a number, a colon and a long row of letters."),
        "chat": _("This is no channel and no group. It looks like @name, https://t.me/name or -1001234567890."),
        "server": NO_ADDRESS,
    },
    reasons={
        "webhook_set": _(
            "This bot reports to another program already (a webhook is set). Make a bot for Allmende alone."
        ),
        "read_elsewhere": _("Another program is hearing this bot. Each bot can be heard by one program only."),
        "no_such_chat": _("The bot knows no such channel or group. Add it there first, as an administrator."),
        "bot_silent": _("The bot may not write there. Make it an administrator who may post messages."),
        "bot_deaf": _(
            "The bot does not hear what members say. Make it an administrator of the group; of a channel's discussion"
            " group"
            " too."
        ),
        "chat_moved": _("The group has got another number at Telegram. Log in again."),
        "too_old": _("Telegram lets messages be deleted for two days only, or does not let this bot do it."),
    },
)
