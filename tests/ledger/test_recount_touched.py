"""Counting again what was touched gives what counting everything gives, whatever came, went, changed or fell due between."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from allmende.ledger.definition import Definition, Predicate, Quality
from allmende.ledger.events import Interaction, batch_of
from allmende.ledger.files import Ledger, month_of
from allmende.ledger.measure import measure
from allmende.ledger.recount import KINDS, count_again
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN, NEWCOMER_HELPS
from allmende.ledger.tally import FILE, drop_tally
from tests.ledger.tables import WORKSPACE, table, utc, write

ZONE = "Europe/Berlin"
BEGINS = datetime(2026, 1, 20, 8, tzinfo=UTC)
_QUESTIONS = replace(FIRST_ANSWER_BY_MEMBER, window=timedelta(days=3), lag=timedelta(hours=30))
DEFINITIONS: tuple[Definition, ...] = (
    FIRST_ANSWER_BY_MEMBER,
    replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9)),
    replace(NEWCOMER_HELPS, window=timedelta(days=9), lag=timedelta(days=2)),
    replace(_QUESTIONS, key="helped", predicate=Predicate(("answered",)), quality=Quality(("thanked", "accepted"))),
    replace(_QUESTIONS, key="twice", predicate=Predicate(), minimum=2, exclusions=(), anchor_counts=True),
    replace(NEWCOMER_CONTRIBUTES_AGAIN, key="welcomed", population=("member", "unknown"), minimum=2,
            predicate=Predicate(("answered", "thanked")), quality=Quality(outside_own_thread=True), window=timedelta(days=9)),
)  # fmt: skip


class Past:
    """What a community did, and what happens to it afterwards; `months` are those whose files must be written anew."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows: dict[int, Interaction] = {}
        self.until = BEGINS + timedelta(days=40)
        self.count = 0
        self.add("asked", at=BEGINS, actor=1)
        for _ in range(90):
            self.arrives()

    def arrives(self) -> None:
        self.add(
            self.random.choice(["asked", "answered", "answered", "answered", "thanked", "thanked", "accepted_answer"])
        )

    def arrives_late(self) -> None:
        self.add("answered", at=BEGINS + timedelta(hours=self.random.randrange(1, 300)))

    def comes_from_the_future(self) -> None:
        self.add("answered", at=self.until + timedelta(hours=self.random.randrange(1, 500)))

    def came_before_all(self) -> None:
        self.add("asked", at=min(row.occurred_at for row in self.rows.values()) - timedelta(hours=5))

    def is_edited(self) -> None:
        row = self._one()
        self.rows[row.event_id] = row._replace(
            act=self.random.choice(["asked", "answered"]) if row.kind == "message" else "thanked",
            actor_class=self.random.choice(["member", "member", "staff", "bot"]),
        )

    def is_moved(self) -> None:
        row = self._one()
        at = max(BEGINS + timedelta(hours=1), row.occurred_at + timedelta(hours=self.random.randint(-300, 300)))
        self.rows[row.event_id] = row._replace(occurred_at=at)

    def is_deleted(self) -> None:
        row = self._one()
        self.rows[row.event_id] = row._replace(deleted_at=None if row.deleted_at else self.until)

    def vanishes(self) -> None:
        self.rows.pop(self._one().event_id)

    def are_merged(self) -> None:
        one, other = self.random.sample(range(1, 15), 2)
        for row in self.rows.values():
            if row.actor == one:
                self.rows[row.event_id] = row._replace(actor=other)

    def another_opens(self) -> None:
        thread = self._one().thread_id
        told = [row for row in self.rows.values() if row.thread_id == thread and row.kind == "message"]
        opener = self.random.choice(told) if told else None
        for row in told:
            self.rows[row.event_id] = row._replace(is_root=row is opener)

    def add(self, act: str, at: datetime | None = None, actor: int | None = None) -> None:
        self.count += 1
        told = [row for row in self.rows.values() if row.kind == "message"]
        is_gesture = act in ("thanked", "accepted_answer") and bool(told)
        about = self.random.choice(told) if told and act != "asked" else None
        number = self.random.randrange(1, int((self.until - BEGINS).total_seconds() // 3600))
        self.rows[self.count] = Interaction(
            ordinal=self.count,
            event_id=self.count,
            kind="gesture" if is_gesture else "message",
            act=act,
            occurred_at=at or BEGINS + timedelta(hours=number),
            actor=actor or self.random.choice([*range(1, 15), None]),
            actor_class=self.random.choice(["member"] * 5 + ["staff", "bot"]),
            target_actor=None,
            object_id=about.event_id if is_gesture and about else self.count,
            parent_id=None,
            thread_id=about.thread_id if about else self.count,
            channel="forum",
            is_root=about is None,
        )

    def _one(self) -> Interaction:
        return self.random.choice([row for row in self.rows.values() if row.occurred_at > BEGINS])


CHANGES = (
    "arrives", "arrives", "arrives_late", "comes_from_the_future", "is_edited", "is_moved", "is_deleted", "vanishes",
    "are_merged", "another_opens",
)  # fmt: skip


def written(ledger: Ledger, past: Past) -> None:
    """Bring the files up to what the past says, month by month, those without rows too."""
    by_month: dict[str, list[Interaction]] = {month: [] for month in ledger.months(WORKSPACE)}
    for row in past.rows.values():
        by_month.setdefault(month_of(row.occurred_at), []).append(row)
    for month, rows in by_month.items():
        ledger.replace_month(WORKSPACE, month, [batch_of(rows)] if rows else ())


def steps(seed: int, folder: Path) -> Iterator[tuple[Past, datetime]]:
    random = Random(seed)
    past, ledger = Past(random), Ledger(folder)
    for _ in range(4):
        written(ledger, past)
        yield past, past.until
        for _ in range(random.choice([0, 1, 1, 2, 6])):
            getattr(past, random.choice(CHANGES))()
        if random.random() < 0.04:
            past.came_before_all()
        past.until += timedelta(hours=random.choice([0, 0, 1, 20, 20, 200] if random.random() < 0.95 else [-30]))


def check(seed: int, folder: Path, tmp: Path) -> None:
    chosen = Random(seed).sample(DEFINITIONS, 2)
    for place, (_, as_of) in enumerate(steps(seed, folder)):
        again = count_again(folder / WORKSPACE, chosen, as_of=as_of, zone=ZONE)
        fresh = tmp / str(place)
        fresh.mkdir(parents=True)
        for path in Ledger(folder).paths(WORKSPACE):
            (fresh / path.name).hardlink_to(path)
        assert again == count_again(fresh, chosen, as_of=as_of, zone=ZONE)
    definition = chosen[0]
    for kind in KINDS:
        counted = measure(folder, WORKSPACE, definition, as_of=as_of, period=kind, zone=ZONE)
        assert counted == again[definition][kind]


@pytest.mark.parametrize("seed", range(12))
def test_what_was_touched_counted_again_is_everything_counted(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path / "ledger", tmp_path / "fresh")


@pytest.mark.thorough
@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_sequences_counted_again_are_everything_counted(hundred: int, tmp_path: Path) -> None:
    for seed in range(1000 + hundred * 100, 1100 + hundred * 100):
        check(seed, tmp_path / f"ledger{seed}", tmp_path / f"fresh{seed}")


def _again(folder: Path, told: str, as_of: str, definition: Definition) -> tuple[int, int]:
    """Complete units and successes after these rows were written over what was there."""
    write(folder, table(told))
    row = count_again(folder / WORKSPACE, [definition], as_of=utc(as_of))[definition]["all"][0]
    return row.complete, row.successes


BEGUN = "2026-01-01 10:00 m9 asked 90\n2026-03-02 10:00 m1 asked 1\n2026-03-03 10:00 m2 asked 2\n2026-03-04 09:00 m1 answered 2"


def test_a_mark_concerns_whose_act_it_marks(tmp_path: Path) -> None:
    helps = replace(NEWCOMER_HELPS, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", helps) == (2, 0)
    assert _again(tmp_path, BEGUN + "\n2026-03-05 10:00 m9 thanked 2 on=4", "2026-04-20", helps) == (2, 1)


def test_a_thread_with_another_beginning_concerns_everybody_in_it(tmp_path: Path) -> None:
    helps = replace(NEWCOMER_HELPS, quality=Quality(outside_own_thread=True), window=timedelta(days=9))
    rows = table(BEGUN)
    write(tmp_path, rows)
    count_again(tmp_path / WORKSPACE, [helps], as_of=utc("2026-04-20"))
    write(tmp_path, [*rows[:2], rows[2]._replace(actor=1), rows[3]])
    again = count_again(tmp_path / WORKSPACE, [helps], as_of=utc("2026-04-20"))[helps]["all"][0]
    assert (again.complete, again.successes) == (1, 0)


def test_a_window_that_closed_is_counted_although_nobody_wrote(tmp_path: Path) -> None:
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-03-06", again) == (0, 0)
    assert _again(tmp_path, BEGUN, "2026-03-20", again) == (2, 1)


def test_a_month_put_there_by_other_means_is_counted_whole(tmp_path: Path) -> None:
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)
    write(tmp_path / "restored", table(BEGUN.replace("2026-03-04", "2026-03-25")))
    os.replace(tmp_path / "restored" / WORKSPACE / "2026-03.parquet", tmp_path / WORKSPACE / "2026-03.parquet")
    assert count_again(tmp_path / WORKSPACE, [again], as_of=utc("2026-04-20"))[again]["all"][0].successes == 0


def test_a_damaged_tally_is_made_anew(tmp_path: Path) -> None:
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)
    (tmp_path / WORKSPACE / FILE).write_bytes(b"no tally at all" * 1000)
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)


def test_a_dropped_tally_leaves_nothing_behind(tmp_path: Path) -> None:
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)
    write(tmp_path, table(BEGUN + "\n2026-03-05 10:00 m9 asked 95"))
    drop_tally(tmp_path / WORKSPACE)
    assert {path.name for path in (tmp_path / WORKSPACE).iterdir() if path.suffix != ".parquet"} <= {
        ".writer",
        ".counter",
    }


def test_a_count_killed_after_its_tally_was_kept_does_no_harm(tmp_path: Path) -> None:
    """The notes of what changed are still there: the next count looks at them once more."""
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)
    more = BEGUN + "\n2026-03-05 10:00 m2 answered 1"
    write(tmp_path, table(more))
    notes = {path: path.read_bytes() for path in (tmp_path / WORKSPACE / ".touched").iterdir()}
    assert _again(tmp_path, more, "2026-04-20", again) == (2, 2)
    for path, told in notes.items():
        path.write_bytes(told)
    assert _again(tmp_path, more, "2026-04-20", again) == (2, 2)
