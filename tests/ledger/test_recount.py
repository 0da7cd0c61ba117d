"""The compiler against the recount, to the last row: any definition of any form over any small ledger."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from allmende.ledger.definition import Form
from allmende.ledger.events import Interaction
from allmende.ledger.facts import Facts, Stay
from allmende.ledger.measure import measure
from tests.ledger.definitions import FORMS, LABELS, SEGMENTS, TRAIT, definitions
from tests.ledger.recount import recount, told
from tests.ledger.tables import WORKSPACE, write

pytestmark = pytest.mark.thorough

START = datetime(2026, 3, 30, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"


@st.composite
def ledgers(draw: st.DrawFn) -> list[Interaction]:
    """Up to 60 rows over five days around a month's end: many ties, windows that end exactly at rows, everybody in every class."""
    rows: list[Interaction] = []
    opened: set[int] = set()
    apart = draw(st.sampled_from([1, 1, 4]))
    hours = sorted(
        apart * hour
        for hour in draw(st.lists(st.integers(0, 120), min_size=draw(st.sampled_from([0, 20, 40])), max_size=60))
    )
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
                    st.sampled_from(
                        ["thanked", "accepted_answer", "voted", "left"] if is_gesture else ["asked", "answered"]
                    )
                ),
                occurred_at=START + timedelta(hours=hour),
                actor=actor,
                actor_class=draw(st.sampled_from(["member", "member", "member", "staff", "bot", "unknown"])),
                target_actor=None,
                object_id=draw(st.integers(0, number - 1)) if is_gesture else number,
                parent_id=None,
                thread_id=thread,
                channel=draw(st.sampled_from(["forum", "forum", "chat"])),
                is_root=is_root,
                deleted_at=START if draw(st.integers(0, 9)) == 0 else None,
            )
        )
    return rows


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Segments people come into and leave, departments not known of everybody, labels on some messages."""
    hours = st.one_of(st.none(), st.integers(0, 400).map(lambda hour: START + timedelta(hours=hour)))
    people = st.sampled_from([1, 2, 3, 4, 5, 6])

    def stays() -> list[Stay]:
        found = []
        for person in draw(st.lists(people, unique=True, max_size=4)):
            since, until = draw(hours), draw(hours)
            if since and until and until <= since:
                until = None
            found.append(Stay(person, since, until))
        return found

    return Facts(
        segments={name: stays() for name in SEGMENTS},
        traits={TRAIT: draw(st.dictionaries(people, st.sampled_from(["Linz", "Chur"])))},
        labels={name: draw(st.sets(st.integers(0, 40))) for name in LABELS},
        holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}),
    )


@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=int(os.environ.get("ALLMENDE_RECOUNTS", "40")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="ALLMENDE_RECOUNTS" not in os.environ,
    phases=[Phase.generate],  # to shrink a whole ledger takes minutes
)
@given(data=st.data(), rows=ledgers(), known=facts(), hour=st.sampled_from([30, 90, 130, 250, 500, 1_000]))
def test_every_definition_counts_like_the_recount(
    form: Form, data: st.DataObject, rows: list[Interaction], known: Facts, hour: int
) -> None:
    definition = data.draw(definitions(form))
    as_of = START + timedelta(hours=hour)
    with TemporaryDirectory() as folder:
        write(Path(folder), rows)
        counted = measure(Path(folder), WORKSPACE, definition, as_of=as_of, period="month", zone=ZONE, facts=known)
    assert {row.period_start.strftime("%Y-%m"): told(row) for row in counted} == recount(
        rows, definition, as_of, ZONE, known
    )
