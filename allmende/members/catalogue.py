"""The words for classes of actors, for networks, and for what is told of members."""

from django.utils.functional import Promise
from django.utils.text import slugify
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
STAGE_WORDS: Words = {
    "prospect": pgettext_lazy("member stage", "Prospect"),
    "newcomer": pgettext_lazy("member stage", "Newcomer"),
    "occasional": pgettext_lazy("member stage", "Now and then"),
    "regular": pgettext_lazy("member stage", "Regular"),
    "superuser": pgettext_lazy("member stage", "Superuser"),
    "dormant": pgettext_lazy("member stage", "Dormant"),
    "left": pgettext_lazy("member stage", "Left"),
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
BASIS_WORDS: Words = {
    "said": pgettext_lazy("merging", "They said so themselves"),
    "linked": pgettext_lazy("merging", "Their profiles name each other"),
    "records": pgettext_lazy("merging", "Our records show it, and we may use them for this"),
}
# What definitions that ship ask for, and what most organisations can tell; any other word of one's own is a trait as well.
TRAIT_WORDS: Words = {
    "department": pgettext_lazy("trait", "Department"),
    "plant": pgettext_lazy("trait", "Plant"),
    "region": pgettext_lazy("trait", "Region"),
    "product": pgettext_lazy("trait", "Product"),
    "customer": pgettext_lazy("trait", "Customer"),
}
# The groups that shipped definitions ask for.
GROUP_WORDS: Words = {
    "invited": pgettext_lazy("group", "Invited"),
    "prospects": pgettext_lazy("group", "Prospects"),
}


def network_kind(network: str) -> str:
    """The kind of network an identity belongs to."""
    kind = network.partition(":")[0]
    return str(NETWORK_WORDS.get(kind, kind))


def trait_word(name: str) -> str:
    """What people call a trait; one of their own as they wrote it."""
    return str(TRAIT_WORDS.get(name, name))


def group_word(key: str) -> str:
    """What people call a group that definitions which ship ask for; another by its key."""
    return str(GROUP_WORDS.get(key, key))


def trait_key(written: str) -> str:
    """What definitions call a trait, whichever language it was written in; "" for what has no letter."""
    folded = written.strip().casefold()
    known = {str(word).casefold(): name for name, word in TRAIT_WORDS.items()}
    return known.get(folded) or slugify(folded)[:40].strip("-_")
