"""Every form once more in plain Python, slowly: shares nothing with the compiler but the words of the definition."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from allmende.ledger.definition import Definition
from allmende.ledger.events import Interaction
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import PeriodRow

EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 1, tzinfo=UTC)
NEEDED = {"accepted": "accepted_answer", "thanked": "thanked", "helpful_votes": "voted"}


@dataclass
class Unit:
    """One unit; `place` is its row's number in the order, -1 for a person in a period."""

    owner: int | None
    at: datetime
    ends: datetime
    place: int = -1
    exposure: int = 0


@dataclass
class Figures:
    """What one period says; the fields a form does not know stay None."""

    complete: int = 0
    censored: int = 0
    left_out: int = 0
    successes: int = 0
    times: int = 0
    exposure: int | None = None
    median: timedelta | None = None
    p90: timedelta | None = None
    again: int | None = None
    again_of: int | None = None
    factor: int | None = None
    by_person: Counter[int] = field(default_factory=Counter)
    waits: list[tuple[timedelta, bool]] = field(default_factory=list)

    def told(self) -> tuple[object, ...]:
        return (
            self.complete, self.censored, self.left_out, self.successes, len(self.by_person), self.times,
            self.exposure, self.median, self.p90, self.again, self.again_of, self.factor,
        )  # fmt: skip


def told(row: PeriodRow) -> tuple[object, ...]:
    """The same figures as they were measured."""
    return (
        row.complete, row.censored, row.left_out, row.successes, row.people, row.times,
        row.exposure_seconds, row.median, row.p90, row.again, row.again_of, row.factor,
    )  # fmt: skip


def recount(
    rows: Sequence[Interaction], definition: Definition, as_of: datetime, zone: str, facts: Facts = NO_FACTS
) -> dict[str, tuple[object, ...]]:
    """The figures of each month that holds a unit."""
    if not rows or min(row.occurred_at for row in rows) > as_of:
        return {}
    count = Recount(rows, definition, as_of, ZoneInfo(zone), facts)
    found = count.in_periods() if definition.unit == "member_period" else count.after_anchors()
    return {month: figures.told() for month, figures in found.items()}


class Recount:
    """One definition over one ledger."""

    def __init__(
        self, rows: Sequence[Interaction], definition: Definition, as_of: datetime, zone: ZoneInfo, facts: Facts
    ) -> None:
        self.definition, self.as_of, self.zone, self.facts = definition, as_of, zone, facts
        self.begin = min(row.occurred_at for row in rows)
        seen = [
            row
            for row in rows
            if row.deleted_at is None
            and row.occurred_at <= as_of
            and (not definition.channels or row.channel in definition.channels)
        ]
        self.seen = sorted(seen, key=lambda row: (row.occurred_at, row.ordinal))
        self.instants = [row.occurred_at for row in self.seen]
        self.of_thread: dict[int, list[int]] = defaultdict(list)
        self.of_actor: dict[int | None, list[int]] = defaultdict(list)
        self.opener: dict[int, int | None] = {}
        self.author: dict[int, int | None] = {}
        self.marks: dict[tuple[str, int], list[Interaction]] = defaultdict(list)
        for place, row in enumerate(self.seen):
            self.of_thread[row.thread_id].append(place)
            self.of_actor[row.actor].append(place)
            if row.is_root:
                self.opener[row.thread_id] = row.actor
            if row.kind == "message":
                self.author[row.object_id] = row.actor
            elif row.actor_class not in definition.exclusions:
                self.marks["act", row.object_id].append(row)
                self.marks["thread", row.thread_id].append(row)

    def between(self, places: Sequence[int], since: datetime, until: datetime) -> Sequence[int]:
        """Those of ascending places whose rows lie in [since, until)."""
        begin, end = (bisect_left(self.instants, at) for at in (since, until))
        return places[bisect_left(places, begin) : bisect_left(places, end)]

    def month(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m")

    def is_in(self, segment: str, person: int | None, at: datetime) -> bool:
        stays = self.facts.segments.get(segment, ())
        return not segment or any(
            one.person == person and (one.since or EVER) <= at < (one.until or NEVER) for one in stays
        )

    def belongs(self, row: Interaction) -> bool:
        return row.actor_class in self.definition.population and row.actor_class not in self.definition.exclusions

    def is_anchor(self, row: Interaction) -> bool:
        acts = self.definition.anchor.acts
        return row.act in acts if acts else row.kind == "message"

    # members and opportunities

    def after_anchors(self) -> dict[str, Figures]:
        definition = self.definition
        found: dict[str, Figures] = defaultdict(Figures)
        for unit, places in self.held():
            figures = found[self.month(unit.at)]
            done = [place for place in places if self.has_quality(self.seen[place], unit.ends)]
            if definition.anchor.kind == "first_act" and unit.at < self.begin + definition.window:
                figures.left_out += 1
            elif definition.form == "F4":
                self.time(figures, unit, done)
            elif unit.ends + definition.lag > self.as_of:
                figures.censored += 1
            else:
                figures.complete += 1
                self.add(figures, unit, self.counting(unit, done))
        if definition.form == "F4":
            for figures in found.values():
                figures.median, figures.p90 = by_share(figures.waits, 0.5), by_share(figures.waits, 0.9)
        return found

    def held(self) -> list[tuple[Unit, list[int]]]:
        """Each unit with what was done for it; what its own person did, for the newest unit before it."""
        held = [(unit, self.acts(unit)) for unit in self.units()]
        if not self.definition.predicate.by_owner or self.definition.anchor.kind != "act":
            return held
        newest: dict[int, int] = {}
        for unit, places in held:
            newest |= {place: max(unit.place, newest.get(place, -1)) for place in places}
        return [(unit, [place for place in places if newest[place] == unit.place]) for unit, places in held]

    def units(self) -> Iterator[Unit]:
        definition, firsts = self.definition, set()
        for place, row in enumerate(self.seen):
            if not self.is_anchor(row):
                continue
            if definition.anchor.kind == "first_act":
                if row.actor is None or row.actor in firsts:
                    continue
                firsts.add(row.actor)
            if definition.anchor.kind == "thread_root" and not row.is_root:
                continue
            labels = definition.anchor.labels
            if labels and not any(row.object_id in self.facts.labels.get(label, ()) for label in labels):
                continue
            if self.belongs(row) and self.is_in(definition.segment, row.actor, row.occurred_at):
                yield Unit(row.actor, row.occurred_at, self.end(row.occurred_at), place)

    def end(self, at: datetime) -> datetime:
        window = self.definition.window
        if not window:
            return NEVER
        if not self.definition.in_workdays:
            return at + window
        local = at.astimezone(self.zone)
        day, since = local.date(), at - midnight(local.date(), self.zone).astimezone(UTC)
        if not self.is_workday(day):
            since = timedelta(0)
            while not self.is_workday(day):
                day += timedelta(days=1)
        left = window.days
        while left:
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return midnight(day, self.zone).astimezone(UTC) + since

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.facts.holidays

    def acts(self, unit: Unit) -> list[int]:
        """What was done in the window, in the right place; by whom and how well comes later."""
        definition, anchor = self.definition, self.seen[unit.place]
        is_own = definition.unit == "member" or definition.predicate.by_owner
        in_thread = definition.unit == "opportunity" and (not is_own or definition.anchor.kind == "thread_root")
        near = self.between(
            self.of_thread[anchor.thread_id] if in_thread else self.of_actor[unit.owner], unit.at, unit.ends
        )
        found = []
        for place in near:
            row = self.seen[place]
            if row.occurred_at >= unit.ends or row.actor_class in definition.exclusions:
                continue
            if definition.anchor_counts:
                is_after = place >= unit.place
            elif definition.opens_after:
                is_after = row.occurred_at >= unit.at + definition.opens_after
            else:
                is_after = row.occurred_at > unit.at
            is_same = row.actor == unit.owner
            is_right = is_same and row.actor is not None if is_own else not is_same
            if is_after and is_right and self.is_wanted(row):
                found.append(place)
        return found

    def is_wanted(self, row: Interaction) -> bool:
        acts = self.definition.predicate.acts
        return row.act in acts if acts else row.kind == "message"

    def is_by_doer(self, unit: Unit, row: Interaction) -> bool:
        predicate = self.definition.predicate
        if predicate.actor_classes and row.actor_class not in predicate.actor_classes:
            return False
        if not self.is_in(predicate.segment, row.actor, row.occurred_at):
            return False
        if not predicate.across:
            return True
        told = self.facts.traits.get(predicate.across, {})
        theirs, ours = told.get(row.actor or -1), told.get(unit.owner or -1)
        return theirs is not None and ours is not None and theirs != ours

    def has_quality(self, act: Interaction, ends: datetime) -> bool:
        quality = self.definition.quality
        if quality.outside_own_thread and act.actor == self.opener.get(act.thread_id):
            return False
        if not quality.any_of:
            return True
        given = Counter(
            mark.act
            for mark in self.near(act)
            if mark.occurred_at < ends + self.definition.lag and self.is_for(mark, act)
        )
        return any(
            given[NEEDED[one]] >= (quality.helpful_votes if one == "helpful_votes" else 1) for one in quality.any_of
        )

    def near(self, act: Interaction) -> list[Interaction]:
        """The marks in the place where those of this act are looked for."""
        on = self.definition.quality.on
        return self.marks.get((on, act.object_id if on == "act" else act.thread_id), [])

    def is_for(self, mark: Interaction, act: Interaction) -> bool:
        if self.definition.quality.on == "act":
            return mark.object_id == act.object_id and mark.actor != act.actor
        is_there = mark.thread_id == act.thread_id and mark.object_id in self.author
        return is_there and self.author[mark.object_id] != mark.actor

    def counting(self, unit: Unit, done: Sequence[int]) -> list[int]:
        """The acts that make the unit succeed; none if it does not."""
        definition = self.definition
        if definition.predicate.is_first:
            return list(done[:1]) if done and self.is_by_doer(unit, self.seen[done[0]]) else []
        mine = [place for place in done if self.is_by_doer(unit, self.seen[place])]
        opens = definition.opens_after
        length = (definition.window - opens) / definition.spread.spans
        if definition.in_workdays or definition.spread.spans == 1:
            return mine if len(mine) >= definition.minimum else []
        spans = Counter((self.seen[place].occurred_at - unit.at - opens) // length for place in mine)
        often = sum(1 for times in spans.values() if times >= definition.minimum)
        return mine if often >= definition.spread.at_least else []

    def add(self, figures: Figures, unit: Unit, places: Sequence[int]) -> None:
        if places:
            figures.successes += 1
            figures.times += len(places)
            known = (self.seen[place].actor for place in places)
            figures.by_person.update(one for one in known if one is not None)

    def time(self, figures: Figures, unit: Unit, done: Sequence[int]) -> None:
        mine = [place for place in done if self.is_by_doer(unit, self.seen[place])]
        if mine:
            figures.complete += 1
            figures.waits.append((self.seen[mine[0]].occurred_at - unit.at, True))
            self.add(figures, unit, mine[:1])
            return
        is_over = unit.ends < NEVER and unit.ends + self.definition.lag <= self.as_of
        figures.complete += is_over
        figures.censored += not is_over
        figures.waits.append((min(unit.ends, self.as_of) - unit.at, False))

    # people in periods

    def in_periods(self) -> dict[str, Figures]:
        definition = self.definition
        found: dict[str, Figures] = defaultdict(Figures)
        did: dict[tuple[int, datetime], int] = {}
        over: set[datetime] = set()
        cells = list(self.cells())
        for start, end in cells:
            figures = None
            for person, exposure in sorted(self.there(start, end).items()):
                figures = found[self.month(max(start, self.begin))]
                if start < self.begin:
                    figures.left_out += 1
                elif end + definition.lag > self.as_of:
                    figures.censored += 1
                else:
                    over.add(start)
                    figures.complete += 1
                    figures.exposure = (figures.exposure or 0) + exposure
                    times = self.times(person, start, end)
                    if times and times >= definition.minimum:
                        did[person, start] = times
                        figures.successes += 1
                        figures.times += times
                        figures.by_person[person] += times
        self.say_more(found, did, over, dict(cells))
        return found

    def say_more(
        self, found: dict[str, Figures], did: dict[tuple[int, datetime], int], over: set[datetime],
        cells: dict[datetime, datetime],
    ) -> None:  # fmt: skip
        for figures in found.values():
            if self.definition.form != "F3":
                figures.exposure = None
            elif figures.exposure is None:
                figures.exposure = 0
            if self.definition.form == "F6" and figures.by_person:
                figures.factor = fewest(list(figures.by_person.values()))
        if self.definition.form != "F5":
            return
        for person, start in did:
            if cells[start] in over:
                figures = found[self.month(start)]
                figures.again_of = (figures.again_of or 0) + 1
                figures.again = (figures.again or 0) + ((person, cells[start]) in did)

    def cells(self) -> Iterator[tuple[datetime, datetime]]:
        kind, day = self.definition.anchor.period, self.begin.astimezone(self.zone).date()
        day = day - timedelta(days=day.weekday()) if kind == "week" else day.replace(day=1)
        if kind == "quarter":
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1)
        while (start := midnight(day, self.zone).astimezone(UTC)) <= self.as_of:
            months = day.month + (3 if kind == "quarter" else 1)
            later = date(day.year + (months > 12), months - 12 * (months > 12), 1)
            day = day + timedelta(days=7) if kind == "week" else later
            yield start, midnight(day, self.zone).astimezone(UTC)

    def there(self, start: datetime, end: datetime) -> dict[int, int]:
        """Who belonged, with seconds; seconds matter to a rate only."""
        definition = self.definition
        if definition.form == "F3" or (definition.segment and not definition.anchor.acts):
            found: Counter[int] = Counter()
            for person, since, until in self.spells:
                if since <= self.as_of and since < end and until > start:
                    found[person] += whole(min(until, end)) - whole(max(since, start))
            return dict(found)
        return {
            row.actor: 0
            for row in (self.seen[place] for place in self.between(range(len(self.seen)), start, end))
            if start <= row.occurred_at < end and row.occurred_at >= self.begin and row.actor is not None
            and self.is_anchor(row) and self.belongs(row)
            and self.is_in(definition.segment, row.actor, row.occurred_at)
        }  # fmt: skip

    @cached_property
    def spells(self) -> list[tuple[int, datetime, datetime]]:
        return list(self.spelt())

    @cached_property
    def spells_of(self) -> dict[int, list[tuple[datetime, datetime]]]:
        found = defaultdict(list)
        for person, since, until in self.spells:
            found[person].append((since, until))
        return found

    def spelt(self) -> Iterator[tuple[int, datetime, datetime]]:
        definition = self.definition
        stays = self.facts.segments.get(definition.segment, ())
        if definition.segment and not definition.anchor.acts:
            yield from ((one.person, one.since or EVER, one.until or NEVER) for one in stays)
            return
        for person in {row.actor for row in self.seen if row.actor is not None}:
            mine = [self.seen[place] for place in self.of_actor[person]]
            first = next((row.occurred_at for row in mine if self.is_anchor(row) and self.belongs(row)), None)
            if first is None:
                continue
            left = max((row.occurred_at for row in mine if row.act == "left"), default=None)
            last = max((row.occurred_at for row in mine if row.act != "left"), default=EVER)
            until = left if left is not None and left >= last else NEVER
            if not definition.segment:
                yield person, first, until
                continue
            for one in stays:
                if one.person == person:
                    since, ends = max(first, one.since or EVER), min(until, one.until or NEVER)
                    if since < ends:
                        yield person, since, ends

    def times(self, person: int, start: datetime, end: datetime) -> int:
        spells, found = self.spells_of[person], 0
        for place in self.between(self.of_actor[person], start, end):
            row = self.seen[place]
            if not start <= row.occurred_at < end or row.actor_class in self.definition.exclusions:
                continue
            if self.definition.form == "F3" and not any(since <= row.occurred_at < until for since, until in spells):
                continue
            classes = self.definition.predicate.actor_classes
            if self.is_wanted(row) and (not classes or row.actor_class in classes):
                found += self.has_quality(row, end)
        return found


def fewest(counts: list[int]) -> int:
    """How many of the busiest give half of all."""
    total, reached = sum(counts), 0
    for people, count in enumerate(sorted(counts, reverse=True), start=1):
        reached += count
        if 2 * reached >= total:
            return people
    return 0


def by_share(waits: list[tuple[timedelta, bool]], share: float) -> timedelta | None:
    """Kaplan-Meier, one time after the other."""
    left = 1.0
    for at in sorted({wait for wait, is_done in waits if is_done}):
        at_risk = sum(1 for wait, _ in waits if wait >= at)
        left *= 1 - sum(1 for wait, is_done in waits if is_done and wait == at) / at_risk
        if 1 - left >= share - 1e-9:
            return at
    return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def whole(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
