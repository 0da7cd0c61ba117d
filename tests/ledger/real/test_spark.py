"""Every definition on a Spark master with two workers, to the last row what DuckDB counts: `./test --real` starts one."""

import os
import socket

import pytest

from allmende.ledger.cohorts import cohorts
from allmende.ledger.daily import acts_by_day
from allmende.ledger.durations import first_response
from allmende.ledger.engine import HERE, Limits
from allmende.ledger.engine_address import EngineFailed, TookTooLong
from allmende.ledger.examples import newest_units
from allmende.ledger.files import Ledger
from allmende.ledger.fitness import days_found
from allmende.ledger.measure import measure, units_by_person
from allmende.ledger.periods import periods_between
from allmende.ledger.recount import count_again
from allmende.ledger.segments import segments
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS, NEWCOMER_HELPS, QUESTION_WAITS
from allmende.ledger.stages import stages
from allmende.ledger.waits import waits_by_period
from tests.ledger.engines import AS_OF, BEGINS_AT, FACTS, ZONE, definitions, interactions
from tests.ledger.tables import WORKSPACE, write

MASTER = os.environ.get("ALLMENDE_SPARK", "")
pytestmark = pytest.mark.skipif(not MASTER, reason="./test --real installs Spark and starts a master with two workers")

TOLD = {"as_of": AS_OF, "zone": ZONE, "facts": FACTS}
MIDNIGHTS = [one.start for one in periods_between(BEGINS_AT, AS_OF, "week", ZONE)]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    place = tmp_path_factory.mktemp("ledger")
    write(place, interactions())
    return place


@pytest.fixture
def on_both(root):
    """The answers of both engines: here, and there."""

    def ask(question, *what, **more):
        engines = (Limits(engine=HERE), Limits(engine=MASTER))
        return tuple(question(root, WORKSPACE, *what, **more, limits=limits) for limits in engines)

    return ask


def _in_order(people):
    return sorted(people, key=lambda one: (one.period_start, one.person or 0, one.units, one.successes))


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.key)
def test_every_definition_counts_the_same_to_the_last_row(on_both, definition):
    here, there = on_both(measure, definition, **TOLD)
    assert here
    assert there == here
    here, there = on_both(units_by_person, definition, period="quarter", by="doer", **TOLD)
    assert _in_order(there) == _in_order(here)


def test_whatever_else_is_asked_of_a_definition_is_answered_the_same(on_both):
    here, there = on_both(cohorts, NEWCOMER_HELPS, **TOLD)
    assert here
    assert there == here
    here, there = on_both(acts_by_day, HELPERS, midnights=MIDNIGHTS, **TOLD)
    assert here
    assert there == here
    here, there = on_both(waits_by_period, QUESTION_WAITS, **TOLD)
    assert here
    assert there == here
    here, there = on_both(segments, FIRST_ANSWER_BY_MEMBER, period="quarter", **TOLD)
    assert here
    assert there == here
    here, there = on_both(newest_units, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, facts=FACTS)
    assert here
    assert there == here


def test_whatever_else_is_asked_of_the_community_is_answered_the_same(on_both):
    here, there = on_both(stages, as_of=AS_OF, zone=ZONE)
    assert here
    assert there == here
    here, there = on_both(days_found, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF)
    assert here
    assert there == here
    here, there = on_both(first_response, as_of=AS_OF)
    assert here
    assert there == here


def test_a_nightly_count_is_the_same_and_leaves_nothing_behind(root):
    folder = Ledger(root).folder(WORKSPACE)
    here = count_again(folder, [NEWCOMER_HELPS], as_of=AS_OF, zone=ZONE, limits=Limits(engine=HERE))
    there = count_again(folder, [NEWCOMER_HELPS], as_of=AS_OF, zone=ZONE, limits=Limits(engine=MASTER))
    assert there == here
    assert not [path.name for path in folder.iterdir() if path.name.startswith(("counting-", ".tally", ".touched"))]


def test_a_count_is_stopped_when_its_time_is_over(root):
    limits = Limits(engine=MASTER, seconds=0.01)
    with pytest.raises(TookTooLong):
        measure(root, WORKSPACE, HELPERS, limits=limits, **TOLD)


def test_a_month_that_is_no_parquet_is_told_and_the_next_count_goes_on(tmp_path):
    write(tmp_path, interactions(200))
    ledger, limits = Ledger(tmp_path), Limits(engine=MASTER)
    last = ledger.paths(WORKSPACE)[-1]
    whole = last.read_bytes()
    last.write_bytes(b"PAR1" + whole[4 : len(whole) // 2])
    with pytest.raises(EngineFailed, match="nothing was changed"):
        measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, limits=limits, **TOLD)
    last.write_bytes(whole)
    assert measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, limits=limits, **TOLD)


def test_a_master_nobody_started_is_told_in_words(root):
    from pyspark.sql import SparkSession

    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"spark://127.0.0.1:{free.getsockname()[1]}"
    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
    with pytest.raises(EngineFailed, match="No Spark master answers"):
        measure(root, WORKSPACE, FIRST_ANSWER_BY_MEMBER, limits=Limits(engine=nobody), **TOLD)


def test_a_session_whose_program_was_ended_is_dropped_and_begun_anew(root):
    """The machine ended the Java program, as it does when memory runs out: the next count begins a new one by itself."""
    from pyspark import SparkContext

    limits = Limits(engine=MASTER)
    known = measure(root, WORKSPACE, FIRST_ANSWER_BY_MEMBER, limits=limits, **TOLD)
    program = SparkContext._gateway.proc
    program.kill()
    program.wait()
    assert measure(root, WORKSPACE, FIRST_ANSWER_BY_MEMBER, limits=limits, **TOLD) == known
    assert SparkContext._gateway.proc.pid != program.pid
