"""Words for states, authors and deliveries in the inbox, and the bar of a wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import isinf

from django import template
from django.template.defaultfilters import capfirst
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.domain.tone import ToneHint
from allmende.guidelines.queries import duration
from allmende.inbox import queries
from allmende.inbox.forms import CLOSE_WORDS
from allmende.inbox.models import Conversation, Inquiry, ModerationDecision, ObjectionOutcome
from allmende.inbox.queries import (
    MEASURE_WORDS,
    OPEN_TABS,
    STATE_WORDS,
    TOLD_WORDS,
    Listing,
    Managed,
    Turn,
    asked_name,
)
from allmende.inbox.templatetags.triage_words import language_word, urgency_word
from allmende.team.catalogue import EXPERT_WAY_WORDS
from allmende.team.models import Expert

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
    "soon": pgettext_lazy("tab", "Due within three hours"),
    "members": pgettext_lazy("tab", "Members first"),
    "department": pgettext_lazy("tab", "Waiting for a department"),
    "expert": pgettext_lazy("tab", "Waiting for an expert"),
    "outside": pgettext_lazy("tab", "Waiting for somebody outside"),
    "snoozed": pgettext_lazy("tab", "Laid aside"),
    "answered": pgettext_lazy("tab", "Answered"),
    "closed": pgettext_lazy("tab", "Closed"),
}
ASIDE: dict[str, str | Promise] = {
    "members": _("until the members’ window ends"),
    "hour": _("for an hour"),
    "tomorrow": _("until the next morning of service"),
    "week": _("until the beginning of next week"),
}
STATES: dict[str, str | Promise] = {
    "new": _("new"),
    "waiting": _("waits for an answer"),
    "answered": _("answered"),
    "closed": _("closed"),
    "archived": _("from an archive"),
    "merged": _("merged into another"),
}
KINDS: dict[str, str | Promise] = {
    "enquiry": _("Enquiries"),
    "comment": _("Comments below what we published"),
    "message": _("Private messages"),
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
# What leaves within this time leaves in a moment.
PLANNED = timedelta(minutes=2)


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
def tabs(listing: Listing) -> tuple[tuple[str, str, int | None], ...]:
    """The tabs of those who wait, in order: name, word, count."""
    return tuple([(tab, str(TABS[tab]), listing.counts.get(tab) or None) for tab in OPEN_TABS])


@register.filter
def more_tabs(listing: Listing) -> tuple[tuple[str, str, int | None], ...]:
    """The parts of the list in which nobody waits now: name, word, count."""
    return tuple([(tab, str(TABS[tab]), listing.counts.get(tab) or None) for tab in TABS if tab not in OPEN_TABS])


@register.filter
def part_words(listing: Listing) -> list[str]:
    """What the list is narrowed to, in words; empty for an open tab alone."""
    part = listing.part
    found = [str(TABS[part.tab])] if part.tab not in OPEN_TABS and not part.words else []
    found += [part.channel] if part.channel else []
    found += [gettext("Tag: %(tag)s") % {"tag": dict(listing.ground.tags).get(part.tag, part.tag)}] if part.tag else []
    found += [gettext("Situation %(number)s") % {"number": part.situation}] if part.situation else []
    found += [gettext("Sounds: %(word)s") % {"word": urgency_word(part.urgency)}] if part.urgency else []
    found += [language_word(part.language)] if part.language else []
    return found + ([gettext("“%(words)s”") % {"words": part.words}] if part.words else [])


@register.filter
def aside_word(code: str) -> str:
    """Until when it may be laid aside."""
    return str(ASIDE[code])


def moment_words(until: datetime, due_at: datetime | None, now: datetime) -> str:
    """What happens with a conversation laid aside, and whether our promise falls into that time."""
    said = gettext("Laid aside until %(at)s. It comes back by itself, earlier if a member writes.")
    if due_at and until > due_at:
        said = gettext("Laid aside until %(at)s. Our promise ends before: %(due)s.")
    return said % {"at": _moment(until, now), "due": _moment(due_at, now) if due_at else ""}


def planned_words(at: datetime, due_at: datetime | None, now: datetime) -> str:
    """That an answer leaves later, and whether our promise falls into that time."""
    said = gettext("Leaves on its own at %(at)s. Until then it can be taken back.")
    if due_at and due_at < at:
        said = gettext("Leaves on its own at %(at)s. Our promise ends before: %(due)s.")
    return said % {"at": _moment(at, now), "due": _moment(due_at, now) if due_at else ""}


def _moment(at: datetime, now: datetime) -> str:
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = f"{here.hour}:{here.minute:02d}"
    return (
        clock
        if here.date() == today
        else f"{WEEKDAYS_ABBR[here.weekday()]} {formats.date_format(here, 'MONTH_DAY_FORMAT')}, {clock}"
    )


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
    """Where our words are on their way."""
    now = timezone.now()
    if turn.dispatch_state == "waiting" and turn.send_after and turn.send_after > now + PLANNED:
        return gettext("leaves at %(at)s") % {"at": _moment(turn.send_after, now)}
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
    if conversation.waiting_since is None and not conversation.rule_reason:
        return gettext("Nobody has asked anything here yet, so no rule is needed.")
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


INQUIRY_STATES: dict[str, str | Promise] = {
    "asked": pgettext_lazy("inquiry", "asked, no answer yet"),
    "accepted": pgettext_lazy("inquiry", "will be answered"),
    "answered": pgettext_lazy("inquiry", "answered; the member does not know yet"),
    "used": pgettext_lazy("inquiry", "the member was told"),
    "declined": pgettext_lazy("inquiry", "declined"),
    "timed_out": pgettext_lazy("inquiry", "not answered in time"),
    "dropped": pgettext_lazy("inquiry", "the member is not told"),
}


@register.filter
def inquiry_state(inquiry: Inquiry) -> str:
    """How far a question to a department or an expert is."""
    return str(INQUIRY_STATES[inquiry.state])


TONE: dict[str, str | Promise] = {
    "blame": _("“%(words)s” sounds like a reproach. What would help the member now?"),
    "defence": _("“%(words)s” sounds like defence. Say first what you understood."),
    "shouting": _("Words in capitals sound loud: %(words)s."),
    "exclamation": _("One exclamation mark says more than several."),
}
NOT_MEASURED: dict[str, str | Promise] = {
    "response_times": _(
        "Response times by person. What is measured is how long a conversation waited, whoever answered."
    ),
    "online": _("How long somebody was here or looked. Who has a conversation open now is overwritten and forgotten."),
    "keystrokes": _("What somebody types, deletes or how long a text takes."),
    "ranking": _("Rankings, points or comparisons of people."),
    "budget": _(
        "How much of their own time budget somebody used; it is counted in their session for themselves alone."
    ),
    "mood": _("Moods or feelings read from texts of colleagues."),
}
KEPT: dict[str, str | Promise] = {
    "audit": _("Who changed what and when, in the audit book, because decisions must be traced."),
    "rota": _("Shifts and absences, because members rely on somebody being there."),
    "training": _("Trainings and what people say they can, seen by themselves and by who plans training."),
    "last_look": _("Which one conversation somebody has open now, so that two do not answer the same."),
}
NEGLECT: dict[str, str | Promise] = {
    "overdue": _("The time we promised has passed for at least one question in five."),
    "unanswered": _("More questions stay without an answer than before."),
    "slower": _("Answers take longer than before."),
    "fewer_write": _("Fewer members write than before."),
    "fewer_return": _("Fewer members come back than before."),
    "provoked": _("More often than before somebody seeks the quarrel instead of the matter."),
}
FITS: dict[str, str | Promise] = {
    "yes": pgettext_lazy("atmosphere", "as we want it"),
    "partly": pgettext_lazy("atmosphere", "partly"),
    "no": pgettext_lazy("atmosphere", "not as we want it"),
}


@register.filter
def is_conflict(conversation: Conversation) -> bool:
    """Does answering here cost strength?"""
    return queries.is_conflict(conversation)


@register.filter
def tone_word(hint: ToneHint) -> str:
    """What is noticed, as a person would say it kindly."""
    return str(TONE[hint.code]) % {"words": hint.words}


@register.filter
def not_measured_word(code: str) -> str:
    return str(NOT_MEASURED[code])


@register.filter
def kept_word(code: str) -> str:
    return str(KEPT[code])


@register.filter
def neglect_word(sign: str) -> str:
    """What got worse."""
    return str(NEGLECT[sign])


@register.filter
def fits_word(code: str) -> str:
    return str(FITS[code])


@register.filter
def way_word(expert: Expert) -> str:
    """By which way an expert is asked."""
    return str(EXPERT_WAY_WORDS[expert.way])


@register.filter
def asked_whom(inquiry: Inquiry) -> str:
    """The department's or the expert's name."""
    return asked_name(inquiry)


def _waiting_words(managed: Managed) -> str:
    if managed.is_anyones:
        return gettext("More than one case in ten waits for an answer, whoever gives it, beyond what was promised.")
    return gettext("More than one case in ten waits for our answer beyond what was promised.")


def _answered_words(managed: Managed) -> str:
    if managed.is_anyones:
        return gettext("Nine of ten cases had an answer, ours or a member’s, within %(took)s.")
    return gettext("Nine of ten cases had our answer within %(took)s.")


@register.filter
def managed_words(managed: Managed) -> str:
    """What was promised, and within what nine of ten cases had our answer, or anybody's where that keeps the promise."""
    if managed.took is None:
        took = gettext("Too few cases to say what we manage.")
    elif isinf(managed.took):
        took = _waiting_words(managed)
    else:
        took = _answered_words(managed) % {"took": duration(int(managed.took))}
    if managed.promised:
        kept = {"in_time": managed.in_time, "promised": managed.promised}
        took += " " + gettext("In the time promised: %(in_time)s of %(promised)s.") % kept
    if managed.target is None:
        return took
    return gettext("Promised: %(target)s.") % {"target": duration(managed.target)} + " " + took


@register.filter
def kind_word(kind: str) -> str:
    """Enquiries, comments, messages."""
    return str(KINDS[kind])


@register.filter
def measure_word(decision: ModerationDecision) -> str:
    """What is done: "verborgen"."""
    return str(MEASURE_WORDS[decision.measure])


@register.filter
def measure_title(decision: ModerationDecision) -> str:
    """The same as a heading."""
    return capfirst(measure_word(decision))


@register.filter
def moderation_state(decision: ModerationDecision) -> str:
    """Decided, in effect, lapsed, reversed."""
    return str(STATE_WORDS[decision.state])


@register.filter
def told_word(decision: ModerationDecision | ObjectionOutcome) -> str:
    """How the author was told."""
    return str(TOLD_WORDS[decision.told_how])
