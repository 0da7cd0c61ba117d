"""Those who came in the same month, month by month since: by hand, and like a slow recount on generated ledgers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from allmende.ledger import shipped
from allmende.ledger.cohorts import MONTHS, by_month, cohorts
from allmende.ledger.definition import Definition
from allmende.ledger.events import Interaction
from allmende.ledger.facts import NO_FACTS, Facts, Stay
from tests.ledger.recount import NEEDED
from tests.ledger.tables import WORKSPACE, table, utc, write

ZONE = ZoneInfo("Europe/Berlin")
ASKED = (
    shipped.FIRST_ANSWER_BY_MEMBER, shipped.NEWCOMER_CONTRIBUTES_AGAIN, shipped.NEWCOMER_HELPS, shipped.HELPERS,
    shipped.ARRIVAL_BUYS, shipped.INVITED_REPORT,
)  # fmt: skip


def test_those_of_a_month_by_hand(tmp_path: Path) -> None:
    # February: m1 and m2 (January is where the data begin). m1 answers in February and March, m2 in April only.
    rows = table("""
        2026-01-10 10:00  m9  asked     1
        2026-02-02 10:00  m1  answered  1
        2026-02-03 10:00  m2  asked     2
        2026-03-02 10:00  m1  answered  2
        2026-03-03 10:00  m3  asked     3
        2026-04-02 10:00  m2  answered  3
        2026-04-03 10:00  s4  answered  3
    """)
    write(tmp_path, rows)
    found = cohorts(tmp_path, WORKSPACE, shipped.FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-05-02 00:00"))
    assert [(row.joined_at.month, row.months, row.people, row.did) for row in found] == [
        (2, 0, 2, 1), (2, 1, 2, 1), (2, 2, 2, 1), (3, 0, 1, 0), (3, 1, 1, 0),
    ]  # fmt: skip


def test_an_empty_ledger_has_none(tmp_path: Path) -> None:
    assert cohorts(tmp_path, WORKSPACE, shipped.HELPERS, as_of=utc("2026-05-02 00:00")) == []


@st.composite
def ledgers(draw: st.DrawFn) -> list[Interaction]:
    """Half a year of a few people; some rows are marks on earlier messages, some are deleted."""
    start = datetime(2026, 1, 20, 9, tzinfo=ZONE)
    rows: list[Interaction] = []
    for number in range(draw(st.integers(5, 45))):
        at = start + timedelta(hours=number * draw(st.integers(20, 110)) + number)
        is_mark = number > 3 and draw(st.integers(0, 3)) == 0
        about = draw(st.sampled_from(rows)) if is_mark else None
        act = draw(st.sampled_from(["accepted_answer", "thanked", "voted", "bought"] if is_mark else
                                   ["asked", "answered", "answered", "submitted_report"]))  # fmt: skip
        thread = about.thread_id if about else draw(st.integers(1, 4))
        rows.append(
            Interaction(
                number,
                number,
                "gesture" if is_mark else "message",
                act,
                at,
                draw(st.sampled_from([1, 2, 3, 4, 5, None])),
                draw(st.sampled_from(["member", "member", "member", "staff", "unknown"])),
                None,
                about.object_id if about else number,
                None,
                thread,
                "forum",
                not is_mark and all(row.thread_id != thread for row in rows),
                start if draw(st.integers(0, 9)) == 0 else None,
            )
        )
    return sorted(rows, key=lambda row: (row.occurred_at, row.ordinal))


def month_of(at: datetime) -> int:
    local = at.astimezone(ZONE)
    return local.year * 12 + local.month


def slowly(
    rows: Sequence[Interaction], asked: Definition, as_of: datetime, facts: Facts
) -> list[tuple[int, int, int, int]]:
    """(month they came, months since, people, did), by reading every row once for each question."""
    definition = by_month(asked)
    seen = [row for row in rows if row.deleted_at is None and row.occurred_at <= as_of]
    if not seen:
        return []
    population = set(definition.population) - set(definition.exclusions)
    stays = [stay for key in ([definition.segment] if definition.segment else ()) for stay in facts.segments[key]]
    came: dict[int, int] = {}
    for row in seen:
        if row.actor is not None and row.actor not in came:
            is_ours = row.actor_class in population and (not stays or any(stay.person == row.actor for stay in stays))
            came[row.actor] = month_of(row.occurred_at) if is_ours else -1
    begins = month_of(min(row.occurred_at for row in rows))
    last = month_of(as_of - definition.lag) - 1
    found = []
    for cohort in sorted(set(came.values()) - {-1}):
        people = [person for person, month in came.items() if month == cohort]
        if cohort > begins:
            found += [
                (cohort, month - cohort, len(people), sum(does(person, month, seen, definition) for person in people))
                for month in range(cohort, min(last, cohort + MONTHS) + 1)
            ]
    return found


def does(person: int, month: int, seen: Sequence[Interaction], definition: Definition) -> bool:
    mine = [row for row in seen if row.actor == person and month_of(row.occurred_at) == month]
    predicate = definition.predicate
    acts = [
        row for row in mine
        if (row.act in predicate.acts if predicate.acts else row.kind == "message")
        and row.actor_class not in definition.exclusions
        and (not predicate.actor_classes or row.actor_class in predicate.actor_classes)
    ]  # fmt: skip
    population = set(definition.population) - set(definition.exclusions)
    return len([row for row in acts if marked(row, seen, month, definition)]) >= definition.minimum and any(
        row.actor_class in population for row in acts
    )


def marked(act: Interaction, seen: Sequence[Interaction], month: int, definition: Definition) -> bool:
    quality = definition.quality
    opener = next((row.actor for row in seen if row.is_root and row.thread_id == act.thread_id), "nobody")
    if quality.outside_own_thread and opener == act.actor:
        return False
    marks = [
        row.act for row in seen
        if row.kind == "gesture" and row.object_id == act.object_id and row.actor != act.actor
        and month_of(row.occurred_at - definition.lag) <= month
    ]  # fmt: skip
    wanted = [NEEDED[one] for one in quality.any_of]
    return not wanted or any(one in marks for one in wanted)


@pytest.mark.parametrize("definition", ASKED, ids=lambda one: one.key)
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
@given(rows=ledgers(), days=st.sampled_from([30, 75, 130, 260]))
def test_cohorts_count_like_the_recount(definition: Definition, rows: list[Interaction], days: int) -> None:
    as_of = datetime(2026, 1, 20, 9, tzinfo=ZONE) + timedelta(days=days)
    facts = Facts(segments={"invited": [Stay(1), Stay(2), Stay(3)]}) if definition.segment else NO_FACTS
    with TemporaryDirectory() as folder:
        write(Path(folder), rows)
        counted = cohorts(Path(folder), WORKSPACE, definition, as_of=as_of, zone="Europe/Berlin", facts=facts)
    found = [(month_of(row.joined_at), row.months, row.people, row.did) for row in counted]
    assert found == slowly(rows, definition, as_of, facts)
