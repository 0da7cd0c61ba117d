"""The war room: everything about one incident on one page, and its log on paper."""

from collections.abc import Mapping, Sequence
from csv import writer
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from allmende.channels.models import Channel, Dispatch
from allmende.channels.queries import queue_of
from allmende.channels.states import HELD, POST, WAITING
from allmende.crisis import states
from allmende.crisis.catalogue import LOG_WORDS
from allmende.crisis.models import (
    ChecklistPoint,
    Fact,
    HoldingStatement,
    Incident,
    Lesson,
    LevelChange,
    LogEntry,
    MediaMention,
    PublicText,
    Saying,
)
from allmende.crisis.queries.overview import mentions_of, statements_of
from allmende.guidelines.models import EscalationContact, EscalationLevel
from allmende.guidelines.queries import contacts_up_to
from allmende.inbox.queries import count_waiting
from allmende.plan.queries import Chip, chips
from allmende.team.models import Notice, Person
from allmende.team.queries import on_duty_at

NEWEST = 30


@dataclass(frozen=True)
class Room:
    """What the room shows. `facts` by kind; `stopped`: posts that are held or will be when their time comes."""

    level: EscalationLevel | None
    channels: Sequence[Channel]
    facts: Mapping[str, Sequence[Fact]]
    log: Sequence[LogEntry]
    log_number: int
    checklist: Sequence[ChecklistPoint]
    stopped: Sequence[Dispatch]
    is_holding: bool
    statements: Sequence[HoldingStatement]
    sayings: Sequence[Saying]
    public_texts: Sequence[PublicText]
    to_ring: Sequence[EscalationContact]
    on_duty: Sequence[Person]
    waiting: tuple[int, int]
    mentions: Sequence[MediaMention]
    touches: Sequence[Chip]

    @property
    def done(self) -> int:
        """How many points of the checklist are ticked."""
        return sum(one.done_at is not None for one in self.checklist)

    @property
    def next_points(self) -> set[int]:
        """The two points that come next."""
        return {one.pk for one in [one for one in self.checklist if one.done_at is None][:2]}


def room_of(incident: Incident, now: datetime) -> Room:
    """The war room in a fixed number of queries."""
    workspace = incident.workspace
    level = EscalationLevel.objects.filter(workspace=workspace, number=incident.level).first()
    places = [one.channel for one in incident.places.select_related("channel")]
    facts: dict[str, list[Fact]] = {kind: [] for kind in states.FACT_KINDS}
    for fact in incident.facts.filter(archived_at__isnull=True).select_related("created_by", "updated_by"):
        facts[fact.kind].append(fact)
    log = list(log_of(incident)[:NEWEST])
    is_holding = incident.holds.filter(hold__ended_at__isnull=True).exists()
    contacts = contacts_up_to(workspace, incident.level)
    return Room(
        level=level,
        channels=places,
        facts=facts,
        log=log,
        log_number=log[0].number if log else 0,
        checklist=list(incident.checklist.select_related("done_by")),
        stopped=list(stopped_posts(incident, places, is_holding)),
        is_holding=is_holding,
        statements=list(statements_of(workspace)[:8]),
        sayings=list(incident.sayings.select_related("dispatch__channel", "dispatch__message", "person")[:20]),
        public_texts=list(incident.public_texts.select_related("person")[:NEWEST]),
        to_ring=[one for one in contacts if one.phone and not incident.is_practised],
        on_duty=on_duty_at(workspace, now),
        waiting=count_waiting(workspace, now),
        mentions=list(mentions_of(workspace).filter(seen_at__gte=incident.declared_at)[:10]),
        touches=list(chips(workspace, incident.serves_keys).values()),
    )


def stopped_posts(incident: Incident, places: Sequence[Channel], is_holding: bool) -> "QuerySet[Dispatch]":
    """Posts in the scope that are held; while a stop stands, those too whose time is still to come (I-16)."""
    wanted = Q(state=HELD) | Q(state=WAITING, kind=POST) if is_holding else Q(state=HELD)
    rows = queue_of(incident.workspace).filter(wanted, head__isnull=True)
    return (rows.filter(channel__in=places) if places else rows).order_by("send_after", "pk")[:100]


def log_of(incident: Incident) -> "QuerySet[LogEntry]":
    """The log, the newest line first."""
    return incident.log.select_related("person")


@dataclass(frozen=True)
class Protocol:
    """The log as it is printed: from the first line to the last, with the history of levels and the facts as they stand."""

    log: Sequence[LogEntry]
    levels: Sequence[LevelChange]
    facts: Sequence[Fact]
    lessons: Sequence[Lesson]


def protocol_of(incident: Incident) -> Protocol:
    """Everything that was written down, in the order in which it came."""
    return Protocol(
        list(log_of(incident).order_by("number")),
        list(incident.level_changes.select_related("person")),
        list(incident.facts.filter(archived_at__isnull=True).order_by("kind", "created_at")),
        list(lessons_of(incident)),
    )


def log_table(incident: Incident) -> str:
    """The log as a table (CSV), from the first line; what a spreadsheet would take for a formula is not one."""
    file = StringIO()
    rows = writer(file)
    rows.writerow([gettext("No."), gettext("Time"), gettext("Person"), gettext("Kind"), gettext("Text")])
    for one in log_of(incident).order_by("number"):
        at = timezone.localtime(one.at).isoformat(timespec="minutes")
        text = f"'{one.text}" if one.text.startswith(("=", "+", "-", "@", "\t", "\r")) else one.text
        rows.writerow([one.number, at, one.person.name if one.person else "Allmende", str(LOG_WORDS[one.kind]), text])
    return file.getvalue()


def debrief_due(incident: Incident) -> datetime | None:
    """By when the debrief is to be held, a week after it was over."""
    return incident.over_at + timedelta(days=states.DEBRIEF_DAYS) if incident.over_at else None


def took_part(incident: Incident) -> set[UUID]:
    """Who led, was called, or wrote into the log; two queries."""
    wrote = incident.log.filter(person__isnull=False).values_list("person_id", flat=True)
    called = Notice.objects.filter(once_key__startswith=f"crisis.called:{incident.pk}:").values_list(
        "person_id", flat=True
    )
    return {incident.led_by_id, *wrote, *called}


def lessons_of(incident: Incident) -> "QuerySet[Lesson]":
    """What the debrief decided."""
    return incident.lessons.filter(archived_at__isnull=True).select_related("owner")
