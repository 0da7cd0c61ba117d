"""What no ledger should meet and every ledger meets: it is counted right, or named (issue 7)."""

import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from allmende.behaviours.actions import (
    CannotSample,
    adopt_definition,
    draw_sample,
    fill_ledger,
    measure_workspace,
    only_filler,
    verify_ledger,
)
from allmende.behaviours.actions.verify_ledger import compared
from allmende.behaviours.models import LedgerMark, Measurement
from allmende.behaviours.queries import CannotReadLedger, ledger_name, ledger_root, preview_of
from allmende.behaviours.queries.reading import read_at_once
from allmende.channels.actions import record_batch
from allmende.channels.models import Gesture, Message
from allmende.config import cli, terminal
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.ledger.definition import Predicate
from allmende.ledger.engine import bare, sparing
from allmende.ledger.files import Ledger
from allmende.ledger.measure import measure
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from allmende.team.models import AuditRow
from tests.behaviours.conftest import row
from tests.behaviours.test_ledger_fill import APRIL, MARCH, ROWS, stored
from tests.ledger.test_spill import SORTED


@pytest.fixture
def fill(workspace, now):
    return lambda **more: fill_ledger(workspace=workspace, now=now, **more)


@pytest.fixture
def verify(workspace, now):
    return lambda **more: verify_ledger(workspace=workspace, now=now, **more)


@pytest.fixture
def settle(now):
    """What was said lies long enough before the mark for no fill to look at it again, on either database."""
    before = now - timedelta(days=1)
    return lambda: (Message.objects.update(changed_at=before), Gesture.objects.update(changed_at=before))


@pytest.fixture
def ledger():
    return Ledger(ledger_root())


def path_of(ledger, workspace, month):
    return ledger.folder(ledger_name(workspace)) / f"{month}.parquet"


def counted(workspace, definition, as_of):
    return measure(ledger_root(), ledger_name(workspace), definition, as_of=as_of, period="all", zone="UTC")


def test_a_whole_ledger_is_verified(take_in, verify):
    take_in(ROWS)
    assert [(one.month, one.in_ledger, one.in_database, one.finding) for one in verify()] == [
        ("2026-03", 4, 4, "same"), ("2026-04", 2, 2, "same"),
    ]  # fmt: skip


def test_months_that_say_something_else_are_named_and_mended(take_in, workspace, ledger, verify, fill, settle):
    take_in([*ROWS, row("q9", "Lena", APRIL + timedelta(days=40))])
    fill()
    settle()
    march, april, may = (path_of(ledger, workspace, month) for month in ("2026-03", "2026-04", "2026-05"))
    path_of(ledger, workspace, "2026-06").write_bytes(may.read_bytes())
    april.unlink()
    Message.objects.filter(native_id="a1").update(act="commented")  # written past the mark
    may.write_bytes(may.read_bytes()[:-9])
    found = {one.month: one.finding for one in verify()}
    assert found == {"2026-03": "differs", "2026-04": "missing", "2026-05": "same", "2026-06": "surplus"}
    verify(is_mending=True)
    assert {one.finding for one in verify()} == {"same"}
    assert march.exists()
    assert LedgerMark.objects.get().interactions == len(stored(workspace)) == 7


def test_while_somebody_writes_only_their_month_is_left_out(take_in, workspace, ledger, fill, settle):
    """A community in which something is always going on must not hide a damaged file of last year."""
    may = APRIL + timedelta(days=40)
    take_in([*ROWS, row("q9", "Lena", may)])
    fill()
    settle()
    march, april = (path_of(ledger, workspace, month) for month in ("2026-03", "2026-04"))
    march.write_bytes(march.read_bytes()[:40])
    april.unlink()
    take_in([row("q10", "Max", may)])  # not filled yet: May differs, and the next fill writes it
    found = {one.month: one.finding for one in compared(ledger, workspace)}
    assert found == {"2026-03": "damaged", "2026-04": "missing"}


def test_the_command_says_each_month_and_ends_with_a_finding(take_in, workspace, ledger, fill, settle, capsys):
    take_in(ROWS)
    fill()
    settle()
    path_of(ledger, workspace, "2026-04").unlink()
    assert cli.main(["ledger", "verify"]) == terminal.FINDINGS
    told = capsys.readouterr().out
    assert "ok 2026-03: 4 rows, as the database tells it" in told
    assert "!! 2026-04: no file (2 there); `allmende ledger verify --mend` writes it anew." in told
    assert cli.main(["ledger", "verify", "--mend"]) == terminal.DONE
    assert cli.main(["ledger", "verify"]) == terminal.DONE


def test_a_damaged_file_is_named_set_aside_and_written_anew(take_in, workspace, ledger, fill, settle):
    take_in(ROWS)
    fill()
    settle()
    before = stored(workspace)
    path = path_of(ledger, workspace, "2026-03")
    path.write_bytes(path.read_bytes()[:40])
    assert fill() == ("2026-03",)
    assert stored(workspace) == before
    assert path.with_name("2026-03.parquet.damaged").exists()
    told = AuditRow.objects.get(verb="behaviours.ledger.rebuilt")
    assert told.person is None


def test_damage_among_the_rows_is_mended_when_counting_meets_it(
    take_in, workspace, owner, now, ledger, settle, two_times
):
    take_in(two_times)
    adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    settle()
    before = list(Measurement.objects.order_by("pk").values_list("period_start", "successes", "complete"))
    path = path_of(ledger, workspace, "2026-03")
    raw = path.read_bytes()
    path.write_bytes(raw[:4] + bytes(len(raw) // 2) + raw[4 + len(raw) // 2 :])
    measure_workspace(workspace=workspace, now=now)
    assert list(Measurement.objects.order_by("pk").values_list("period_start", "successes", "complete")) == before
    assert AuditRow.objects.filter(verb="behaviours.ledger.rebuilt").count() == 1


@pytest.mark.parametrize("is_cut", [True, False])
def test_whoever_looks_meanwhile_is_told_in_a_sentence(
    take_in, workspace, owner, now, ledger, settle, two_times, client_of, caplog, is_cut
):
    """Examples, preview and samples read the files themselves; cut off or spoilt among the rows, nobody gets a broken page."""
    take_in(two_times)
    definition = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    settle()
    path = path_of(ledger, workspace, "2026-03")
    raw = path.read_bytes()
    half = len(raw) // 2
    path.write_bytes(raw[:half] if is_cut else raw[:4] + bytes(half) + raw[4 + half :])
    client, root = client_of(owner), f"/w/{workspace.slug}/behaviours"
    page = client.get(f"{root}/{definition.key}/examples/")
    assert page.status_code == 503 and "Verloren ist nichts" in page.content.decode()
    assert preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.04, as_of=now).trouble == "unreadable"
    days = {"first_date": date(2026, 1, 5), "last_date": date(2026, 6, 28)}
    with pytest.raises(CannotSample, match=r"Es wurde nichts gezogen\. Eine Datei"):
        draw_sample(person=owner, definition=definition, seed=3, now=now, **days)
    told = [record.getMessage() for record in caplog.records if record.name == "allmende.behaviours"]
    assert len(told) == 3 and all("while somebody waited: " in one for one in told), "the log tells what was wrong"
    measure_workspace(workspace=workspace, now=now)
    assert client.get(f"{root}/{definition.key}/examples/").status_code == 200
    assert draw_sample(person=owner, definition=definition, seed=3, now=now, **days).complete


def test_too_little_memory_is_no_damaged_file(
    take_in, workspace, owner, now, ledger, settle, two_times, client_of, caplog
):
    """It is counted with less of it; whoever looks meanwhile is told what it is, and every file stays where it is."""
    take_in(two_times)
    definition = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    settle()
    with sparing(0.001):
        measure_workspace(workspace=workspace, now=now)
    assert Measurement.objects.get(period_kind="all").successes > 0
    told = [record.getMessage() for record in caplog.records if record.name == "allmende.ledger"]
    assert any("counted with less of it" in one for one in told)
    client, root = client_of(owner), f"/w/{workspace.slug}/behaviours"
    with sparing(0.001):
        page = client.get(f"{root}/{definition.key}/examples/")
        found = preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.04, as_of=now)
    assert page.status_code == 503 and "Arbeitsspeicher" in page.content.decode()
    assert found.trouble == "too_big"
    assert not list(ledger.folder(str(workspace.pk)).glob("*.damaged"))
    assert not AuditRow.objects.filter(verb="behaviours.ledger.rebuilt").exists()


@pytest.mark.parametrize(("language", "words"), [("de", "kein Platz mehr"), ("en", "no room left on the disk")])
def test_a_full_disk_is_said_to_whoever_looks_and_blames_no_file(language, words):
    """DuckDB may put nothing aside, as where nine tenths of what was free are used."""
    with translation.override(language), pytest.raises(CannotReadLedger, match=words), read_at_once(), bare() as engine:
        engine.execute("SET memory_limit = '40MB'")
        engine.execute("SET max_temp_directory_size = '1MB'")
        engine.execute(SORTED)


def test_what_was_set_aside_goes_with_the_next_whole_fill(take_in, workspace, ledger, fill):
    take_in(ROWS)
    fill()
    path = path_of(ledger, workspace, "2026-03")
    path.write_bytes(b"")
    fill()
    LedgerMark.objects.update(filled_at=None)
    fill()
    assert not path.with_name("2026-03.parquet.damaged").exists()


def test_times_before_1990_do_not_begin_the_data_and_nothing_lies_in_the_future(archive, workspace, now, fill):
    def item(name, at):
        return Item(Ref(name), "message", "asked", Author("1", "Lena", "Lena"), at, name, text="Text")

    odd = (
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1989, 12, 31, 23, 59, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    )
    items = [item(f"odd{place}", at) for place, at in enumerate(odd)]
    items += [
        item("early", datetime(1990, 1, 1, tzinfo=UTC)),
        item("now", MARCH),
        item("then", now + timedelta(days=400)),
    ]
    record_batch(channel=archive, batch=Batch(tuple(items), ""), now=now)
    fill()
    assert [r["occurred_at"] for r in stored(workspace)] == [datetime(1990, 1, 1, tzinfo=UTC), MARCH, now, now]
    assert sum(one.complete + one.censored for one in counted(workspace, FIRST_ANSWER_BY_MEMBER, now)) == 4


def test_a_row_of_the_future_does_not_exist_until_then(take_in, workspace, now, fill):
    take_in([row("q", "Lena", MARCH), row("then", "Lena", MARCH + timedelta(days=5))])
    Message.objects.filter(native_id="then").update(occurred_at=now + timedelta(days=400))  # a clock that was set back
    fill()
    assert len(stored(workspace)) == 2
    assert sum(one.complete + one.censored for one in counted(workspace, FIRST_ANSWER_BY_MEMBER, now)) == 1


def test_an_unknown_type_is_kept_and_counts_for_nothing_it_is_not(archive, workspace, now, fill):
    items = [
        Item(Ref("q"), "message", "asked", Author("1", "Lena", "Lena"), MARCH, "q", text="Frage"),
        Item(
            Ref("x"), "message", "teleported", Author("2", "Tarek", "Tarek"), MARCH + timedelta(hours=1), "q", text="?"
        ),
    ]
    record_batch(channel=archive, batch=Batch(tuple(items), ""), now=now)
    fill()
    assert [r["act"] for r in stored(workspace)] == ["asked", "teleported"]
    assert [(one.complete, one.successes) for one in counted(workspace, FIRST_ANSWER_BY_MEMBER, now)] == [(1, 0)]


def test_who_answers_themselves_has_no_answer(take_in, workspace, now, fill):
    take_in([row("q", "Lena", MARCH), row("a", "Lena", MARCH + timedelta(hours=1), "q")])
    fill()
    assert [(one.complete, one.successes) for one in counted(workspace, FIRST_ANSWER_BY_MEMBER, now)] == [(1, 0)]


def test_an_answer_older_than_its_question_is_none_and_breaks_nothing(take_in, workspace, now, fill):
    take_in([row("q", "Lena", MARCH), row("a", "Tarek", MARCH - timedelta(seconds=2), "q")])
    fill()
    assert [r["is_root"] for r in stored(workspace)] == [False, True]
    assert [(one.complete, one.successes) for one in counted(workspace, FIRST_ANSWER_BY_MEMBER, now)] == [(1, 0)]
    waits = replace(FIRST_ANSWER_BY_MEMBER, form="F4", predicate=Predicate(("answered",)), window=timedelta(days=7))
    assert [(one.successes, one.median) for one in counted(workspace, waits, now)] == [(0, None)], "no wait below zero"


def test_empty_months_are_no_files_and_count_nothing(take_in, workspace, now, ledger, fill):
    take_in([row("q", "Lena", MARCH), row("late", "Lena", MARCH + timedelta(days=95))])
    assert fill() == ("2026-03", "2026-06")
    found = measure(
        ledger_root(), ledger_name(workspace), NEWCOMER_CONTRIBUTES_AGAIN, as_of=now, period="month", zone="UTC"
    )
    assert [one.period_start.month for one in found] == [3]


def test_two_fills_wait_for_one_another(take_in, workspace, ledger, fill):
    take_in(ROWS)
    folder, begun, ended = ledger.folder(ledger_name(workspace)), threading.Event(), []

    def another():
        with only_filler(folder):
            begun.set()
            time.sleep(0.3)
            ended.append("another")

    other = threading.Thread(target=another)
    other.start()
    begun.wait(5)
    assert fill() == ("2026-03", "2026-04")
    ended.append("ours")
    other.join(5)
    assert ended == ["another", "ours"]
