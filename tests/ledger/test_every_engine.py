"""What an engine elsewhere is told, without one: words it takes, files it can read, and a setting that is understood."""

import fcntl
import socket
import sys

import ibis
import pytest

from allmende.ledger.compiler import Moment, compile_definition
from allmende.ledger.engine import Limits
from allmende.ledger.engine_address import HERE, EngineAway, EngineFailed, engine_named, is_answered, masters_of
from allmende.ledger.events import batch_of, stored_schema
from allmende.ledger.files import Ledger
from allmende.ledger.measure import Measured, measure, period_counts
from allmende.ledger.periods import periods_between
from allmende.ledger.recount import count_again, kinds_of
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, SHIPPED
from allmende.ledger.soundness import read_faults
from tests.ledger.engines import AS_OF, BEGINS_AT, FACTS, ZONE, definitions
from tests.ledger.tables import WORKSPACE, table, utc, write

DIALECTS = ("clickhouse", "trino", "postgres")
_PERIODS = periods_between(BEGINS_AT, AS_OF, "quarter", ZONE)


def _said(definition, dialect):
    rows = ibis.table(ibis.Schema.from_pyarrow(stored_schema()), name="interactions")
    moment = Moment(AS_OF, BEGINS_AT)
    parts = compile_definition(rows, definition, moment, _PERIODS, FACTS)
    counts = period_counts(Measured(None, rows, parts, moment, _PERIODS), definition)
    said = ibis.to_sql(counts, dialect=dialect)
    assert dialect == "clickhouse" or "SEMI JOIN" not in said, "only ClickHouse knows these words"
    return said


@pytest.mark.parametrize(
    ("place", "definition"), list(enumerate(definitions())), ids=lambda one: getattr(one, "key", "")
)
def test_every_definition_can_be_said_in_another_dialect(place, definition):
    assert "interactions" in _said(definition, DIALECTS[place % 3])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_form_can_be_said_in_every_dialect(dialect):
    first_of = {one.form: one for one in reversed(definitions())}
    assert all("interactions" in _said(one, dialect) for one in first_of.values())


def test_every_form_is_among_them():
    assert {one.form for one in definitions()} == {"F1", "F2", "F3", "F4", "F5", "F6"}
    assert set(SHIPPED) < set(definitions())


@pytest.mark.parametrize("written", ["spark://10.0.0.1:7077", "spark://one:7077,two:7077", "local[2]", "local[*]"])
def test_an_engine_is_named_by_its_address(written, monkeypatch):
    monkeypatch.setenv("ALLMENDE_LEDGER_ENGINE", written)
    assert (Limits().engine, Limits().is_elsewhere) == (written, True)


@pytest.mark.parametrize("written", ["", "duckdb"])
def test_without_an_address_counting_stays_here(written, monkeypatch):
    monkeypatch.setenv("ALLMENDE_LEDGER_ENGINE", written)
    assert (Limits().engine, Limits().is_elsewhere) == (HERE, False)


@pytest.mark.parametrize("written", ["spark", "spark://", "spark://one", "postgres://x/y", "local", "local[2] "])
def test_what_is_no_engine_is_refused_in_words(written):
    with pytest.raises(ValueError, match=r"spark://host:7077 or local\[2\]"):
        engine_named(written)


def test_a_master_that_does_not_answer_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as master:
        port = master.getsockname()[1]
        assert is_answered(f"spark://127.0.0.1:{port}")
    assert not is_answered(f"spark://127.0.0.1:{port}")
    assert is_answered("local[2]")
    assert masters_of("spark://one:7077,two:7078") == (("one", 7077), ("two", 7078))


@pytest.fixture
def ledger(tmp_path):
    write(tmp_path, table("2026-03-01 10:00 m1 asked 1\n2026-04-01 10:00 m2 answered 1"))
    return Ledger(tmp_path)


def _is_link_of(link, path):
    return link.stat().st_ino == path.stat().st_ino


def test_files_for_others_stay_what_they_were_while_a_month_is_replaced(ledger):
    before = [path.read_bytes() for path in ledger.paths(WORKSPACE)]
    with ledger.reading(WORKSPACE, elsewhere=True) as paths:
        assert all(map(_is_link_of, paths, ledger.paths(WORKSPACE)))
        ledger.replace_month(WORKSPACE, "2026-03", [batch_of(table("2026-03-05 10:00 m3 asked 9"))])
        ledger.drop_month(WORKSPACE, "2026-04")
        assert [path.read_bytes() for path in paths] == before
    assert not any(path.exists() for path in paths)
    assert ledger.months(WORKSPACE) == ("2026-03",)


def test_files_for_others_end_where_they_are_asked_to(ledger):
    with ledger.reading(WORKSPACE, "2026-03", elsewhere=True) as paths:
        assert [path.name for path in paths] == ["2026-03.parquet"]
    with ledger.reading("nobody", elsewhere=True) as paths:
        assert paths == ()


def test_what_a_killed_count_left_goes_with_the_next_month_written(ledger):
    folder = ledger.folder(WORKSPACE)
    for name in ("counting-dead", "counting-alive"):
        (folder / name).mkdir()
        (folder / name / "2026-03.parquet").hardlink_to(folder / "2026-03.parquet")
    (folder / "counting-dead" / "lock").touch()
    with (folder / "counting-alive" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ledger.drop_month(WORKSPACE, "2026-04")
        assert not (folder / "counting-dead").exists()
        assert (folder / "counting-alive").exists()
    with ledger.reading(WORKSPACE, elsewhere=True):
        assert not (folder / "counting-alive").exists()


def test_an_engine_that_is_missing_says_what_to_install(ledger, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    elsewhere = Limits(engine="spark://127.0.0.1:9")
    with pytest.raises(EngineAway, match=r"pip install 'allmende\[spark\]'"):
        measure(ledger.root, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-05-01 00:00"), limits=elsewhere)
    assert EngineFailed in read_faults()


def test_counting_elsewhere_leaves_no_tally_that_grows_old(tmp_path, monkeypatch):
    write(tmp_path, table("2026-03-01 10:00 m1 asked 1\n2026-04-01 10:00 m2 answered 1"))
    folder, as_of = Ledger(tmp_path).folder(WORKSPACE), utc("2026-05-01 00:00")
    here = count_again(folder, [FIRST_ANSWER_BY_MEMBER], as_of=as_of)
    assert (folder / ".tally.duckdb").exists()
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(EngineFailed):
        count_again(folder, [FIRST_ANSWER_BY_MEMBER], as_of=as_of, limits=Limits(engine="local[2]"))
    assert not (folder / ".tally.duckdb").exists()
    assert not (folder / ".touched").exists()
    again = count_again(folder, [FIRST_ANSWER_BY_MEMBER], as_of=as_of)
    assert again == here
    assert set(again[FIRST_ANSWER_BY_MEMBER]) == set(kinds_of(FIRST_ANSWER_BY_MEMBER))
