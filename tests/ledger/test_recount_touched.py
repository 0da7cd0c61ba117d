"""Counting again what was touched gives what counting everything gives, whatever came, went, changed or fell due between."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from allmende.ledger.definition import (
    SHARES,
    Anchor,
    AnchorKind,
    Definition,
    Form,
    Predicate,
    Quality,
    Spread,
    Unit,
)
from allmende.ledger.engine import DEFAULT_LIMITS
from allmende.ledger.events import ActorClass, Interaction, batch_of
from allmende.ledger.files import Ledger, month_of
from allmende.ledger.measure import measure, prepared, units_by_person
from allmende.ledger.periods import Around, PeriodKind, Spans
from allmende.ledger.recount import count_again, kinds_of
from allmende.ledger.segments import segments
from allmende.ledger.shipped import NEWCOMER_CONTRIBUTES_AGAIN, NEWCOMER_HELPS
from allmende.ledger.tally import FILE, drop_tally
from tests.ledger.definitions import FORMS
from tests.ledger.recount import recount, told
from tests.ledger.tables import WORKSPACE, table, utc, write

ZONE = "Europe/Berlin"
BEGINS = datetime(2026, 1, 20, 8, tzinfo=UTC)
_DAY = timedelta(days=1)
# `./test --long` tries the thousand.
SEQUENCES = int(os.environ.get("ALLMENDE_SEQUENCES", "30"))
_QUALITIES = (
    Quality(), Quality(("thanked", "accepted")), Quality(outside_own_thread=True),
    Quality(("accepted",), outside_own_thread=True), Quality(("thanked", "helpful_votes"), on="thread"),
)  # fmt: skip


def drawn(random: Random, form: Form) -> Definition:
    """Any definition of a form that can be said without knowing more than the rows."""
    by_form: dict[Form, tuple[Unit, ...]] = {"F1": ("member",), "F2": ("opportunity",), "F4": ("member", "opportunity")}
    unit = random.choice(by_form.get(form, ("member_period",)))
    kinds: dict[Unit, tuple[AnchorKind, ...]] = {"member": ("first_act",), "member_period": ("period",)}
    kind = random.choice(kinds.get(unit, ("thread_root", "act", "first_act")))
    is_period, is_place = unit == "member_period", unit == "opportunity"
    is_first = form == "F2" and random.random() < 0.3
    opens = 0 if is_period or form == "F4" else random.choice([0, 0, 2])
    spread = Spread(3, 2) if form in ("F1", "F2") and not is_first and random.random() < 0.3 else Spread()
    return Definition(
        key=f"drawn_{form.lower()}",
        version=1,
        form=form,
        unit=unit,
        population=random.choice([("member",), ("member", "unknown", "staff")]),
        anchor=Anchor(kind, random.choice([(), ("asked",), ("answered", "thanked")]), period=random.choice(("week", "month", "quarter")) if is_period else "month"),
        predicate=Predicate(
            random.choice([(), ("answered",), ("answered", "thanked")]),
            random.choice([(), ("member",)]),
            is_first=is_first,
            by_owner=is_place and random.random() < 0.4,
        ),
        window=timedelta(0) if is_period else opens * _DAY + random.choice([3, 9, 12]) * _DAY,
        quality=random.choice(_QUALITIES),
        minimum=random.choice([1, 1, 2]) if form in ("F1", "F2", "F5") and not is_first else 1,
        exclusions=random.choice([(), ("bot",), ("staff", "bot")]),
        channels=random.choice([(), (), ("forum",)]),
        lag=timedelta(hours=random.choice([0, 0, 30])),
        anchor_counts=not is_period and not opens and random.random() < 0.3,
        opens_after=opens * _DAY,
        spread=spread,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _counted_in_part(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What was kept is never thrown away for a fault of ours: counting everything would hide it."""
    yield
    assert [record.message for record in caplog.get_records("call")] == [] or "damaged" in request.node.name


CLASSES: tuple[ActorClass, ...] = ("member", "member", "member", "member", "member", "staff", "bot")


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
        self.add(self.random.choice(["asked"] + ["answered"] * 3 + ["thanked"] * 2 + ["accepted_answer", "voted"]))

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
        is_gesture = act in ("thanked", "accepted_answer", "voted") and bool(told)
        about = self.random.choice(told) if told and act != "asked" else None
        number = self.random.randrange(1, int((self.until - BEGINS).total_seconds() // 3600))
        self.rows[self.count] = Interaction(
            ordinal=self.count,
            event_id=self.count,
            kind="gesture" if is_gesture else "message",
            act=act,
            occurred_at=at or BEGINS + timedelta(hours=number),
            actor=actor or self.random.choice([*range(1, 15), None]),
            actor_class=self.random.choice(CLASSES),
            target_actor=None,
            object_id=about.event_id if is_gesture and about else self.count,
            parent_id=None,
            thread_id=about.thread_id if about else self.count,
            channel=self.random.choice(["forum", "forum", "chat"]),
            is_root=about is None,
        )

    def _one(self) -> Interaction:
        return self.random.choice([row for row in self.rows.values() if row.occurred_at > BEGINS])


CHANGES = (
    "arrives", "arrives", "arrives_late", "comes_from_the_future", "is_edited", "is_moved", "is_deleted", "vanishes",
    "are_merged", "another_opens",
)  # fmt: skip


def written(ledger: Ledger, past: Past, before: dict[str, list[Interaction]]) -> dict[str, list[Interaction]]:
    """Bring the files up to what the past says, those of the months that changed; returns the rows of each month."""
    by_month: dict[str, list[Interaction]] = {}
    for row in past.rows.values():
        by_month.setdefault(month_of(row.occurred_at), []).append(row)
    for month in sorted(before.keys() | by_month.keys()):
        rows = by_month.get(month, [])
        if rows != before.get(month, []):
            ledger.replace_month(WORKSPACE, month, [batch_of(rows)] if rows else ())
    return by_month


def steps(seed: int, folder: Path) -> Iterator[tuple[Past, datetime]]:
    random = Random(seed)
    past, ledger = Past(random), Ledger(folder)
    before: dict[str, list[Interaction]] = {}
    for _ in range(4):
        before = written(ledger, past, before)
        yield past, past.until
        for _ in range(random.choice([0, 1, 1, 2, 6])):
            getattr(past, random.choice(CHANGES))()
        if random.random() < 0.04:
            past.came_before_all()
        past.until += timedelta(hours=random.choice([0, 0, 1, 20, 20, 200] if random.random() < 0.95 else [-30]))


def check(seed: int, folder: Path, chosen: Sequence[Definition]) -> None:
    """After each step months are what plain Python counts; in the end all periods are what counting everything gives."""
    for past, as_of in steps(seed, folder):
        again = count_again(folder / WORKSPACE, chosen, as_of=as_of, zone=ZONE)
        for definition in chosen:
            months = {row.period_start.strftime("%Y-%m"): told(row) for row in again[definition]["month"]}
            assert months == recount([*past.rows.values()], definition, as_of, ZONE)
    drop_tally(folder / WORKSPACE)
    assert again == count_again(folder / WORKSPACE, chosen, as_of=as_of, zone=ZONE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(2))
def test_what_was_touched_counted_again_is_everything_counted(form: Form, seed: int, tmp_path: Path) -> None:
    definition = drawn(Random(seed), form)
    check(seed, tmp_path, [definition])
    *_, (_, as_of) = steps(seed, tmp_path)
    again = count_again(tmp_path / WORKSPACE, [definition], as_of=as_of, zone=ZONE)
    drop_tally(tmp_path / WORKSPACE)
    for kind in kinds_of(definition):
        assert measure(tmp_path, WORKSPACE, definition, as_of=as_of, period=kind, zone=ZONE) == again[definition][kind]


@pytest.mark.parametrize("form", ("F1", "F2", "F5", "F6"))
def test_what_was_kept_answers_as_the_ledger_does(form: Form, tmp_path: Path) -> None:
    """A judgement asks around a cut, by person, by part and by day; once it has been counted no row is read for it."""
    definition = drawn(Random(3), form)
    *_, (_, as_of) = steps(5, tmp_path)
    cut = BEGINS + timedelta(days=18)
    asked: tuple[Around | PeriodKind, ...] = (Around(cut, cut + timedelta(days=14)), "month")
    spans = Spans(tuple(cut + timedelta(days=day) for day in range(4)))

    def told() -> list[object]:
        place = (tmp_path, WORKSPACE, definition)
        answers: list[object] = [measure(*place, as_of=as_of, period=spans, zone=ZONE)]
        for period in asked:
            answers.append(measure(*place, as_of=as_of, period=period, zone=ZONE))
            for by in ("owner", "doer"):
                people = units_by_person(*place, as_of=as_of, period=period, zone=ZONE, by=by)
                answers.append(sorted(people, key=str))
            if form in SHARES:
                answers.append(segments(*place, as_of=as_of, period=period, zone=ZONE))
        return answers

    before = told()
    count_again(tmp_path / WORKSPACE, [definition], as_of=as_of, zone=ZONE)
    assert told() == before


def test_what_was_kept_is_read_for_its_moment_and_its_files_alone(tmp_path: Path) -> None:
    again = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
    assert _again(tmp_path, BEGUN, "2026-04-20", again) == (2, 1)
    assert _is_kept(tmp_path, again, "2026-04-20")
    assert not _is_kept(tmp_path, again, "2026-04-21")
    assert not _is_kept(tmp_path, replace(again, minimum=2), "2026-04-20")
    write(tmp_path, table(BEGUN + "\n2026-03-05 10:00 m2 answered 1"))
    assert not _is_kept(tmp_path, again, "2026-04-20")


def _is_kept(folder: Path, definition: Definition, as_of: str) -> bool:
    with prepared(folder, WORKSPACE, definition, utc(as_of), "all", "UTC", DEFAULT_LIMITS, may_be_kept=True) as found:
        return found is not None and "anchor_position" not in found.parts.units.columns


@pytest.mark.thorough
@pytest.mark.parametrize("ten", range(SEQUENCES // 10))
def test_a_thousand_sequences_counted_again_are_everything_counted(ten: int, tmp_path: Path) -> None:
    """Each with two definitions of sixty: the statement of a definition is made once."""
    for seed in range(1000 + ten * 10, 1010 + ten * 10):
        check(
            seed, tmp_path / str(seed), [drawn(Random(seed * place % 10), FORMS[seed * place % 6]) for place in (1, 7)]
        )


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
    for path, note in notes.items():
        path.write_bytes(note)
    assert _again(tmp_path, more, "2026-04-20", again) == (2, 2)
