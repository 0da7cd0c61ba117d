"""Discord in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="Discord",
    group="chats",
    needed=_("A bot of your own, added to your server."),
    allowed=_(
        "Hear the channels and forums you name, with their threads; post and answer as the bot, calling nobody;"
        " change and delete its own messages; where its role allows it, delete those of others, lock and unlock posts of"
        " a forum."
    ),
    steps=(
        _(
            "At discord.com/developers/applications, New Application; members see its name. Under Bot, Reset Token"
            " shows the token, once. Switch off Public Bot."
        ),
        _(
            "On the same page, switch on Message Content Intent. Without it Discord shows the bot messages without"
            " words."
        ),
        _(
            "OAuth2, URL Generator: scope bot, with the permissions below. Open the address it shows and choose your"
            " server."
        ),
        _("Only for taking away what others said: Manage Messages; for locking posts of a forum: Manage Threads."),
    ),
    questions={
        "token": (
            _("Token of the bot"),
            _("At discord.com/developers: your application, Bot, Reset Token. It is kept sealed."),
        ),
        "channels": (
            _("Channels and forums"),
            _("Their addresses, parted by blanks. New posts are said in the first one."),
        ),
    },
    bad_answers={
        "token": _("This is no token of a bot. It is a long row of letters with two dots."),
        "channels": _(
            "One of these is no channel, or they belong to different servers. Copy the addresses from the browser;"
            " twenty are"
            " possible."
        ),
    },
    reasons={
        "intent_missing": _(
            "Discord does not show the bot what is said. Switch on Message Content Intent in the settings of the bot."
        ),
        "no_such_channel": _(
            "The bot does not see one of these channels, or it is neither a text channel nor a forum."
        ),
        "slow_mode": _("This channel lets nobody write again so soon."),
        "thread_locked": _("This thread is locked at the network."),
    },
)
