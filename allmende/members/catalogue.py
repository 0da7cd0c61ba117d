"""The words for classes of actors and for networks."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

CLASS_WORDS: Words = {
    "member": pgettext_lazy("actor class", "Member"),
    "staff": pgettext_lazy("actor class", "Team"),
    "expert": pgettext_lazy("actor class", "Expert of the organisation"),
    "partner": pgettext_lazy("actor class", "Partner"),
    "bot": pgettext_lazy("actor class", "Bot"),
    "unknown": pgettext_lazy("actor class", "unknown"),
}
NETWORK_WORDS: Words = {
    "sandbox": pgettext_lazy("network", "Practice network"),
    "archive": pgettext_lazy("network", "Archive"),
    "bluesky": "Bluesky",
    "discord": "Discord",
    "discourse": "Discourse",
    "facebook": "Facebook",
    "feed": pgettext_lazy("network", "Feed"),
    "github": "GitHub",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "mail": pgettext_lazy("network", "E-mail"),
    "mastodon": "Mastodon",
    "matrix": "Matrix",
    "nodebb": "NodeBB",
    "page": pgettext_lazy("network", "Own page"),
    "reddit": "Reddit",
    "slack": "Slack",
    "telegram": "Telegram",
    "threads": "Threads",
    "webhook": "Webhook",
    "wordpress": "WordPress",
    "x": "X",
    "youtube": "YouTube",
}
