"""Read all turns of conversations and rewrite what follows from them: rule, clocks, waits, state."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile

from django.db.models import Min

from allmende.channels.actions.write_rows import update_rows
from allmende.channels.models import Channel, Dispatch, ImportRun, Message
from allmende.channels.states import INWARD, OUTWARD, SEALED, SENT
from allmende.domain.reaction import Choice, Rule, Sighting, choose_rule
from allmende.domain.response_clock import Clock, ResponseRule, Turn, fold
from allmende.domain.service_hours import Hours
from allmende.guidelines.models import ReactionPlan, ReactionRule
from allmende.guidelines.queries import plans_in_force, response_rule, rules_of
from allmende.inbox import states
from allmende.inbox.actions.settle_handed_up import settle_handed_up
from allmende.inbox.actions.write_waits import write_waits
from allmende.inbox.models import Closing, Conversation
from allmende.members.models import Identity
from allmende.team.models import ServiceHours
from allmende.team.queries import default_hours, hours_of

LONGEST_TITLE = 300
NOTHING_LEFT = "…"
# A letter, digit or sign; marks of direction and joiners alone show nothing.
_SEEN = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]"
)
FOLDED = (
    "title",
    "state",
    "rule",
    "rule_reason",
    "rule_signs",
    "opener_name",
    "started_at",
    "last_turn_at",
    "turns",
    "waiting_since",
    "members_until",
    "due_at",
    "resolve_by",
    "matter_since",
    "serves_key",
    "subject_label",
    "close_reason",
    "folded_until",
    "snoozed_at",
    "snoozed_until",
    "snoozed_by",
)


@dataclass(frozen=True)
class Promise:
    """What a channel's reaction plan says: its rules for the domain, the rows behind them, and when we are here."""

    rules: Sequence[Rule]
    rows: Mapping[str, ReactionRule]
    hours: Hours

    def now_for(self, rule: ReactionRule | None) -> ReactionRule | None:
        """What holds now in the situation of a rule, which may be an earlier plan's."""
        if rule is None or str(rule.pk) in self.rows:
            return rule
        return next((one for one in self.rows.values() if one.situation == rule.situation), None)


def fold_conversations(*, conversation_ids: Collection[int], now: datetime) -> None:
    """Fold each of these anew. Equal turns give equal rows, in whatever order they arrived.

    Archived ones never wait; one to which somebody writes in a channel we listen to comes alive, and its clocks begin there.
    """
    conversations = list(
        Conversation.objects.select_for_update(of=("self",))
        .select_related("channel__workspace", "rule")
        .filter(pk__in=conversation_ids)
        .order_by("pk")
    )
    turns = _turns(conversation_ids)
    first = first_posts(turns)
    plans = plans_in_force({one.channel for one in conversations if one.state != states.MERGED})
    promises: dict[object, Promise] = {}
    hours: dict[object, Hours] = {}
    closings = _closings(conversation_ids)
    clocks: dict[int, Clock] = {}
    before = {one.pk: (one.state, one.turns) for one in conversations}
    for conversation in conversations:
        messages = turns.get(conversation.pk, [])
        if conversation.state == states.MERGED:
            continue
        if messages:
            _describe(conversation, messages)
        if conversation.state == states.ARCHIVED and not _is_alive(conversation, messages):
            continue
        channel = conversation.channel
        if channel.pk not in promises:
            promises[channel.pk] = _promise(channel, plans.get(channel.pk), now, hours)
        _fold(conversation, messages, promises[channel.pk], closings[conversation.pk], first, clocks)
    update_rows(conversations, FOLDED)
    write_waits(clocks=clocks)
    settle_handed_up(conversation_ids=_done_by_now(conversations, before), now=now)


def _done_by_now(conversations: Sequence[Conversation], before: Mapping[int, tuple[str, int]]) -> Sequence[int]:
    """Those that were answered or closed just now; one more answer counts too, opening what was answered before does not."""
    done = []
    for one in conversations:
        state, turns = before[one.pk]
        is_news = state == states.WAITING or one.turns > turns or (one.state == states.CLOSED and state != one.state)
        if is_news and state != states.NEW and one.state in states.DONE_STATES:
            done.append(one.pk)
    return done


def _turns(conversation_ids: Collection[int]) -> dict[int, list[Message]]:
    """All turns of the conversations by time; what was deleted, or never left us, is none."""
    rows = (
        Message.objects.filter(entry__conversation__in=conversation_ids)
        .select_related("identity__member", "person", "entry", "dispatch")
        .only(
            "channel_id", "native_id", "visibility", "title", "text", "author_class", "direction", "occurred_at", "changed_at", "deleted_at",
            "import_run_id",
            "serves_key", "subject_kind", "subject_label", "identity__member__erased_at", "identity__name", "identity__handle", "identity__native_id",
            "person__name", "entry__conversation_id", "dispatch__message_id", "dispatch__state",
        )
        .order_by("occurred_at", "pk")
    )  # fmt: skip
    turns: dict[int, list[Message]] = defaultdict(list)
    for message in rows:
        turns[message.entry.conversation_id].append(message)
    _mark_open(turns)
    return turns


def _mark_open(turns: Mapping[int, Sequence[Message]]) -> None:
    """Say at each imported message since which day its import wanted threads open, "" if not at all."""
    imported = [message for messages in turns.values() for message in messages if message.import_run_id]
    if not imported:
        return
    runs = ImportRun.objects.filter(pk__in={message.import_run_id for message in imported})
    since = {str(pk): choices.get("open_since", "") for pk, choices in runs.values_list("pk", "choices")}
    for message in imported:
        message.open_since = since.get(str(message.import_run_id), "")  # type: ignore[attr-defined]


def _is_alive(conversation: Conversation, messages: Sequence[Message]) -> bool:
    since = _since_we_listen(messages)
    return bool(since) and (conversation.channel.kind != "archive" or since[0].import_run_id is not None)


def _since_we_listen(messages: Sequence[Message]) -> list[Message]:
    """The turns without the imported ones before them: what was said before we listened is past, no clock runs over it.

    What members said last in an import that was wanted open since a day is no past (`domain.md` 0.1b, Imported history).
    """
    heard = list(dropwhile(lambda message: message.import_run_id is not None, messages))
    return [*_still_open(messages[: len(messages) - len(heard)]), *heard]


def _still_open(past: Sequence[Message]) -> list[Message]:
    spoken = [message for message in past if message.author_class != "bot" and _is_spoken(message)]
    if not spoken or not _is_wanted_open(spoken[-1]):
        return []
    trailing = takewhile(lambda message: message.author_class not in ("staff", "expert"), reversed(spoken))
    return list(trailing)[::-1]


def _is_wanted_open(message: Message) -> bool:
    since: str = getattr(message, "open_since", "")
    return bool(since) and message.occurred_at.date().isoformat() >= since


def _is_spoken(message: Message) -> bool:
    return _has_left(message) and message.deleted_at is None


def _has_left(message: Message) -> bool:
    """At the network: it has an id there, or a person looked and found it."""
    dispatch: Dispatch | None = getattr(message, "dispatch", None)
    return message.native_id is not None or (dispatch is not None and dispatch.state == SENT)


def first_posts(turns: Mapping[int, Sequence[Message]]) -> set[int]:
    """The ids of messages that are the first their author ever wrote in this workspace's networks."""
    identities = {m.identity_id for messages in turns.values() for m in messages if m.identity_id}
    first = dict(
        Identity.objects.filter(pk__in=identities)
        .annotate(first_at=Min("messages__occurred_at"))
        .values_list("pk", "first_at")
    )
    return {
        m.pk
        for messages in turns.values()
        for m in messages
        if m.identity_id and first.get(m.identity_id) == m.occurred_at
    }


def _closings(conversation_ids: Collection[int]) -> dict[int, list[Closing]]:
    closings: dict[int, list[Closing]] = defaultdict(list)
    for closing in Closing.objects.filter(conversation__in=conversation_ids, undone_at__isnull=True).order_by("at"):
        closings[closing.conversation_id].append(closing)
    return closings


def _promise(channel: Channel, plan: ReactionPlan | None, now: datetime, known: dict[object, Hours]) -> Promise:
    """What this channel promises; `known` are the hours that others of the same batch keep too."""
    key = channel.hours_id or channel.workspace_id
    if key not in known:
        hours: ServiceHours = channel.hours or default_hours(channel.workspace)
        known[key] = hours_of(hours, range(now.year - 1, now.year + 3))
    rows = {str(row.pk): row for row in plan.rules.all()} if plan else {}
    return Promise(rules_of(plan) if plan else (), rows, known[key])


def _describe(conversation: Conversation, messages: Sequence[Message]) -> None:
    left = [message for message in messages if _has_left(message)] or list(messages)
    kept = [message for message in left if message.deleted_at is None and not _is_erased(message)]
    first = kept[0] if kept else left[0]
    ours = next((m for m in messages if m.serves_key and m.subject_label and not _is_answer_here(m)), None)
    if kept:
        conversation.title = _title_of(first) or conversation.title
    else:  # what somebody deleted is no title either
        conversation.title = NOTHING_LEFT
    conversation.opener_name = _name_of(first)
    conversation.started_at, conversation.last_turn_at = left[0].occurred_at, left[-1].occurred_at
    conversation.turns = len(left)
    conversation.folded_until = max(message.changed_at for message in messages)
    if ours:
        conversation.serves_key = ours.serves_key
    conversation.subject_label = ours.subject_label if ours else ""


def _is_answer_here(message: Message) -> bool:
    """Our answers carry the conversation itself as their subject, which it was not caused by."""
    return message.subject_kind == "conversation"


def _title_of(message: Message) -> str:
    """Its title or words, if anything of them can be seen; private words stand in no list, unless their author gave a title."""
    text = SEALED if message.visibility == "direct" and message.text else message.text
    found = next((one for one in (message.title, text) if _SEEN.search(one)), "")
    return found[:LONGEST_TITLE] if found else NOTHING_LEFT


def _is_erased(message: Message) -> bool:
    """Its author asked to be forgotten: neither their name nor their words stand in a list."""
    return message.identity is not None and message.identity.member.erased_at is not None


def _name_of(message: Message) -> str:
    if _is_erased(message):
        return ""
    return str(message.identity or message.person or "")[:120]


def _name_whoever_waits(conversation: Conversation, spoken: Sequence[Message], closed_at: Sequence[datetime]) -> None:
    """Under our own post a list names the member who answered: nobody waits for us there."""
    if spoken and _is_of_the_house(spoken[0]) and (waiting := _first_waiting(spoken, closed_at)):
        conversation.opener_name = _name_of(waiting)


def _is_of_the_house(message: Message) -> bool:
    return message.direction != INWARD or message.author_class in ("staff", "expert")


def _fold(
    conversation: Conversation,
    messages: Sequence[Message],
    promise: Promise,
    closings: Sequence[Closing],
    first_posts: Collection[int],
    clocks: dict[int, Clock],
) -> None:
    spoken = [message for message in _since_we_listen(messages) if _is_spoken(message)]
    turns = [_turn(message) for message in spoken]
    closed_at = [closing.at for closing in closings]
    _name_whoever_waits(conversation, spoken, closed_at)
    if not conversation.is_rule_chosen_by_person:
        _choose(conversation, spoken, promise, first_posts, closed_at)
    rule = promise.now_for(conversation.rule)
    conversation.rule = rule or conversation.rule
    clock = clocks[conversation.pk] = fold(turns, _response_rule(rule), promise.hours, closed_at)
    conversation.waiting_since, conversation.due_at = clock.waiting_since, clock.due_at
    conversation.members_until = clock.members_until
    conversation.resolve_by, conversation.matter_since = clock.resolve_by, clock.matter_since
    if rule and rule.serves_key and not conversation.serves_key:
        conversation.serves_key = rule.serves_key
    last_closing = closings[-1] if closings else None
    conversation.close_reason = ""
    if clock.waiting_since:
        conversation.state = states.WAITING
    elif last_closing and (not spoken or last_closing.at >= spoken[-1].occurred_at):
        conversation.state, conversation.close_reason = states.CLOSED, last_closing.reason
    else:
        conversation.state = states.ANSWERED
    if conversation.snoozed_at and _is_over(conversation, conversation.snoozed_at, spoken):
        conversation.snoozed_at = conversation.snoozed_until = conversation.snoozed_by = None


def _is_over(conversation: Conversation, snoozed_at: datetime, spoken: Sequence[Message]) -> bool:
    """Laid aside for nothing any more: nobody waits, or a member has spoken since."""
    has_news = any(message.direction == INWARD and message.changed_at > snoozed_at for message in spoken)
    return has_news or conversation.state != states.WAITING


def _turn(message: Message) -> Turn:
    author = message.identity.member_id if message.identity else None
    return Turn(message.pk, message.occurred_at, author, message.author_class, message.pk)  # type: ignore[arg-type]


def _response_rule(rule: ReactionRule | None) -> ResponseRule:
    """Without a rule nobody has promised anything, yet the first answer is looked for within a day."""
    return response_rule(rule) if rule else ResponseRule(timedelta(hours=24), satisfied_by="anyone")


def _choose(
    conversation: Conversation,
    spoken: Sequence[Message],
    promise: Promise,
    first_posts: Collection[int],
    closed_at: Sequence[datetime],
) -> None:
    """The rule of the message that waits: the first of the members since our last word or the last closing."""
    waiting = _first_waiting(spoken, closed_at)
    if waiting is None or not promise.rules:
        return
    choice: Choice = choose_rule(
        promise.rules,
        Sighting(
            text=f"{waiting.title}\n{waiting.text}",
            author_class=waiting.author_class,
            is_first_post=waiting.pk in first_posts,
            is_private=waiting.visibility == "direct",
            is_reply_to_us=any(m.direction == OUTWARD and m.occurred_at < waiting.occurred_at for m in spoken),
        ),
    )
    conversation.rule = promise.rows.get(choice.rule_key or "")
    conversation.rule_reason, conversation.rule_signs = (
        choice.reason_code,
        [asdict(sign) for sign in choice.signs_found],
    )


def _first_waiting(spoken: Sequence[Message], closed_at: Sequence[datetime]) -> Message | None:
    first: Message | None = None
    for message in spoken:
        if first and any(first.occurred_at <= at < message.occurred_at for at in closed_at):
            first = None
        if _is_of_the_house(message):
            first = None
        elif first is None and message.author_class != "bot":
            first = message
    return first or next((m for m in spoken if m.direction == INWARD), None)
