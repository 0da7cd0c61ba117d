"""The compiler against a recount in plain Python that shares nothing with it but the words of the definition."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.ledger.definition import Definition, Predicate, Quality
from allmende.ledger.events import Interaction
from allmende.ledger.measure import measure
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from tests.ledger.tables import WORKSPACE, write

pytestmark = pytest.mark.thorough

START = datetime(2026, 3, 30, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"


def recount(rows: Sequence[Interaction], definition: Definition, as_of: datetime) -> dict[str, tuple[int, ...]]:
    """complete, censored, left_out, successes, people, times by month of the zone."""
    if not rows or min(row.occurred_at for row in rows) > as_of:
        return {}
    begin = min(row.occurred_at for row in rows)
    seen = sorted(
        (row for row in rows if row.deleted_at is None and row.occurred_at <= as_of),
        key=lambda row: (row.occurred_at, row.ordinal),
    )
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    people: dict[str, set[int]] = defaultdict(set)
    for place in anchors(seen, definition):
        anchor = seen[place]
        month = anchor.occurred_at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m")
        if definition.form == "F1" and anchor.occurred_at < begin + definition.window:
            found[month][2] += 1
        elif anchor.occurred_at + definition.window + definition.lag > as_of:
            found[month][1] += 1
        else:
            found[month][0] += 1
            doings = acts(seen, place, definition)
            if len(doings) >= definition.minimum:
                found[month][3] += 1
                found[month][5] += len(doings)
                people[month] |= {row.actor for row in doings if row.actor is not None}
    return {month: (*counts[:4], len(people[month]), counts[5]) for month, counts in found.items()}


def anchors(seen: Sequence[Interaction], definition: Definition) -> list[int]:
    def fits(row: Interaction) -> bool:
        return row.act in definition.anchor.acts if definition.anchor.acts else row.kind == "message"

    def belongs(row: Interaction) -> bool:
        return row.actor_class in definition.population and row.actor_class not in definition.exclusions

    if definition.form == "F2":
        return [place for place, row in enumerate(seen) if row.is_root and fits(row) and belongs(row)]
    first: dict[int, int] = {}
    for place, row in enumerate(seen):
        if row.actor is not None and fits(row):
            first.setdefault(row.actor, place)
    return [place for place in first.values() if belongs(seen[place])]


def acts(seen: Sequence[Interaction], place: int, definition: Definition) -> list[Interaction]:
    anchor, predicate = seen[place], definition.predicate
    end = anchor.occurred_at + definition.window
    found = []
    for number, row in enumerate(seen):
        if row.occurred_at >= end or row.actor_class in definition.exclusions:
            continue
        if not (number >= place if definition.anchor_counts else row.occurred_at > anchor.occurred_at):
            continue
        if not (row.act in predicate.acts if predicate.acts else row.kind == "message"):
            continue
        if definition.form == "F1" and row.actor != anchor.actor:
            continue
        if definition.form == "F2" and (row.thread_id != anchor.thread_id or row.actor == anchor.actor):
            continue
        if has_quality(seen, row, end + definition.lag, definition):
            found.append(row)

    def is_wanted(row: Interaction) -> bool:
        return not predicate.actor_classes or row.actor_class in predicate.actor_classes

    if predicate.is_first:
        return found[:1] if found and is_wanted(found[0]) else []
    return [row for row in found if is_wanted(row)]


def has_quality(seen: Sequence[Interaction], act: Interaction, end: datetime, definition: Definition) -> bool:
    quality = definition.quality
    openers = [row.actor for row in seen if row.is_root and row.thread_id == act.thread_id]
    if quality.outside_own_thread and act.actor in (openers or [None]):
        return False
    marks = [
        row.act
        for row in seen
        if row.kind == "gesture" and row.object_id == act.object_id and row.occurred_at < end
        and row.actor != act.actor and row.actor_class not in definition.exclusions
    ]  # fmt: skip
    needed = {
        "accepted": ("accepted_answer", 1),
        "thanked": ("thanked", 1),
        "helpful_votes": ("voted", quality.helpful_votes),
    }
    return not quality.any_of or any(marks.count(needed[mark][0]) >= needed[mark][1] for mark in quality.any_of)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Interaction]:
    """Up to 60 rows over five days around a month's end: many ties, windows that end exactly at rows, everybody in every class."""
    rows: list[Interaction] = []
    opened: set[int] = set()
    hours = sorted(draw(st.lists(st.integers(0, 120), max_size=60)))
    for number, hour in enumerate(hours):
        is_gesture = draw(st.integers(0, 4)) == 0 and bool(rows)
        thread = draw(st.integers(1, 8))
        is_root = not is_gesture and thread not in opened
        opened |= {thread} if is_root else set()
        actor = draw(st.sampled_from([1, 1, 2, 3, 4, 5, None]))
        rows.append(
            Interaction(
                ordinal=number,
                event_id=number,
                kind="gesture" if is_gesture else "message",
                act=draw(
                    st.sampled_from(["thanked", "accepted_answer", "voted"] if is_gesture else ["asked", "answered"])
                ),
                occurred_at=START + timedelta(hours=hour),
                actor=actor,
                actor_class=draw(st.sampled_from(["member", "member", "member", "staff", "bot", "unknown"])),
                target_actor=None,
                object_id=draw(st.integers(0, number - 1)) if is_gesture else number,
                parent_id=None,
                thread_id=thread,
                channel="forum",
                is_root=is_root,
                deleted_at=START if draw(st.integers(0, 9)) == 0 else None,
            )
        )
    return rows


QUALITIES = (
    Quality(),
    Quality(),
    Quality(outside_own_thread=True),
    Quality(("thanked", "helpful_votes"), helpful_votes=2),
    Quality(("accepted",), outside_own_thread=True),
)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    form = draw(st.sampled_from(["F1", "F2"]))
    is_first = form == "F2" and draw(st.booleans())
    return replace(
        NEWCOMER_CONTRIBUTES_AGAIN if form == "F1" else FIRST_ANSWER_BY_MEMBER,
        population=draw(st.sampled_from([("member",), ("member", "unknown", "staff")])),
        predicate=Predicate(
            acts=draw(st.sampled_from([(), ("answered",), ("asked", "answered")])),
            actor_classes=draw(st.sampled_from([(), ("member",), ("member", "unknown")])),
            is_first=is_first,
        ),
        quality=draw(st.sampled_from(QUALITIES)),
        minimum=1 if is_first else draw(st.integers(1, 2)),
        window=timedelta(hours=draw(st.sampled_from([1, 24, 48]))),
        lag=timedelta(hours=draw(st.sampled_from([0, 12]))),
        exclusions=draw(st.sampled_from([(), ("bot",), ("staff", "bot")])),
        anchor_counts=draw(st.booleans()),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rows=ledgers(), definition=definitions(), hour=st.integers(0, 200))
def test_every_definition_counts_like_the_recount(rows: list[Interaction], definition: Definition, hour: int) -> None:
    as_of = START + timedelta(hours=hour)
    with TemporaryDirectory() as folder:
        write(Path(folder), rows)
        counted = measure(Path(folder), WORKSPACE, definition, as_of=as_of, period="month", zone=ZONE)
    assert {
        row.period_start.strftime("%Y-%m"): (
            row.complete, row.censored, row.left_out, row.successes, row.people, row.times,
        )
        for row in counted
    } == recount(rows, definition, as_of)  # fmt: skip
