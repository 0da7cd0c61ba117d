"""A behaviour to take along: the same figures in four formats, small groups left out, nothing a spreadsheet would run."""

import csv
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.models import BehaviourDefinition, GroupCount, Measurement
from allmende.behaviours.queries import (
    COLUMNS,
    UnreadableDefinition,
    definition_file,
    export_lines,
    export_of,
    read_definition,
    safe_cell,
)
from allmende.ledger.engine import bare
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, SHIPPED
from tests.behaviours.conftest import questions

KEY = FIRST_ANSWER_BY_MEMBER.key


@pytest.fixture
def counted(take_in, two_times, workspace, owner, now, put_plan_in_force):
    put_plan_in_force()
    take_in(two_times)
    made = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    return made


def test_S1_15_a_file_tells_people_times_and_share_of_each_period_and_the_judgement(counted):
    lines = export_lines(counted)
    weeks = [one for one in lines if one["period"] == "week"]
    assert len(weeks) == 38
    assert {one["share"] for one in weeks} == {0.5, 0.7}
    judged = lines[-1]
    assert (judged["period"], judged["objective"], judged["verdict"]) == ("since", "Z1", "moving")
    assert (judged["successes"], judged["complete"], judged["before_successes"], judged["before_complete"]) == (
        168, 240, 260, 520,
    )  # fmt: skip
    assert judged["difference"] == pytest.approx(0.2)


def test_a_long_history_takes_no_more_queries_than_a_short_one(counted, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert len(export_lines(counted)) > 38


def test_all_four_formats_say_the_same(counted):
    lines = export_lines(counted)
    content = export_of(counted, "csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [one["share"] for one in rows] == [str(one["share"]) for one in lines]
    parquet = pq.read_table(io.BytesIO(export_of(counted, "parquet").content))
    arrow = pa.ipc.open_file(io.BytesIO(export_of(counted, "arrow").content)).read_all()
    assert parquet.to_pylist() == arrow.to_pylist() == lines
    assert parquet.column_names == list(COLUMNS)
    with zipfile.ZipFile(io.BytesIO(export_of(counted, "xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(lines) + 1


def test_small_groups_stay_in_the_team_and_cannot_be_computed_from_the_rest(take_in, workspace, owner, now):
    from datetime import UTC, datetime

    few = questions(datetime(2026, 6, 1, tzinfo=UTC), 1, 20, 2)
    many = questions(datetime(2026, 6, 8, tzinfo=UTC), 5, 20, 10)
    take_in(few + many)
    made = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    small = Measurement.objects.get(definition=made, period_kind="week", people=2)
    weeks = [one for one in export_lines(made) if one["period"] == "week"]
    held = [one for one in weeks if one["is_withheld"]]
    assert small.period_start in {one["period_start"] for one in held}
    assert len(held) == 2, "one more, or the total less the other weeks would give the small one away"
    assert all(one["people"] is one["share"] is one["complete"] is None for one in held)
    assert sum(one["successes"] for one in weeks if not one["is_withheld"]) == 40


def test_the_file_of_a_behaviour_holds_nobody(counted):
    text = export_of(counted, "csv").content.decode()
    assert "Hilft" not in text and "Fragt" not in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "\n=1"])
def test_no_spreadsheet_runs_a_cell(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("Fragen") == "Fragen"


FORMULA = '=HYPERLINK("http://127.0.0.1/?"&A2;"Süd")'


def test_what_people_typed_is_run_by_no_spreadsheet(counted):
    """The name of a trait's value and of the definition: text in every cell of every format."""
    GroupCount.objects.filter(definition=counted).delete()
    about = {"definition": counted, "people": 20, "complete": 20, "successes": 9, "times": 9, "low": 0.2, "high": 0.7}
    since = {"period_start": counted.in_force_at, "period_end": counted.in_force_at, "measured_at": counted.in_force_at}
    GroupCount.objects.create(place=0, kind="all", **about, **since)
    GroupCount.objects.create(place=1, kind="trait", name="region", values=[FORMULA], **about, **since)
    BehaviourDefinition.objects.update(name=FORMULA)
    counted.refresh_from_db()
    assert FORMULA in {one["group"] for one in export_lines(counted)}
    rows = list(csv.DictReader(io.StringIO(export_of(counted, "csv").content.decode())))
    assert {one["group"] for one in rows} == {"", f"'{FORMULA}"}
    with zipfile.ZipFile(io.BytesIO(export_of(counted, "xlsx").content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "sheets/sheet" in name]
        words = book.read("xl/sharedStrings.xml").decode()
        assert not [name for name in book.namelist() if "external" in name.lower()]
    assert len(sheets) == 2 and not any("<f>" in one or "hyperlink" in one.lower() for one in sheets)
    assert words.count("=HYPERLINK(") == 1, "kept once, for both cells"
    table = pq.read_table(io.BytesIO(export_of(counted, "parquet").content))
    assert FORMULA in table["group"].to_pylist()


@pytest.mark.parametrize("kind", ["csv", "parquet", "arrow"])
def test_duckdb_reads_the_same_figures_and_the_same_instants(counted, kind, tmp_path):
    """In a session of another zone, across the change of the clock: a time is an instant, not what some wall showed."""
    path, lines = tmp_path / f"figures.{kind}", export_lines(counted)
    path.write_bytes(export_of(counted, kind).content)
    with bare() as engine:
        engine.execute("SET TimeZone = 'America/Havana'")
        if kind == "arrow":
            told = pa.ipc.open_file(path).read_all()  # noqa: F841 - DuckDB reads it by its name
            source = "told"
        else:
            source = f"read_{kind}('{path}')"
        columns = "period, epoch_ms(period_start), epoch_ms(period_end), share, people, is_withheld"
        found = engine.execute(f"SELECT {columns} FROM {source}").fetchall()
    assert found == [
        (
            one["period"], *(int(one[name].timestamp() * 1000) for name in ("period_start", "period_end")), one["share"],
            one["people"], one["is_withheld"],
        )
        for one in lines
    ]  # fmt: skip
    offsets = {one["period_start"].utcoffset() for one in lines if one["period"] == "week"}
    assert len(offsets) == 2, "winter and summer"


def test_the_page_offers_the_files_to_whoever_may_read_it(counted, client_of, owner, new_person, workspace):
    path = f"/w/{workspace.slug}/behaviours/{KEY}/"
    page = client_of(new_person("observer")).get(path).content.decode()
    for kind in ("csv", "xlsx", "parquet", "arrow"):
        assert f"{path}series/?as={kind}" in page
        answer = client_of(owner).get(f"{path}series/?as={kind}")
        assert answer.status_code == 200
        assert f'filename="{KEY}.{kind}"' in answer["Content-Disposition"]
    assert client_of(owner).get(f"{path}series/?as=exe").status_code == 404
    assert client_of(owner).get(f"{path}file/?as=exe").status_code == 404
    assert yaml.safe_load(client_of(owner).get(f"{path}file/?as=yaml").content)["key"] == KEY
    assert json.loads(client_of(owner).get(f"{path}file/?as=json").content)["form"] == "F2"


@pytest.mark.parametrize("kind", ["json", "yaml"])
@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.key)
def test_a_definition_comes_back_from_its_file_as_it_went(definition, kind, workspace):
    row = BehaviourDefinition(workspace=workspace, key=definition.key, name="Ein Name", spec=definition.to_dict())
    assert read_definition(definition_file(row, kind).content) == ("Ein Name", definition.to_dict())


FAULTY = [
    (b"{", "Zeile 1, Spalte 2"),
    (b"key: [", "Zeile 1"),
    (b"\xff\xfe\x00", "UTF-8"),
    (b"just words", "keine Definition"),
    (b"a: &a [1]\nb: *a\n", "Zeile 2"),
    (b"[" * 5000, "weder als JSON noch als YAML"),
    (b"x" * 70_000, "größer als 64 KB"),
    (json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict() | {"form": "F9"}).encode(), "„F9“"),
    (json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict() | {"windows": 3}).encode(), "„windows“"),
    (
        json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict() | {"predicate": {"acts": ["liked"]}}).encode(),
        "Gezählt würde Aktivität",
    ),
    (json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict() | {"name": 7}).encode(), "„name“"),
]


@pytest.mark.parametrize(("content", "said"), FAULTY)
def test_what_is_wrong_with_a_file_is_said_with_its_place(content, said):
    with pytest.raises(UnreadableDefinition) as refusal:
        read_definition(content)
    assert said in str(refusal.value)
