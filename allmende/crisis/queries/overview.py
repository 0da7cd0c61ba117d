"""What burns, what is prepared and what is missing, what was (S2-22, S3-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.channels.queries import channels_of
from allmende.channels.states import PRACTICE
from allmende.crisis import states
from allmende.crisis.catalogue import GROUND_WORDS, LEVELS
from allmende.crisis.models import Exercise, HoldingStatement, Incident, Lesson, MediaMention, Signal
from allmende.guidelines.queries import levels_of
from allmende.inbox.models import Conversation
from allmende.team.models import Workspace

# Practised twice a year (`domain.md` 3.10)
DRILL_KEEPS = timedelta(days=183)
PAST = 20


@dataclass(frozen=True)
class ScaleStep:
    """A level one can declare, and by what it is known."""

    number: int
    name: str
    own_channels: str
    media: str
    holds_posts: bool


@dataclass(frozen=True)
class Preparation:
    """One thing that stands before it burns: "levels", "contacts", "statements", "drill"; `number` of what there is."""

    code: str
    is_done: bool
    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Overview:
    """The start page of this room."""

    burning: Sequence[Incident]
    to_debrief: Sequence[Incident]
    past: Sequence[Incident]
    signal: Signal | None
    answered: Sequence[Signal]
    prepared: Sequence[Preparation]
    open_lessons: Sequence[Lesson]
    mentions: Sequence[MediaMention]
    exercises: Sequence[Exercise]

    @property
    def under_way(self) -> Exercise | None:
        """The drill on a copy that is held now."""
        return next((one for one in self.exercises if one.ended_at is None), None)

    @property
    def practised(self) -> Sequence[Exercise]:
        """The drills on a copy that are over."""
        return [one for one in self.exercises if one.ended_at]

    @property
    def is_calm(self) -> bool:
        return not (self.burning or self.to_debrief or self.signal)

    @property
    def lacking(self) -> int:
        """How many preparations are missing."""
        return sum(not one.is_done for one in self.prepared)


def overview(workspace: Workspace, now: datetime) -> Overview:
    """In a fixed number of queries."""
    rows = list(
        Incident.objects.filter(workspace=workspace).select_related("led_by").order_by("is_drill", "-declared_at")[:200]
    )
    return Overview(
        burning=[one for one in rows if one.state in states.BURNING],
        to_debrief=[one for one in rows if one.state == states.OVER],
        past=sorted((one for one in rows if one.state in states.ENDED), key=lambda one: one.declared_at, reverse=True)[
            :PAST
        ],
        signal=open_signal(workspace),
        answered=list(answered_signals(workspace)[:5]),
        prepared=preparations(workspace, now),
        open_lessons=list(open_lessons(workspace)),
        mentions=list(mentions_of(workspace)[:5]),
        exercises=list(Exercise.objects.filter(workspace=workspace).select_related("created_by")[:5]),
    )


def preparations(workspace: Workspace, now: datetime) -> list[Preparation]:
    """What stands, and what is missing; each with its number."""
    levels = levels_of(workspace)
    called = {one.person_id or one.name for level in levels for one in level.called}  # type: ignore[attr-defined]
    statements = statements_of(workspace).count()
    found = [
        Preparation("levels", bool(levels), len(levels)),
        Preparation("contacts", bool(called), len(called)),
        Preparation("statements", bool(statements), statements),
    ]
    return found if workspace.is_rehearsal else [*found, _practised(workspace, now)]


def _practised(workspace: Workspace, now: datetime) -> Preparation:
    """When a drill was held last, on a copy or here."""
    here = Incident.objects.filter(workspace=workspace, is_drill=True).exclude(state=states.TAKEN_BACK)
    on_copy = Exercise.objects.filter(workspace=workspace, ended_at__isnull=False)
    ever = (here.values_list("declared_at", flat=True).first(), on_copy.values_list("began_at", flat=True).first())
    at = max((one for one in ever if one), default=None)
    return Preparation("drill", at is not None and at > now - DRILL_KEEPS, at=at)


def statements_of(workspace: Workspace) -> "QuerySet[HoldingStatement]":
    """The prepared statements, what weighs most first: severity times weight of the source."""
    rows = HoldingStatement.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.annotate(risk=F("severity") * F("weight")).order_by("-risk", "title")


def mentions_of(workspace: Workspace) -> "QuerySet[MediaMention]":
    """What the media wrote, the newest first."""
    return MediaMention.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("created_by")


def open_signal(workspace: Workspace) -> Signal | None:
    """What the figures propose and nobody answered yet."""
    return Signal.objects.filter(workspace=workspace, state=states.PROPOSED).first()


def answered_signals(workspace: Workspace) -> "QuerySet[Signal]":
    """What the figures proposed and somebody answered, the newest first."""
    return Signal.objects.filter(workspace=workspace).exclude(state=states.PROPOSED).select_related("answered_by")


def open_lessons(workspace: Workspace) -> "QuerySet[Lesson]":
    """What debriefs decided and nobody carried out yet, the next due first."""
    rows = Lesson.objects.filter(workspace=workspace, archived_at__isnull=True, done_at__isnull=True)
    return (
        rows.exclude(incident__state=states.TAKEN_BACK).select_related("owner", "incident").order_by("due_date", "pk")
    )


def scale_of(workspace: Workspace) -> list[ScaleStep]:
    """The levels one can declare, 1 to 6: this workspace's own, or the shipped ones before anybody took them over."""
    own = levels_of(workspace)
    if own:
        return [
            ScaleStep(one.number, one.name, one.own_channels, one.media, one.holds_posts) for one in own if one.number
        ]
    return [
        ScaleStep(one["number"], str(one["name"]), str(one["own_channels"]), str(one["media"]), "holds_posts" in one)
        for one in LEVELS
        if one["number"]
    ]


def proposed_words(signal: Signal | None, conversation: Conversation | None) -> dict[str, str]:
    """Title and cause of a declaration as far as they are known: from what the figures ask, or where somebody wrote it (S2-23).
    A proposal: whoever declares reads and mends it."""
    if conversation is not None:
        said = _("In %(channel)s: “%(title)s”") % {"channel": conversation.channel.name, "title": conversation.title}
        return {"title": conversation.title[:160], "cause": said[:500]}
    if signal is not None:
        return {"cause": "; ".join(str(GROUND_WORDS[one]) for one in signal.grounds)[:500]}
    return {}


def practice_channels(workspace: Workspace) -> "QuerySet[Channel]":
    """Where a drill may live."""
    return speaking_channels(workspace).filter(account__kind=PRACTICE)


def speaking_channels(workspace: Workspace) -> "QuerySet[Channel]":
    """Every channel that can speak."""
    return channels_of(workspace).filter(account__isnull=False)
