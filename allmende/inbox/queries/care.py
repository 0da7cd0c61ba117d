"""What protects the people who answer (S4-11, S4-34, I-14), and whether the community is neglected (S2-06) or declines (S1-27)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from allmende.channels.models import Dispatch, Message
from allmende.channels.states import INWARD, WITHDRAWN
from allmende.domain.weeks import monday_of
from allmende.guidelines.models import GuidelineSection
from allmende.guidelines.states import IN_FORCE
from allmende.inbox import states
from allmende.inbox.models import AtmosphereReading, Conversation, Entry, PresenceBudget, ProtectionRules, Wait
from allmende.team.models import Person, Workspace

WEEK = timedelta(days=7)
MONTH = timedelta(days=28)
SAMPLE = 8
FEWEST, WORSE = 10, 1.2
FEWEST_PROVOCATIONS = 5
# What the works council, and everybody, can read that we keep nothing of.
NOT_MEASURED = ("response_times", "online", "keystrokes", "ranking", "budget", "mood")
KEPT = ("audit", "rota", "training", "last_look")


@dataclass(frozen=True)
class Stretch:
    """Four weeks: how many waits began, how many were unanswered at its end (`overdue`: past the time promised), the middle
    service minutes of the others, members who wrote, those among them who also wrote in the stretch before, and conversations
    in which somebody sought a quarrel."""

    first: date
    last: date
    waits: int
    unanswered: int
    minutes: float | None
    writers: int
    returning: int
    provocations: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Neglect:
    """Two stretches beside each other, the earlier first; `signs`: what got worse."""

    before: Stretch
    now: Stretch

    @property
    def signs(self) -> tuple[str, ...]:
        """Of "overdue", "unanswered", "slower", "fewer_write", "fewer_return" and "provoked": a fifth worse, on enough cases to
        say so; and whatever was before, when the promised time has passed for a fifth."""
        found = []
        before, now, are_enough = self.before, self.now, self.is_comparable
        if now.waits >= FEWEST and now.overdue > 2 and now.overdue * 5 >= now.waits:
            found.append("overdue")
        if are_enough and _share(now) > _share(before) * WORSE and now.unanswered > 2:
            found.append("unanswered")
        if are_enough and before.minutes and now.minutes and now.minutes > before.minutes * WORSE:
            found.append("slower")
        if before.writers >= FEWEST and now.writers * WORSE < before.writers:
            found.append("fewer_write")
        if before.writers >= FEWEST and now.returning * WORSE < before.returning:
            found.append("fewer_return")
        if now.provocations >= FEWEST_PROVOCATIONS and now.provocations > before.provocations * WORSE:
            found.append("provoked")
        return tuple(found)

    @property
    def is_comparable(self) -> bool:
        """Were there enough cases in both stretches to say whether answers got worse?"""
        return min(self.before.waits, self.now.waits) >= FEWEST

    @property
    def is_decline(self) -> bool:
        """The community dwindles (S1-27): fewer write, and fewer come back."""
        return {"fewer_write", "fewer_return"} <= set(self.signs)


def protection_of(workspace: Workspace) -> ProtectionRules:
    """What protects people here; the usual values where nobody changed them."""
    found = ProtectionRules.objects.filter(workspace=workspace).select_related("updated_by").first()
    return found or ProtectionRules(workspace=workspace)


def is_conflict(conversation: Conversation) -> bool:
    """Does it stand in a situation in which answering costs strength?"""
    return conversation.rule is not None and conversation.rule.situation in states.CONFLICT_SITUATIONS


def conflict_replies(person: Person, now: datetime) -> int:
    """How many answers somebody wrote today in conflict situations; one query."""
    zone = ZoneInfo(person.workspace.zone)
    begin = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    rows = Dispatch.objects.filter(
        created_by=person, kind="reply", created_at__gte=begin, created_at__lte=now,
        message__entry__conversation__rule__situation__in=states.CONFLICT_SITUATIONS,
    )  # fmt: skip
    return rows.exclude(state=WITHDRAWN).count()


def times_by_person(workspace: Workspace, now: datetime) -> list[tuple[str, int, float]]:
    """Name, answers and middle service minutes of four weeks; nothing at all unless it was agreed to measure people."""
    if not protection_of(workspace).measures_people:
        return []
    rows = Wait.objects.filter(
        conversation__workspace=workspace,
        ended_at__gte=now - MONTH,
        ended_by__person__isnull=False,
        service_minutes__isnull=False,
    )
    found: dict[str, list[int]] = {}
    for name, minutes in rows.values_list("ended_by__person__name", "service_minutes"):
        found.setdefault(name, []).append(minutes or 0)
    return [(name, len(given), median(given)) for name, given in sorted(found.items())]


def budget_of(person: Person) -> int | None:
    """How many minutes a day somebody set themselves."""
    found = PresenceBudget.objects.filter(person=person).first()
    return found.minutes if found else None


def neglect(workspace: Workspace, now: datetime) -> Neglect:
    """The last four weeks beside the four before: unanswered, slower, fewer returning is a risk to trust."""
    middle = now - MONTH
    return Neglect(_stretch(workspace, middle - MONTH, middle), _stretch(workspace, middle, now))


def sample_of(workspace: Workspace, now: datetime) -> tuple[date, list[Conversation]]:
    """The conversations to read this week: drawn by lot from those of the last one, the same for everybody all week long,
    whatever is said in them meanwhile. Never those in which somebody wrote to us alone."""
    today = workspace.day_at(now)
    monday = monday_of(today)
    end = datetime.combine(monday, time.min, ZoneInfo(workspace.zone))
    said = Entry.objects.filter(conversation=OuterRef("pk"), message__occurred_at__lt=end)
    rows = Conversation.objects.filter(workspace=workspace, last_turn_at__gte=end - WEEK, turns__gte=2)
    rows = rows.exclude(state=states.MERGED).exclude(Exists(said.filter(message__visibility="direct")))
    rows = rows.filter(Exists(said.filter(message__occurred_at__gte=end - WEEK)))
    number = said.order_by().values("conversation").annotate(number=Count("pk")).values("number")
    rows = rows.alias(said_then=Subquery(number)).filter(said_then__gte=2)
    drawn = sorted(rows.values_list("pk", flat=True), key=lambda pk: hashlib.sha256(f"{monday}{pk}".encode()).digest())
    found = Conversation.objects.filter(pk__in=drawn[:SAMPLE]).select_related("channel__account").order_by("pk")
    return monday, list(found)


def readings_of(workspace: Workspace, week: date) -> dict[int, AtmosphereReading]:
    """What was said of this week's sample, by conversation."""
    rows = AtmosphereReading.objects.filter(conversation__workspace=workspace, week_date=week).select_related("person")
    return {one.conversation_id: one for one in rows}


def atmosphere_weeks(workspace: Workspace) -> Sequence[Mapping[str, object]]:
    """What was said of the samples of earlier weeks, the newest first."""
    rows = AtmosphereReading.objects.filter(conversation__workspace=workspace).order_by().values("week_date")
    counted = rows.annotate(
        read=Count("pk"), yes=Count("pk", filter=Q(fits="yes")), partly=Count("pk", filter=Q(fits="partly")),
        no=Count("pk", filter=Q(fits="no")),
    )  # fmt: skip
    return list(counted.order_by("-week_date")[:12])


def wanted_atmosphere(workspace: Workspace) -> Sequence[GuidelineSection]:
    """What the guidelines in force say about how it should sound here."""
    rows = GuidelineSection.objects.filter(
        guideline__workspace=workspace,
        guideline__state=IN_FORCE,
        guideline__archived_at__isnull=True,
        kind__in=("atmosphere", "tone"),
    )
    return list(rows.exclude(text="").select_related("guideline"))


def _stretch(workspace: Workspace, begin: datetime, end: datetime) -> Stretch:
    waits = Wait.objects.filter(
        conversation__workspace=workspace, clock="our_response", started_at__gte=begin, started_at__lt=end
    )
    # As it stood at the end of the stretch: later answers had four weeks more to come in the earlier one.
    in_time, open_then = waits.filter(ended_at__lt=end), Q(ended_at__isnull=True) | Q(ended_at__gte=end)
    minutes = [one for one in in_time.values_list("service_minutes", flat=True) if one is not None]
    said = Message.objects.filter(
        channel__workspace=workspace, direction=INWARD, author_class="member", deleted_at__isnull=True
    )
    here = said.filter(occurred_at__gte=begin, occurred_at__lt=end).order_by().values("identity__member").distinct()
    earlier = said.filter(occurred_at__gte=begin - MONTH, occurred_at__lt=begin).order_by().values("identity__member")
    return Stretch(
        first=workspace.day_at(begin),
        last=workspace.day_at(end),
        waits=waits.count(),
        unanswered=waits.filter(open_then).count(),
        overdue=waits.filter(open_then, due_at__lt=end).count(),
        minutes=median(minutes) if minutes else None,
        writers=here.count(),
        returning=here.filter(identity__member__in=earlier).count(),
        provocations=Conversation.objects.filter(
            workspace=workspace, rule__situation=states.PROVOCATION, started_at__gte=begin, started_at__lt=end
        ).count(),
    )


def _share(stretch: Stretch) -> float:
    return stretch.unanswered / stretch.waits if stretch.waits else 0.0
