"""Words for states and findings of items."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django import template
from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, npgettext
from django.utils.translation import gettext_lazy as _

from allmende.channels import states as delivery
from allmende.channels.queries import Finding
from allmende.domain.word_list import WordFound
from allmende.editorial import states
from allmende.editorial.catalogue import BOARD_WORDS, GROUND_WORDS
from allmende.editorial.models import Comment, Item, PlanChange, PostingSlot, Variant
from allmende.editorial.queries import FIXED, Desk, Draft, DraftPart
from allmende.guidelines.queries import FOUND_WORDS, duration, found_words
from allmende.plan.catalogue.routines import FORMAT_WORDS
from allmende.team.catalogue import WEEKDAYS
from allmende.team.models import Person

register = template.Library()

SOFT_HYPHEN = "\N{SOFT HYPHEN}"
PARTS_OF_HOLIDAYS = re.compile(
    r"(?<=[a-zäöüß])(?=(?:tions)?(?:(?:feier|kinder)?tag|montag|freitag|sonntag|fest|fahrt|leichnam|heiligen)\b)|(?<=tions)(?=tag\b)"
)
A_MOMENT = timedelta(minutes=1)
STATES: dict[str, str | Promise] = {
    states.DRAFT: _("draft, does not pass the checks yet"),
    states.CHECKED: _("waits for approval"),
    states.APPROVED: _("approved, no slot yet"),
    delivery.WAITING: _("has its slot"),
    delivery.SPEAKING: _("is going out"),
    delivery.SENT: _("published"),
    delivery.REFUSED: _("refused by the network"),
    delivery.UNCLEAR: _("unclear whether it went out; we are looking"),
    delivery.GIVEN_UP: _("did not go out"),
    delivery.HELD: _("held by the publishing stop"),
    delivery.WITHDRAWN: _("taken back"),
    delivery.MISSED: _("missed its slot"),
}
CHANGE_WORDS: dict[str, str | Promise] = {
    states.PAUSE: _("paused"),
    states.RESUME: _("resumed"),
    states.DROP: _("dropped"),
}
FINDINGS: dict[str, str | Promise] = {
    "title_dropped": _("This network shows no title; it is for us alone."),
    "too_many_media": _("Too many pictures: %(number)s, at most %(maximum)s."),
    "media_type": _("Picture %(number)s is of a kind this network does not take."),
    "media_too_large": _("Picture %(number)s is too large for this network."),
    "alt_text_missing": _("Picture %(number)s has no description for those who do not see it."),
    "visibility_unknown": _("This network cannot limit who reads it that way."),
    "text_empty": _("The text is empty."),
    "text_too_long": _("Too long: %(length)s of %(maximum)s. The network would refuse it."),
    "title_missing": _("This network wants a title."),
    "title_too_long": _("The title is too long: %(length)s of %(maximum)s."),
    "no_thread": _("This network knows no threads. Leave the further parts out here."),
    "no_comment": _("On this network a post has no first comment of ours. Leave it out here."),
    "cannot_send": _("This channel cannot be written to."),
    "picture_missing": _("This network takes no post without a picture."),
    "media_not_public": _(
        "Picture %(number)s: this network fetches pictures itself at a public https address, and this installation has none. "
        "Whoever runs it sets ALLMENDE_ORIGIN."
    ),
    "no_upload": _(
        "This network lets programs upload no pictures. Plan its text without pictures as an item of its own, and add them there by "
        "hand once it is out."
    ),
    "no_films": _(
        "No films are sent to this network from here. Plan its text without the film as an item of its own, and add the film there by "
        "hand once it is out."
    ),
    "film_not_alone": _("A film goes alone here. Take the pictures and further films out, or leave the film out."),
    "film_type": _("The film is of a kind this network does not take. Save it as MP4 (H.264)."),
    "film_too_large": _("The film is larger than the %(megabytes)s MB this network takes."),
    "film_too_long": _("The film lasts %(length)s seconds; this network takes %(maximum)s at most. Cut it."),
    "media_ratio": _("Picture %(number)s is too wide or too high for this network. Cut it."),
    "scopes_missing": _(
        "The log-in lacks the permission for pictures (%(scopes)s). Log in again under Channels, or take the pictures out."
    ),
    "too_many_hashtags": _("Too many hashtags: %(number)s, at most %(maximum)s."),
    "too_many_mentions": _("Too many people are mentioned: %(number)s, at most %(maximum)s."),
    "too_many_links": _("Too many links: %(number)s, at most %(maximum)s."),
    "all_capitals": _("This network takes no comment in capital letters only."),
    "ad_label_missing": _(
        "“%(word)s” is missing. Whoever reads has to see from the first word that this is advertising."
    ),
    "ad_label_late": _("“%(word)s” comes too late. It has to be the first word, before all others."),
    "placeholder_left": _("A placeholder is still in the text: %(found)s"),
}


@register.filter
def variant_state(variant: Variant) -> str:
    """What to say about a variant: delivery once it is handed over, its own state before."""
    if variant.dropped_at:
        return gettext("dropped")
    if variant.paused_at and (not variant.dispatch or variant.dispatch.state in (delivery.WAITING, delivery.HELD)):
        return gettext("paused")
    name = variant.dispatch.state if variant.state == states.HANDED_OVER and variant.dispatch else variant.state
    return str(STATES[name])


@register.filter
def part_state(part: DraftPart) -> str:
    """How a part stands in the queue; before that nothing is to say."""
    return str(STATES[part.dispatch.state]) if part.dispatch else ""


@register.filter
def can_change(variant: Variant) -> bool:
    """Could it still be moved, paused or dropped, as far as one sees here?"""
    return variant.dispatch is None or variant.dispatch.state not in FIXED


@register.filter
def can_be_withdrawn(variant: Variant) -> bool:
    """Is the network still waiting to hear it?"""
    return variant.dispatch is not None and variant.dispatch.state in (delivery.WAITING, delivery.HELD)


@register.filter
def may_leave(draft: Draft, desk: Desk) -> bool:
    """Is a slot all it needs? Approved, or whoever gives the slot is the only one who could say yes (S4-14)."""
    is_approved = draft.variant is not None and draft.variant.state == states.APPROVED
    return is_approved or (desk.is_solo and draft.can_be_approved)


@register.filter
def is_leaving(variant: Variant, now: datetime) -> bool:
    """On its way within the next seconds: worth looking again until it is out."""
    if variant.dispatch is None or variant.slot_at is None:
        return False
    return variant.dispatch.state in (delivery.WAITING, delivery.SPEAKING) and abs(variant.slot_at - now) < A_MOMENT


@register.filter
def finding_words(finding: Finding) -> str:
    """A finding as a sentence; an unknown code shows itself rather than nothing."""
    if finding.code == "too_many_media" and not finding.values["maximum"]:
        return gettext("This channel takes no pictures.")
    if finding.code == "alt_text_missing" and finding.values.get("is_film"):
        return gettext("The film has no description for those who do not see it.")
    if finding.code in FOUND_WORDS:
        return found_words(WordFound(finding.code, (0, 0), **{name: str(one) for name, one in finding.values.items()}))
    sentence = FINDINGS.get(finding.code)
    said = str(sentence) % dict(finding.values) if sentence else finding.code
    if "part" in finding.values:
        return gettext("Part %(number)s: %(said)s") % {"number": finding.values["part"], "said": said}
    return said


@register.filter
def stage_word(stage: str) -> str:
    """A column of the board."""
    return str(BOARD_WORDS[stage])


@register.filter
def blocks_word(kind: str) -> str:
    """A kind of text blocks, in the plural."""
    words = {
        states.TEMPLATE: gettext("Templates"),
        states.SIGNATURE: gettext("Signatures"),
        states.HASHTAGS: gettext("Groups of hashtags"),
    }
    return words[kind]


@register.filter
def ground_word(ground: str | None) -> str:
    """On what ground we may show a picture."""
    return str(GROUND_WORDS[ground or ""])


@register.filter
def format_word(name: str) -> str:
    """A kind of content in words."""
    return str(FORMAT_WORDS.get(name, ""))


@register.filter
def effort(item: Item) -> str:
    """What answering takes by the item's own figures, "1 h 40 min"."""
    return duration((item.expected_replies or 0) * (item.minutes_each or 0))


register.filter(duration)


@register.filter
def month_year(value: date) -> str:
    """Oktober 2026."""
    return formats.date_format(value, "F Y")


@register.filter
def month_tail(value: date) -> str:
    """What stands behind the number of a day, for ears and phones: " Okt." in German, " Oct" in English."""
    return formats.date_format(value, ". N" if (get_language() or "").startswith("de") else " M")


@register.filter
def open_findings(drafts: Sequence[Draft]) -> list[tuple[str, Finding]]:
    """What the checks found, each finding once with the names of its channels, what would be refused first."""
    found: dict[tuple[str, str], tuple[list[str], Finding]] = {}
    for draft in _judged(drafts):
        for finding in _worth_a_line(draft):
            names, _finding = found.setdefault((finding.code, repr(dict(finding.values))), ([], finding))
            names.append(draft.channel.name)
    listed = [(", ".join(names), finding) for names, finding in found.values()]
    return sorted(listed, key=lambda pair: pair[1].severity != "refuse")


@register.filter
def without_findings(drafts: Sequence[Draft]) -> str:
    """The names of the channels whose text passes."""
    return ", ".join(draft.channel.name for draft in _judged(drafts) if not _worth_a_line(draft))


@register.filter
def has_words(drafts: Sequence[Draft]) -> bool:
    """Is there anything to check?"""
    return bool(_judged(drafts))


@register.filter
def are_out(drafts: Sequence[Draft]) -> bool:
    """Everything written is at the networks; their checks are past."""
    return any(draft.is_out for draft in drafts) and not _judged(drafts)


@register.filter
def has_out(drafts: Sequence[Draft]) -> bool:
    """Did anything appear that members could answer?"""
    return any(draft.is_out for draft in drafts)


def _judged(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.is_judged and not draft.is_out]


def _worth_a_line(draft: Draft) -> list[Finding]:
    """That a network shows no title is no fault of the text; one that takes no pictures or no films says it once."""
    codes = {finding.code for finding in draft.findings}
    silent = {"title_dropped"}
    if "no_films" in codes:
        silent |= {"too_many_media"}
    elif "too_many_media" in codes:
        silent |= {"media_type", "media_too_large", "media_ratio", "alt_text_missing"}
    kept = [finding for finding in draft.findings if finding.code not in silent]
    # What a film lacks that is not taken anyway; the pictures beside it may lack the same.
    return [one for one in kept if "no_films" not in codes or not one.values.get("is_film")]


@register.filter
def waiting(slots: Sequence[tuple[Draft, object, object]]) -> list[Draft]:
    """The texts that wait for approval."""
    return [draft for draft, *_rest in slots if draft.can_be_approved]


@register.filter
def others(people: Sequence[Person], person: Person) -> list[Person]:
    """Everybody but `person`."""
    return [one for one in people if one.pk != person.pk]


_MARKED = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'»“”]|(?<!\w)[#@][\w.@-]*\w)")


@register.filter
def in_narrow(name: str) -> str:
    """A holiday's name that breaks between its parts in a narrow column: "Reforma-tions-tag" with soft hyphens."""
    return PARTS_OF_HOLIDAYS.sub(SOFT_HYPHEN, name)


@register.filter
def as_posted(text: str) -> SafeString:
    """A text as networks show it: paragraphs, line breaks, addresses without their beginning, tags and names marked."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if part.strip()]
    lines = ((_marked(line) for line in paragraph.split("\n")) for paragraph in paragraphs)
    return format_html_join("", "<p>{}</p>", ((mark_safe("<br>".join(part)),) for part in lines))  # noqa: S308 - escaped line by line


def _marked(line: str) -> str:
    pieces = _MARKED.split(line)
    return "".join(
        format_html('<span class="fake">{}</span>', piece.removeprefix("https://").removeprefix("http://"))
        if place % 2
        else escape(piece)
        for place, piece in enumerate(pieces)
    )


@register.filter
def author_name(comment: Comment) -> str:
    """Who said it, a colleague or somebody outside."""
    return comment.person.name if comment.person else comment.guest_name


@register.filter
def change_words(change: PlanChange) -> str:
    """What a change of the plan did: "moved by 2 days and -1 hour"."""
    if change.kind != states.MOVE:
        return str(CHANGE_WORDS[change.kind])
    days = npgettext("moved by", "%(days)s day", "%(days)s days", abs(change.days)) % {"days": _signed(change.days)}
    hours = ngettext("%(hours)s hour", "%(hours)s hours", abs(change.hours)) % {"hours": _signed(change.hours)}
    far = [words for words, number in ((days, change.days), (hours, change.hours)) if number]
    return gettext("moved by %(far)s") % {"far": gettext(" and ").join(far)}


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}")


@register.filter
def slot_words(slot: PostingSlot) -> str:
    """Monday, 9:00."""
    return f"{WEEKDAYS[slot.weekday]}, {slot.starts_at.hour}:{slot.starts_at:%M}"


@register.filter
def slot_day(slot: PostingSlot) -> str:
    """Monday."""
    return str(WEEKDAYS[slot.weekday])
