"""What somebody reads from a file with pandas is what the page says: every format, shares, rates and waits (S1-15, issue 7)."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.queries import behaviour_page, export_of
from allmende.behaviours.templatetags.figure_words import often, value_words
from allmende.ledger.definition import Anchor, Predicate, Quality
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS

KEY = FIRST_ANSWER_BY_MEMBER.key
ANSWERS = Predicate(("answered",))
FORMS = {
    "F2": FIRST_ANSWER_BY_MEMBER,
    "F3": replace(
        HELPERS,
        key=KEY,
        form="F3",
        quality=Quality(),
        minimum=1,
        anchor=Anchor("period", ("answered",)),
        predicate=ANSWERS,
    ),
    "F4": replace(FIRST_ANSWER_BY_MEMBER, form="F4", predicate=ANSWERS, window=timedelta(days=7)),
}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MONTH_SECONDS = 365.25 * 86_400 / 12


def from_csv(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def from_parquet(content: bytes) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(content))


def from_arrow(content: bytes) -> pd.DataFrame:
    return pa.ipc.open_file(io.BytesIO(content)).read_pandas()


def from_xlsx(content: bytes) -> pd.DataFrame:
    """The first sheet, cell by cell, as a spreadsheet reads it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    words = ["".join(part.text or "" for part in one.iter(f"{SHEET}t")) for one in shared]
    rows = []
    for line in sheet.iter(f"{SHEET}row"):
        cells = {}
        for cell in line:
            place, value = "".join(filter(str.isalpha, cell.get("r"))), cell.findtext(f"{SHEET}v")
            if value is not None:
                cells[place] = words[int(value)] if cell.get("t") == "s" else float(value)
        rows.append(cells)
    heads = rows[0]
    return pd.DataFrame([{heads[place]: value for place, value in one.items()} for one in rows[1:]])


READ = {"csv": from_csv, "parquet": from_parquet, "arrow": from_arrow, "xlsx": from_xlsx}


@pytest.fixture(params=list(FORMS))
def counted(request, take_in, two_times, workspace, owner, now, put_plan_in_force):
    put_plan_in_force()
    take_in(two_times)
    made = adopt_definition(workspace=workspace, spec=FORMS[request.param], person=owner, now=now, name="Antworten")
    measure_workspace(workspace=workspace, now=now)
    return made


def figure_in(row: pd.Series, side: str = "") -> float | None:
    """The figure of a line in the unit of its form, reckoned from its columns alone."""
    if row["form"] == "F3":
        return row[f"{side}times"] / (row[f"{side}exposure_seconds"] / MONTH_SECONDS)
    if row["form"] == "F4":
        return row[f"{side}median_seconds"]
    return row[f"{side}successes"] / row[f"{side}complete"]


def test_S1_15_every_format_says_in_pandas_what_the_page_says(counted, workspace, owner, client_of):
    """The judgement, reckoned anew from the columns, is the sentence of the page; its weeks are the dots of the chart."""
    page = behaviour_page(counted)
    figure = page.judgements[0].figure
    html = client_of(owner).get(f"/w/{workspace.slug}/behaviours/{KEY}/").content.decode()
    for kind, read in READ.items():
        frame = read(export_of(counted, kind).content)
        (judged,) = (row for _, row in frame[frame["period"] == "since"].iterrows())
        assert figure_in(judged) == pytest.approx(figure.value), kind
        assert figure_in(judged, "before_") == pytest.approx(figure.before_value), kind
        assert shown(judged) in html, kind
        assert shown(judged, "before_") in html, kind
        assert (judged["verdict"], judged["people"], judged["times"]) == (figure.word, figure.people, figure.times)
        assert judged["difference"] == pytest.approx(figure.difference), kind
        if page.series is None:  # too few months lie before the start for limits
            assert figure.form == "F3"
            continue
        drawn = {week.start: week.figure for week in page.series.weeks}
        told = periods_in(frame, page.series.period)
        assert set(drawn) <= set(told), kind
        assert all(told[start] == pytest.approx(value) for start, value in drawn.items()), kind


def shown(row: pd.Series, side: str = "") -> str:
    """The figure as the page writes it."""
    value = figure_in(row, side)
    return often(value) if row["form"] == "F3" else value_words(row["form"], value)


def periods_in(frame: pd.DataFrame, period: str) -> dict:
    """The figure of each period by its beginning as an instant; days of a spreadsheet are days of the workspace."""
    rows = [row for _, row in frame[frame["period"] == period].iterrows()]
    return {instant(row["period_start"]): figure_in(row) for row in rows}


def instant(told: object) -> datetime:
    if isinstance(told, float):
        return (datetime(1899, 12, 30) + timedelta(days=told)).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    moment = pd.Timestamp(told)
    return moment.to_pydatetime()
