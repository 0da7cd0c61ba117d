"""Words for states, authors and deliveries in the inbox, and the bar of a wait."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.inbox.forms import CLOSE_WORDS
from allmende.inbox.models import Conversation
from allmende.inbox.queries import Listing, Turn

register = template.Library()

GROUPS: dict[str, str | Promise] = {
    "overdue": _("Overdue"),
    "soon": _("Within three hours"),
    "today": _("Today"),
    "later": _("Later"),
    "no_promise": _("Without promise"),
}
TABS: dict[str, str | Promise] = {
    "all": pgettext_lazy("tab", "All"),
    "mine": pgettext_lazy("tab", "Mine"),
    "free": pgettext_lazy("tab", "Free"),
    "others": pgettext_lazy("tab", "With others"),
    "done": pgettext_lazy("tab", "Done"),
}
STATES: dict[str, str | Promise] = {
    "new": _("new"),
    "waiting": _("waits for an answer"),
    "answered": _("answered"),
    "closed": _("closed"),
    "archived": _("from an archive"),
}
CLASSES: dict[str, str | Promise] = {
    "staff": _("team"),
    "expert": _("expert"),
    "partner": _("partner"),
    "bot": _("bot"),
}
DELIVERY: dict[str, str | Promise] = {
    "waiting": _("leaves in a moment"),
    "speaking": _("is going out"),
    "refused": _("Not sent: the network refused it. %(reason)s"),
    "unclear": _("Unclear whether it went out. We look before we say it again."),
    "given_up": _("Unclear whether it went out. Please look at the network and decide in the queue."),
    "held": _("Held by the publishing stop."),
    "withdrawn": _("Taken back, never sent."),
    "missed": _("Not sent: its latest time has passed."),
}


@register.filter
def group_word(code: str) -> str:
    return str(GROUPS[code])


@register.filter
def state_word(code: str) -> str:
    return str(STATES[code])


@register.filter
def reason_word(code: str) -> str:
    return str(CLOSE_WORDS.get(code, code))


@register.filter
def tabs(listing: Listing) -> list[tuple[str, str, int | None]]:
    """The tabs in order: name, word, count."""
    return [(tab, str(word), listing.counts.get(tab) or None) for tab, word in TABS.items()]


@register.filter
def author_name(turn: Turn) -> str:
    """Who speaks, as a person would say it."""
    return turn.author_name or gettext("unknown")


@register.filter
def class_word(turn: Turn) -> str:
    """Team, expert, partner or bot before the time; nothing for members."""
    word = CLASSES.get(turn.author_class)
    return f"{word}, " if word else ""


@register.filter
def delivery_words(turn: Turn) -> str:
    return str(DELIVERY[turn.dispatch_state]) % {"reason": turn.dispatch_reason}


@register.simple_tag
def options(pairs: Iterable[tuple[object, str]], chosen: object) -> SafeString:
    """The options of a select, one of them chosen."""
    marked = ((value, mark_safe(" selected") if value == chosen else "", word) for value, word in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


@register.filter
def likely_reason(conversation: Conversation) -> str:
    """The reason offered by the quick button: answered when somebody did, else that no reply is needed."""
    return "answered" if conversation.state == "answered" else "no_reply_needed"


@register.filter
def choice_words(conversation: Conversation) -> str:
    """Why this rule applies."""
    if conversation.is_rule_chosen_by_person:
        return gettext("Chosen by a person.")
    found = [sign["text"] for sign in conversation.rule_signs if sign.get("text")]
    if found:
        return gettext("Recognised by: %(signs)s.") % {"signs": ", ".join(found[:4])}
    if conversation.rule_reason == "signs":
        return gettext("Recognised by what the message is, not by single words.")
    if conversation.rule_reason == "default":
        return gettext("No other sign was found, so the usual rule applies.")
    return gettext("This channel has no reaction plan in force.")


@register.inclusion_tag("inbox/wait_bar.html")
def wait_bar(conversation: Conversation, now: datetime) -> dict[str, object]:
    """The wait as a bar: how much belongs to the members, where we are; percents of the time until the promise."""
    start, end = conversation.waiting_since, conversation.due_at
    if start is None or end is None or end <= start:
        return {"is_drawn": False}
    whole = (end - start).total_seconds()

    def percent(at: datetime) -> float:
        return round(min(100.0, max(0.0, (at - start).total_seconds() / whole * 100)), 1)

    members = percent(conversation.members_until) if conversation.members_until else 0
    return {"is_drawn": True, "members": members, "present": min(percent(now), 99.0)}
