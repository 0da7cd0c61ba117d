"""Slack in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="Slack",
    group="chats",
    needed=_("A bot of your own in the workspace."),
    allowed=_(
        "Hear what is said in the conversations the bot was invited to, in their threads and to the bot alone;"
        " post and answer"
        " as the bot, change and delete its own messages."
    ),
    steps=(
        _("At api.slack.com/apps, Create New App, From scratch; members see its name."),
        _("OAuth & Permissions, Bot Token Scopes: add the permissions below. The last two are for pictures."),
        _("App Home: let members send messages to the bot, if they shall reach you alone."),
        _("Install to Workspace. The Bot User OAuth Token begins with xoxb-."),
        _("In Slack, invite the bot to each conversation Allmende shall hear: /invite and its name."),
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
        "app_token": (
            _("Token of the application"),
            _(
                "Only for hearing at once without a public address: Basic Information, App-Level Tokens. It is kept"
                " sealed."
            ),
        ),
        "signing_secret": (
            _("Signing Secret"),
            _("Only for hearing at once by webhook: Basic Information, App Credentials. It is kept sealed."),
        ),
    },
    bad_answers={
        "token": _("This is no token of a bot. It begins with xoxb-."),
        "channel": _("This is no conversation. It looks like #general, or like its address in the browser."),
        "app_token": _("This is no token of an application. It begins with xapp-."),
        "signing_secret": _("This is no signing secret. It has digits and the letters a to f only."),
    },
    reasons={
        "app_token_refused": _(
            "Slack does not accept this token. It needs connections:write, and Socket Mode switched on."
        ),
        "scopes_missing": _(
            "The bot lacks a permission. The page of the account names those it needs; give them, then install it anew."
        ),
        "not_in_channel": _("The bot is not in this conversation. Invite it there: /invite and its name."),
        "channel_archived": _("This conversation is archived at the network."),
    },
)
