"""What was heard lately and in the weeks before, as `domain.alarms` takes it (`domain.md` 3.10)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from allmende.channels.models import Channel, Message
from allmende.channels.states import INWARD, TRIAL_SUBJECT
from allmende.crisis.models import Usual
from allmende.crisis.states import NEGATIVE_SITUATIONS
from allmende.domain.alarms import (
    FEWEST_MESSAGES,
    HEARD_MINUTES,
    HOLIDAY,
    MOST_DAYS,
    STEP_MINUTES,
    STEPS_A_DAY,
    STEPS_A_WEEK,
    WINDOW_MINUTES,
    Day,
    Heard,
    Rhythm,
    counts_of,
    learn_rhythm,
)
from allmende.members.states import BOT, STAFF
from allmende.team.models import Workspace
from allmende.team.queries import public_holidays

Row = tuple[datetime, str, int | None, int | None]


def rhythm_of(usual: Usual) -> Rhythm:
    """What was learnt, as the watch takes it."""
    return Rhythm(usual.channels, usual.limit, usual.steady, usual.lively, usual.new, usual.negative)


def heard_lately(workspace: Workspace, now: datetime) -> list[Heard]:
    """Messages by others of the last hours in order of time, their minutes counted from `now`; none while the last twenty
    minutes hold too few for anything."""
    recent = now - timedelta(minutes=WINDOW_MINUTES)
    rows = _heard(workspace, now - timedelta(minutes=HEARD_MINUTES), now)
    if rows.filter(occurred_at__gt=recent)[:FEWEST_MESSAGES].count() < FEWEST_MESSAGES:
        return []
    found = list(_rows(rows))
    people = {author for _, _, author, _ in found if author}
    earlier = Message.objects.filter(identity__in=people, occurred_at__lte=found[0][0] - timedelta(minutes=1))
    known = set(earlier.values_list("identity_id", flat=True).distinct())
    return [
        Heard(
            (at - now).total_seconds() / 60, author or ("nobody", place), channel,
            author is not None and author not in known, situation in NEGATIVE_SITUATIONS,
        )
        for place, (at, channel, author, situation) in enumerate(found)
    ]  # fmt: skip


def step_of(workspace: Workspace, at: datetime) -> int:
    """Which five minutes of the week it is on the wall of the workspace; a holiday is a Sunday."""
    local = at.astimezone(ZoneInfo(workspace.zone))
    is_holiday = local.date() in public_holidays(workspace, {local.year})
    weekday = HOLIDAY if is_holiday else local.weekday()
    return weekday * STEPS_A_DAY + (local.hour * 60 + local.minute) // STEP_MINUTES


def rhythm_until(workspace: Workspace, day: date) -> Rhythm:
    """What the twelve weeks before this day say; one walk through their messages."""
    zone = ZoneInfo(workspace.zone)
    first = day - timedelta(days=MOST_DAYS)
    begin, end = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (first, day))
    heard: dict[str, list[tuple[float, object]]] = defaultdict(list)
    seen: set[int] = set()
    number = new = negative = 0
    for at, channel, author, situation in _rows(_heard(workspace, begin, end)):
        local = at.astimezone(zone)
        minute = (local.date() - first).days * 1_440 + local.hour * 60 + local.minute
        heard[channel].append((minute, author or ("nobody", number)))
        number += 1
        new += author is not None and author not in seen
        negative += situation in NEGATIVE_SITUATIONS
        if author:
            seen.add(author)
    holidays = public_holidays(workspace, {first.year, day.year})
    channels = {channel: _days(rows, first, holidays) for channel, rows in heard.items()}
    return learn_rhythm(channels, new / number if number else 0.0, negative / number if number else 0.0)


def as_rehearsed(workspace: Workspace, usual: dict[str, list[float]]) -> dict[str, list[float]]:
    """What is usual in the channels of a copy: as in those they stand for, and nothing where those have no past."""
    rows = Channel.objects.filter(workspace__in=(workspace.pk, workspace.rehearsal_of_id), archived_at__isnull=True)
    places = list(rows.values_list("workspace_id", "slug", "pk"))
    known = {slug: str(pk) for home, slug, pk in places if home != workspace.pk}
    silence = [0.0] * STEPS_A_WEEK
    return {str(pk): usual.get(known.get(slug, ""), silence) for home, slug, pk in places if home == workspace.pk}


def _days(heard: list[tuple[float, object]], first: date, holidays: frozenset[date]) -> list[Day]:
    """The days of a channel from its first message on."""
    counts = [0] * (MOST_DAYS * STEPS_A_DAY)
    for minute in counts_of(sorted(heard, key=lambda one: one[0])):
        counts[int(minute // STEP_MINUTES)] += 1
    opened = int(min(minute for minute, _ in heard) // 1_440)
    days = []
    for number in range(opened, MOST_DAYS):
        day = first + timedelta(days=number)
        weekday = HOLIDAY if day in holidays else day.weekday()
        days.append(Day(weekday, counts[number * STEPS_A_DAY : (number + 1) * STEPS_A_DAY]))
    return days


def _heard(workspace: Workspace, begin: datetime, end: datetime) -> "QuerySet[Message]":
    # `changed_at` is never earlier than a message came, and has an index.
    rows = Message.objects.filter(channel__workspace=workspace, direction=INWARD, changed_at__gt=begin)
    rows = rows.filter(occurred_at__gt=begin, occurred_at__lte=end).exclude(author_class__in=(STAFF, BOT))
    return rows.exclude(subject_kind=TRIAL_SUBJECT)


def _rows(rows: "QuerySet[Message]") -> Iterator[Row]:
    found = rows.order_by("occurred_at", "pk").values_list(
        "occurred_at", "channel_id", "identity_id", "entry__conversation__rule__situation"
    )
    for at, channel, author, situation in found.iterator():
        yield at, str(channel), author, situation
