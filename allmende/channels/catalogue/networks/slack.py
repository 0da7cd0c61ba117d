"""Slack in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="Slack",
    group="chats",
    needed=_("A bot of your own in the workspace; how-to-slack.md says how to make one in ten minutes."),
    allowed=_(
        "Hear what is said in the conversations the bot was invited to, in their threads and to the bot alone; post and answer"
        " as the bot, delete its own messages."
    ),
    questions={
        "token": (
            _("Token of the bot"),
            _("At api.slack.com/apps: OAuth & Permissions, Bot User OAuth Token. It is kept sealed."),
        ),
        "channel": (
            _("Conversation in Slack"),
            _("New posts are said there. Its name or its address; the bot must be in it."),
        ),
    },
    bad_answers={
        "token": _("This is no token of a bot. It begins with xoxb-."),
        "channel": _("This is no conversation. It looks like #general, or like its address in the browser."),
    },
    reasons={
        "scopes_missing": _("The bot lacks a permission. how-to-slack.md names those it needs; then install it anew."),
        "not_in_channel": _("The bot is not in this conversation. Invite it there: /invite and its name."),
        "channel_archived": _("This conversation is archived at the network."),
    },
)
