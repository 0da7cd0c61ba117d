"""A drawn case as its coder sees it: what is asked, what was said around it, and nothing of what was counted (domain 4.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, Coding, LabelSample, SampledItem
from allmende.behaviours.queries.counting import last_closed_week
from allmende.behaviours.queries.definitions import counted_as, name_of
from allmende.behaviours.queries.samples import Certainty, certainty_of, is_guessed, items_of_turn, samples_of, turn_of
from allmende.behaviours.queries.sentence import Part, sentence_of
from allmende.channels.models import Channel, Gesture, Message
from allmende.inbox.models import Conversation
from allmende.team.models import Person

SHOWN, SHOWN_BEFORE = 40, 10
# A case that is followed without end.
FOREVER = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Said:
    """Words around a case: by whom, when, what; which marks they got (act, when); whether they are those the case is known by."""

    at: datetime
    name: str
    title: str
    text: str
    marks: tuple[tuple[str, datetime], ...]
    is_it: bool
    is_gone: bool
    is_in_time: bool


@dataclass(frozen=True)
class Case:
    """One case to code: its words and what was said around them, oldest first (`is_cut`: more was said later). `ends_at` is None
    where it is followed without end; `answer` is what the person said of it before, "" for nothing."""

    item: SampledItem
    at: int
    name: str
    is_person: bool
    said: tuple[Said, ...]
    is_cut: bool
    url: str
    ends_at: datetime | None
    answer: str


@dataclass(frozen=True)
class CodingPage:
    """Whose turn it is and how far they are. `case` is None where all is coded, or there is nothing to code for this person."""

    sample: LabelSample
    name: str
    sentence: tuple[Part, ...]
    is_guessed: bool
    turn: int | None
    done: int
    of: int
    case: Case | None
    before: int | None
    after: int | None

    @property
    def is_all_coded(self) -> bool:
        return self.turn is not None and 0 < self.of == self.done

    @property
    def is_second(self) -> bool:
        return self.turn == states.SECOND_TURN


@dataclass(frozen=True)
class SamplesPage:
    """Every sample of a behaviour, with how sure the version in force is counted."""

    name: str
    certainty: Certainty
    samples: tuple[LabelSample, ...]


def samples_page(definition: BehaviourDefinition, now: datetime) -> SamplesPage:
    """Two queries."""
    return SamplesPage(name_of(definition), certainty_of(definition, now), tuple(samples_of(definition)))


def quarter_before(definition: BehaviourDefinition, now: datetime) -> tuple[date, date]:
    """First and last day of the newest thirteen weeks in which every window has closed."""
    zone = definition.workspace.zone
    ends_at = last_closed_week(counted_as(definition), now, zone).astimezone(ZoneInfo(zone))
    return (ends_at - timedelta(weeks=13)).date(), (ends_at - timedelta(days=1)).date()


def coding_page(sample: LabelSample, person: Person, place: int | None) -> CodingPage:
    """The case at this place in the order of the person's turn (from 1 on), else the first they have not coded; in a number of
    queries that does not grow."""
    turn = turn_of(sample, person)
    items = (
        list(items_of_turn(sample, turn).select_related("message__channel", "message__identity__member"))
        if turn
        else []
    )
    mine = Coding.objects.filter(item__sample=sample, person=person, turn=turn or 0)
    coded = dict(mine.values_list("item_id", "answer"))
    spec = counted_as(sample.definition)
    open_places = [number for number, item in enumerate(items, start=1) if item.pk not in coded]
    at = place if place is not None and 1 <= place <= len(items) else next(iter(open_places), None)
    return CodingPage(
        sample=sample,
        name=name_of(sample.definition),
        sentence=sentence_of(spec, _channel_names(sample)),
        is_guessed=is_guessed(spec),
        turn=turn if items else None,
        done=len(items) - len(open_places),
        of=len(items),
        case=_case(items[at - 1], at, spec.unit != "opportunity", coded) if at else None,
        before=(at - 1 if at else len(items)) or None,
        after=at + 1 if at and at < len(items) else None,
    )


def _channel_names(sample: LabelSample) -> dict[str, str]:
    return dict(Channel.objects.filter(workspace=sample.workspace_id).values_list("slug", "name"))


def _case(item: SampledItem, at: int, is_person: bool, coded: dict[int, str]) -> Case:
    is_endless = item.ends_at - item.starts_at > FOREVER
    rows = _of_person(item) if is_person else _of_thread(item)
    rows = rows.select_related("identity__member").order_by("occurred_at", "pk")
    since = item.starts_at if is_person else item.message.occurred_at
    earlier = list(rows.filter(occurred_at__lt=since).reverse()[:SHOWN_BEFORE])[::-1]
    later = list(rows.filter(occurred_at__gte=since)[: SHOWN + 1])
    identity = item.message.identity
    return Case(
        item=item,
        at=at,
        name=identity.member.alias if identity else "",
        is_person=is_person,
        said=tuple(_said([*earlier, *later[:SHOWN]], item)),
        is_cut=len(later) > SHOWN,
        url=_conversation_url(item),
        ends_at=None if is_endless else item.ends_at,
        answer=coded.get(item.pk, ""),
    )


def _of_thread(item: SampledItem) -> "QuerySet[Message]":
    """What was said in public in the same thread; what was written for us alone is nobody's business here, and what has not
    got out nobody could act on."""
    message = item.message
    rows = Message.objects.filter(channel=message.channel_id, native_id__isnull=False).exclude(visibility="direct")
    if not message.thread_native_id:
        return rows.filter(pk=message.pk)
    return rows.filter(Q(thread_native_id=message.thread_native_id) | Q(pk=message.pk))


def _of_person(item: SampledItem) -> "QuerySet[Message]":
    """What the person said in public in their time, and the words they are known by."""
    message = item.message
    if message.identity is None:
        return Message.objects.filter(pk=message.pk)
    theirs = Message.objects.filter(identity__member=message.identity.member_id).exclude(visibility="direct")
    return theirs.filter(Q(occurred_at__gte=item.starts_at, occurred_at__lt=item.ends_at) | Q(pk=message.pk))


def _said(rows: Sequence[Message], item: SampledItem) -> Iterable[Said]:
    marks: dict[int, list[tuple[str, datetime]]] = {}
    gestures = Gesture.objects.filter(target__in=[row.pk for row in rows], deleted_at__isnull=True)
    for target, act, at in gestures.order_by("occurred_at").values_list("target_id", "act", "occurred_at"):
        marks.setdefault(target, []).append((act, at))
    for row in rows:
        is_gone = row.deleted_at is not None
        yield Said(
            at=row.occurred_at,
            name=row.identity.member.alias if row.identity else "",
            title=row.title,
            text="" if is_gone else row.text,
            marks=tuple(marks.get(row.pk, ())),
            is_it=row.pk == item.message_id,
            is_gone=is_gone,
            is_in_time=item.starts_at <= row.occurred_at < item.ends_at,
        )


def _conversation_url(item: SampledItem) -> str:
    """Where the whole conversation stands; who looks at it there is told by the inbox's own rules."""
    message = item.message
    rows = Conversation.objects.filter(channel=message.channel_id, thread_native_id=message.thread_native_id)
    public_id = rows.values_list("public_id", flat=True).first() if message.thread_native_id else None
    slug = item.message.channel.workspace.slug if public_id else ""
    return reverse("inbox:conversation", args=[slug, public_id]) if public_id else ""
