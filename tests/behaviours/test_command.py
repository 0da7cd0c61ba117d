"""`allmende measure` prints the lines other programs rely on (`interfaces.md`, Command)."""

import json

import pytest

from allmende.behaviours.actions import adopt_definition
from allmende.behaviours.models import Measurement
from allmende.behaviours.queries import definition_file
from allmende.config import cli, terminal
from allmende.ledger.engine_address import EngineFailed
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, SHIPPED

FIELDS = {
    "schema", "definition", "version", "form", "period_start", "period_end", "complete", "censored", "successes", "people",
    "times", "share", "low", "high", "baseline_k", "baseline_n", "difference", "diff_low", "diff_high", "verdict", "flags",
    "reason_code",
}  # fmt: skip


@pytest.fixture
def ask(capsys):
    def run(*words):
        status = cli.main(["--json", "measure", *words])
        terminal.choose([])
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


def test_one_line_per_definition_and_period(take_in, two_times, workspace, ask):
    take_in(two_times)
    status, lines, _ = ask("--as-of", "2026-10-07T09:40", "--period", "quarter")
    assert status == 0
    told = {line["definition"] for line in lines}
    assert FIRST_ANSWER_BY_MEMBER.key in told and told <= {one.key for one in SHIPPED if not one.needs_facts}
    assert set(lines[0]) == FIELDS
    found = [line for line in lines if line["definition"] == "first_answer_by_member_24h"]
    assert (sum(line["complete"] for line in found), sum(line["successes"] for line in found)) == (760, 428)
    assert [line["period_start"] for line in found] == [
        "2026-01-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00", "2026-07-01T00:00:00+02:00",
    ]  # fmt: skip
    assert not Measurement.objects.exists()


def test_a_definition_in_force_is_kept_and_judged_against_the_plans_start(
    take_in, two_times, workspace, owner, now, put_plan_in_force, ask
):
    adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    put_plan_in_force()
    take_in(two_times)
    _, lines, _ = ask("--definition", "first_answer_by_member_24h", "--as-of", "2026-10-07", "--period", "month")
    assert [line["verdict"] for line in lines[:6]] == [None] * 6
    august = next(line for line in lines if line["period_start"].startswith("2026-08"))
    assert (august["baseline_k"], august["baseline_n"]) == (
        sum(x["successes"] for x in lines[:6]),
        sum(x["complete"] for x in lines[:6]),
    )
    ask()
    assert Measurement.objects.filter(period_kind="week").exists()


def test_a_file_with_a_definition_of_ones_own(take_in, two_times, workspace, tmp_path, ask):
    take_in(two_times)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict() | {"key": "mine", "window_seconds": 1800}))
    status, lines, _ = ask("--definition", str(path), "--as-of", "2026-10-07", "--period", "all")
    assert (status, lines[0]["definition"], lines[0]["successes"]) == (0, "mine", 0)
    path.write_text('{"key": "mine"}')
    status, lines, complaint = ask("--definition", str(path))
    assert (status, lines) == (2, [])
    assert "defines no behaviour" in complaint


def test_a_definition_taken_along_from_the_page_can_be_counted(
    take_in, two_times, workspace, owner, now, tmp_path, ask
):
    take_in(two_times)
    row = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    path = tmp_path / "mine.yaml"
    path.write_bytes(definition_file(row, "yaml").content)
    status, lines, _ = ask("--definition", str(path), "--as-of", "2026-10-07", "--period", "all")
    assert (status, lines[0]["definition"]) == (0, "first_answer_by_member_24h")


@pytest.mark.parametrize(
    "words", [("--period", "decade"), ("--as-of", "soon"), ("--definition", "unknown"), ("--workspace", "nowhere")]
)
def test_wrong_use_ends_with_2_and_a_sentence(workspace, ask, words):
    status, lines, complaint = ask(*words)
    assert (status, lines) == (2, [])
    assert complaint.startswith("Nothing was")


def test_an_engine_elsewhere_that_cannot_count_is_told_in_its_words(take_in, two_times, workspace, ask, monkeypatch):
    take_in(two_times)
    monkeypatch.setattr("allmende.behaviours.queries.counting.measure", _unreachable)
    status, lines, complaint = ask("--definition", FIRST_ANSWER_BY_MEMBER.key)
    assert (status, lines, complaint) == (4, [], "No Spark master answers.\n")


def _unreachable(*_what, **_more):
    raise EngineFailed("No Spark master answers.")


def test_the_shape_of_a_definitions_file_is_printed_and_nothing_counted(capsys):
    status = cli.main(["measure", "--schema"])
    terminal.choose([])
    assert status == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Definition of a behaviour"
