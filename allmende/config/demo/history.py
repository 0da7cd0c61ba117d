"""Eighteen months of an invented support forum: threads, and the rows that `allmende import` reads of them.

The stated behaviours are really in it, at the stated strength (`domain.md` 6.1 and 4.7): exactly so many questions get
their first answer from a member within a day, exactly so many are confirmed as solved within a week, exactly so many
newcomers help somebody within thirty days. Same day and language: same rows.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allmende.config.demo.crowd import NEW_FOR, Crowd
from allmende.config.demo.rhythm import last_monday, local_midnight, moments, sample
from allmende.config.demo.telling import Teller
from allmende.config.demo.thread import Fate, Thread, Turn, gathering, tell

WEEKS_BEFORE, WEEKS_SINCE = 65, 13
QUESTIONS = (4_310, 905)
MEMBER_FIRST = (2_103, 512)
CONFIRMED_SHARE = (0.41, 0.44)
NEWCOMERS = (1_986, 430)
NEWCOMER_HELPS = (0.06, 0.10)
GATHERINGS_PER_WEEK = 2
THIS_WEEK = 70
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Calendar:
    """The days of the story, from the day it is told: aware local midnights. `moved_at`: since then the new forum."""

    now: datetime
    zone: str = ZONE

    @property
    def monday(self) -> datetime:
        return local_midnight(last_monday(self.now, self.zone), self.zone)

    @property
    def begins_at(self) -> datetime:
        return self._weeks_ago(WEEKS_BEFORE + WEEKS_SINCE)

    @property
    def plan_starts_at(self) -> datetime:
        return self._weeks_ago(WEEKS_SINCE)

    @property
    def moved_at(self) -> datetime:
        """A Friday: what is asked from then on is asked on the new platform."""
        return local_midnight(self.monday.date() - 3 * DAY, self.zone)

    @property
    def opened_at(self) -> datetime:
        """When the team began on the new platform: a Friday, two weeks before the members."""
        return local_midnight(self.moved_at.date() - 2 * WEEK, self.zone)

    @property
    def local_now(self) -> datetime:
        """Now, by the clock on the wall."""
        return self.now.astimezone(ZoneInfo(self.zone))

    def _weeks_ago(self, weeks: int) -> datetime:
        return local_midnight(self.monday.date() - weeks * WEEK, self.zone)


@dataclass
class _Plot:
    """What the dice have decided about each question before anything is told."""

    asked_at: list[datetime]
    newcomers: frozenset[int] = frozenset()
    member_first: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()
    helping: dict[int, int] = field(default_factory=dict)  # thread -> thread of the newcomer who helps in it


def threads(calendar: Calendar, language: str = "de", talk: float = 1.0, seed: int = 4711) -> Iterator[Thread]:
    """All threads by their beginning; turns later than `calendar.now` are left out. `talk` 0.3: threads that much shorter."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    plot = _plotted(dice, calendar)
    crowd, teller = Crowd(dice, calendar.begins_at), Teller(language, dice)
    opened = iter(_gathering_times(dice, calendar))
    next_gathering = next(opened, None)
    askers: dict[int, str] = {}
    for number, at in enumerate(plot.asked_at):
        while next_gathering and next_gathering < at:
            yield _seen(gathering(next_gathering, crowd, teller, talk), calendar.now)
            next_gathering = next(opened, None)
        crowd.live_until(at)
        asker = askers[number] = crowd.newcomer(at) if number in plot.newcomers else crowd.asker()
        fate = Fate(
            is_member_first=number in plot.member_first,
            is_confirmed=number in plot.confirmed,
            newcomer=askers.get(plot.helping.get(number, -1), ""),
            members_have_hours=4 if at >= calendar.plan_starts_at else 0,
            is_left_alone=at < calendar.moved_at,
            talk=talk if at < calendar.moved_at else min(talk, 0.45),
        )
        thread = _seen(tell(asker, at, fate, crowd, teller), calendar.now)
        thread.is_by_newcomer = number in plot.newcomers
        if thread.turns:
            yield thread


def history(ends_at: datetime, language: str = "de", talk: float = 1.0) -> list[dict[str, Any]]:
    """Rows of all threads as an export gives them, oldest first, everything before `ends_at`."""
    return rows_of(list(threads(Calendar(ends_at), language, talk)))


def rows_of(told: list[Thread]) -> list[dict[str, Any]]:
    """An export's rows of these threads, by time."""
    found = [
        (turn.at, number, place, thread, turn)
        for number, thread in enumerate(told)
        for place, turn in enumerate(thread.turns)
    ]
    found.sort(key=lambda one: one[:3])
    return [_row(number, place, thread, turn) for _, number, place, thread, turn in found]


def _row(number: int, place: int, thread: Thread, turn: Turn) -> dict[str, Any]:
    root = f"L{number + 1}"
    row: dict[str, Any] = {
        "message_id": f"{root}-{place}" if place else root,
        "thread_id": root,
        "author": turn.author,
        "created_at": turn.at.isoformat(timespec="seconds"),
        "text": turn.text,
    }
    if place:
        row["parent_id"] = f"{root}-{turn.answers}" if turn.answers else root
    else:
        row["thread_title"] = thread.title
    if turn.is_accepted:
        row["is_accepted"] = True
    if turn.is_solved:
        row["thread_resolved"] = True
    return row


def _plotted(dice: random.Random, calendar: Calendar) -> _Plot:
    cut, monday = calendar.plan_starts_at, calendar.monday
    before = moments(dice, calendar.begins_at, cut, QUESTIONS[0])
    since = moments(dice, cut, monday, QUESTIONS[1])
    # The whole week, whatever the day: the dice must not roll otherwise later in the week.
    this_week = moments(dice, monday, local_midnight(monday.date() + WEEK, calendar.zone), THIS_WEEK)
    plot = _Plot([*before, *since, *this_week])
    # Those at the edges may fall on either side of a clock's second; nobody new stands there.
    known_from = calendar.begins_at + NEW_FOR + DAY
    early = [n for n, at in enumerate(before) if known_from < at < cut - timedelta(hours=1)]
    late = range(len(before), len(plot.asked_at))
    of_since = round(NEWCOMERS[1] * len(late) / QUESTIONS[1])
    plot.newcomers = sample(dice, early, NEWCOMERS[0]) | sample(dice, late, of_since)
    plot.member_first = _member_first(dice, plot, len(before))
    plot.confirmed = _confirmed(dice, calendar, plot, len(before))
    plot.helping = _helping(dice, calendar, plot, len(before))
    return plot


def _member_first(dice: random.Random, plot: _Plot, before: int) -> frozenset[int]:
    """Exact numbers before and since; since the plan began the share grows for some weeks and then holds."""
    total = before + QUESTIONS[1]
    ramp = {n: min(1.0, 0.55 + 0.08 * (n - before) / 70) for n in range(before, total)}
    drawn = sorted(ramp, key=lambda n: dice.random() ** (1 / ramp[n]), reverse=True)[: MEMBER_FIRST[1]]
    share = MEMBER_FIRST[1] / QUESTIONS[1]
    this_week = {n for n in range(total, len(plot.asked_at)) if dice.random() < share}
    return sample(dice, range(before), MEMBER_FIRST[0]) | frozenset(drawn) | this_week


def _confirmed(dice: random.Random, calendar: Calendar, plot: _Plot, before: int) -> frozenset[int]:
    """Exact shares of what can be known: a question of the last days may still be confirmed."""
    closed = local_midnight(calendar.monday.date() - WEEK, calendar.zone)
    known = [n for n in range(before, len(plot.asked_at)) if plot.asked_at[n] < closed]
    open_ones = {n for n in range(before + len(known), len(plot.asked_at)) if dice.random() < CONFIRMED_SHARE[1]}
    return (
        sample(dice, range(before), round(CONFIRMED_SHARE[0] * before))
        | sample(dice, known, round(CONFIRMED_SHARE[1] * len(known)))
        | open_ones
    )


def _helping(dice: random.Random, calendar: Calendar, plot: _Plot, before: int) -> dict[int, int]:
    """Which newcomer gives the accepted answer in which confirmed thread, two to twenty days after their own question."""
    # Later in the week one more week of newcomers is complete; they help as often.
    closed = local_midnight(calendar.monday.date() - 4 * WEEK, calendar.zone)
    early = sorted(n for n in plot.newcomers if n < before)
    late = sorted(n for n in plot.newcomers if n >= before and plot.asked_at[n] < closed)
    taken: dict[int, int] = {}
    for group, share in ((early, NEWCOMER_HELPS[0]), (late, NEWCOMER_HELPS[1])):
        for newcomer in sorted(sample(dice, group, round(share * len(group)))):
            at = plot.asked_at[newcomer]
            free = [
                n
                for n in range(newcomer + 1, min(newcomer + 400, len(plot.asked_at)))
                if n in plot.confirmed and n not in taken and at + 2 * DAY < plot.asked_at[n] < at + 20 * DAY
            ]
            taken[dice.choice(free)] = newcomer
    return taken


def _gathering_times(dice: random.Random, calendar: Calendar) -> list[datetime]:
    weeks = WEEKS_BEFORE + WEEKS_SINCE - 1  # the new forum's are posts of the calendar
    mondays = [calendar.begins_at.date() + week * WEEK for week in range(weeks)]
    days = [day + timedelta(days=dice.choice((0, 1, 2, 3))) for day in mondays for _ in range(GATHERINGS_PER_WEEK)]
    return sorted(
        local_midnight(day, calendar.zone) + timedelta(hours=9, minutes=dice.randrange(0, 60, 5)) for day in days
    )


def _seen(thread: Thread, now: datetime) -> Thread:
    thread.turns = [turn for turn in thread.turns if turn.at < now]
    return thread
