"""Channels and dispatches in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext, gettext_lazy

from allmende.channels import catalogue, queries
from allmende.channels.models import Account, Attempt, Channel, Dispatch, Hold, Proof, Trial
from allmende.channels.queries import NEEDS_PERSON, silence_of
from allmende.channels.states import (
    GIVEN_UP,
    LEFT,
    MISSED,
    NOT_IN_TIME,
    NOT_TAKEN,
    REFUSED,
    REPLY,
    SAYS_NOTHING,
    SEALED,
    SENT,
    SPEAKING,
    UNCLEAR,
    WAITING,
)
from allmende.team.models import Person

register = template.Library()


@register.filter
def channel_state(state: str) -> str:
    """ "live" as people read it."""
    return str(catalogue.CHANNEL_STATES[state])


@register.filter
def archive_words(decision: str) -> str:
    """What becomes of what was said where a presence ends."""
    return str(catalogue.ARCHIVE_WORDS[decision])


@register.filter
def public_url(channel: Channel) -> str:
    """Where members read and write, to look at it with their eyes."""
    return queries.public_url(channel)


@register.filter
def told_by(account: Account) -> str:
    """In which way its network tells at once that something is new; "" if it is only asked."""
    ways = queries.ways_of(account)
    return next((str(word) for way, word in catalogue.WAYS.items() if way in ways), "")


@register.filter
def byline(channel: Channel, person: Person) -> str:
    """How an answer there shows who wrote it; "" if it does not."""
    return queries.byline_of(channel, person)


@register.filter
def kind_words(kind: str) -> str:
    """A channel's kind as people read it."""
    return str(catalogue.CHANNEL_KINDS[kind])


@register.filter
def network_name(channel: Channel) -> str:
    """The network behind a channel, by the name people know."""
    kind = channel.account.kind if channel.account else "archive"
    return catalogue.network_name(kind)


@register.filter
def dispatch_state(state: str) -> str:
    """ "held" as people read it."""
    return str(catalogue.DISPATCH_STATES[state])


@register.filter
def standing(dispatch: Dispatch) -> str:
    """Its state as people read it; what somebody paused is paused, not waiting (S2-10)."""
    if dispatch.state == WAITING and dispatch.paused_at:
        return str(catalogue.PAUSED)
    return str(catalogue.DISPATCH_STATES[dispatch.state])


@register.filter
def decided_as(dispatch: Dispatch) -> str:
    """What a person may decide about it with others: "unsettled", "refused" or "missed"; "" for nothing."""
    if dispatch.state == UNCLEAR:
        return "unsettled" if dispatch.reason_code == NEEDS_PERSON else ""
    return {MISSED: "missed", REFUSED: "refused", GIVEN_UP: "refused"}.get(dispatch.state, "")


@register.filter
def stuck_in(dispatch: Dispatch | None) -> str:
    """The part of the queue in which it waits for a decision or for news from the network, "" if it goes its way."""
    if dispatch is None or dispatch.state in (WAITING, SPEAKING, SENT):
        return ""
    return next((part for part, kept in queries.PARTS.items() if dispatch.state in kept), "")


@register.filter
def queue_part(part: str) -> str:
    """A part of the queue, as its filter names it."""
    return str(catalogue.QUEUE_PARTS[part])


@register.filter
def dispatch_kind(kind: str) -> str:
    """Post, reply or holding statement."""
    return str(catalogue.DISPATCH_KINDS[kind])


@register.filter
def why(thing: Dispatch | str) -> str:
    """The reason in a sentence: ours where we know it, else what the network said, as it said it."""
    code = thing.reason_code if isinstance(thing, Dispatch) else str(thing)
    if code in catalogue.REASONS:
        return str(catalogue.REASONS[code])
    said = thing.reason if isinstance(thing, Dispatch) else ""
    if not (said or code):
        return ""
    if code.startswith("status_"):
        return gettext("The network reported a failure of its own.")
    return gettext("The network says: %(said)s") % {"said": said or code}


@register.filter
def lacks_card(dispatch: Dispatch) -> str:
    """Why the link of a post is not shown as a card, where it might have been; "" otherwise."""
    card = dispatch.card
    if card is None or card.state != LEFT:
        return ""
    if card.reason_code == NOT_IN_TIME:
        return gettext("Without a card of the linked page: it had not answered when the post left.")
    if card.reason_code == NOT_TAKEN:
        return gettext("Without a card of the linked page: the network did not take it.")
    if card.reason_code == SAYS_NOTHING:
        return gettext("Without a card of the linked page: it says nothing of itself.")
    return gettext("Without a card of the linked page: it could not be read.")


@register.filter
def part_words(dispatch: Dispatch) -> str:
    """Which part of a post it is; "" for one that follows nothing."""
    if dispatch.is_comment:
        return gettext("First comment")
    return gettext("Part %(number)s of a thread") % {"number": dispatch.part} if dispatch.part > 1 else ""


SILENCES = {
    "channel_silent": gettext_lazy("%(channel)s is not open at the moment, so it waits."),
    "log_in_lost": gettext_lazy("%(channel)s is logged out, so it waits until somebody logs in there again."),
}


@register.filter
def kept_silent(dispatch: Dispatch) -> str:
    """Why nothing leaves on its channel at the moment; "" where it may speak."""
    silence = silence_of(dispatch.channel)
    return str(SILENCES[silence]) % {"channel": dispatch.channel.name} if silence else ""


@register.filter
def spent_until(dispatch: Dispatch, now: datetime) -> datetime | None:
    """When the network lets its account speak again; None: its budget is not used up."""
    account = dispatch.channel.account
    if account is None:
        return None
    until = account.answers_spent_until if dispatch.kind == REPLY else account.posts_spent_until
    return until if until and until > now else None


@register.filter
def needs_person(dispatch: Dispatch) -> bool:
    """Whether only somebody who looks at the network can settle it."""
    return dispatch.reason_code == NEEDS_PERSON


@register.filter
def outcome(attempt: Attempt) -> str:
    """How an attempt ended."""
    if not attempt.ended_at:
        return gettext("under way")
    return str(catalogue.OUTCOMES.get(attempt.outcome, attempt.outcome))


@register.filter
def row_reason(row: Any) -> str:
    """Why a row of a file was refused: a stored refusal or one just found."""
    if not isinstance(row, Mapping):
        row = {"reason_code": row.reason_code, "values": row.values}
    sentence = catalogue.ROW_REASONS.get(row["reason_code"])
    if sentence is None:
        return str(row["reason_code"])
    return str(sentence) % {"field": "", "value": "", "maximum": "", **row["values"]}


@register.filter
def format_words(form: str) -> str:
    """The format of an archive as people know it."""
    return str(catalogue.FORMATS.get(form, form))


@register.filter
def act_words(act: str) -> str:
    """What somebody does with a message."""
    return str(catalogue.ACTS.get(act, act))


@register.filter
def class_words(actor_class: str) -> str:
    """Who somebody counts as."""
    return str(catalogue.CLASSES.get(actor_class, actor_class))


@register.filter
def words(item: Any) -> str:
    """The words of something that would arrive, without the marks of HTML."""
    return item.text or queries.plain_words(item.html)


@register.filter
def run_state(state: str) -> str:
    """How an import stands."""
    return str(catalogue.RUN_STATES[state])


@register.filter
def pause_title(reason: str) -> str:
    """Why publishing is paused."""
    return str(catalogue.PAUSE_TITLES[reason])


@register.filter
def pause_advice(reason: str) -> str:
    """What to look at before it goes on."""
    return str(catalogue.PAUSE_ADVICE[reason])


@register.filter
def pause_action(reason: str) -> str:
    """What somebody says who lets it go on."""
    return str(catalogue.PAUSE_ACTIONS[reason])


@register.filter
def network_word(kind: str) -> str:
    """ "mastodon" as people call it."""
    return catalogue.network_name(kind)


@register.filter
def ability_word(ability: str) -> str:
    """What a proof is about."""
    return str(catalogue.PROVABLE[ability])


@register.filter
def proof_outcome(proof: Proof) -> str:
    """How a proof ended."""
    return str(catalogue.PROOF_OUTCOMES[proof.outcome])


@register.filter
def proof_why(proof: Proof) -> str:
    """Why a proof failed, in a sentence; "" if it did not."""
    if proof.outcome != "failed":
        return ""
    known = catalogue.REASONS.get(proof.reason_code)
    return str(known) if known else gettext("The network says: %(said)s") % {"said": proof.detail or proof.reason_code}


@register.filter
def trial_step(trial: Trial) -> str:
    """What a self-test does just now."""
    return str(catalogue.TRIAL_STEPS[trial.step])


@register.filter
def seen_by(visibility: str) -> str:
    """Who sees what is said with this visibility."""
    return str(catalogue.VISIBILITIES[visibility])


@register.filter
def is_stale(proofs: queries.Proofs, now: datetime) -> bool:
    """Whether the proofs are too old to say much."""
    return proofs.is_stale(now)


@register.filter
def ends_soon(ends_at: datetime | None, now: datetime) -> bool:
    """Whether a log-in ends so soon that people are told."""
    return ends_at is not None and ends_at - now <= queries.WARNED_BEFORE


@register.filter
def scope(hold: Hold) -> str:
    """Where a hold stops publishing."""
    if hold.channel:
        return hold.channel.name
    return hold.account.name if hold.account else gettext("all channels")


@register.filter
def words_for(dispatch: Dispatch, person: Person | None) -> str:
    """What leaves, by its title or its words; an answer to one person alone shows them to whoever wrote it and nobody else."""
    message = dispatch.message
    if (
        dispatch.kind == REPLY
        and message.visibility == "direct"
        and (not person or dispatch.created_by_id != person.pk)
    ):
        return SEALED
    return message.title or message.text
