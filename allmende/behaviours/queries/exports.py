"""One behaviour as a table to take along: what was counted in each period under each version, and what was judged. Nobody
is named, and small groups are left out (`domain.md` 4.6)."""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, GroupCount, Measurement, Verdict
from allmende.behaviours.queries.asked import smallest_group
from allmende.behaviours.queries.definitions import counted_as, name_of, version_name
from allmende.behaviours.queries.group_counts import group_tables
from allmende.behaviours.queries.samples import too_noisy_among
from allmende.behaviours.queries.sentence import plain_sentence
from allmende.behaviours.queries.verdicts import too_noisy
from allmende.domain.verdict import TOO_NOISY, Word, wilson
from allmende.ledger.definition import SHARES
from allmende.plan.queries import objectives_in_force
from allmende.team.models import Workspace

Line = dict[str, Any]
# What a row says of itself; the figures follow as `Measurement` has them, then what only a judgement has.
_ABOUT = {
    "behaviour": str,
    "version": int,
    "form": str,
    "objective": str,
    "group_kind": str,
    "group": str,
    "period": str,
    "period_start": datetime,
    "period_end": datetime,
}
_PLAIN: dict[type, type] = {
    models.PositiveIntegerField: int,
    models.PositiveBigIntegerField: int,
    models.FloatField: float,
    models.BooleanField: bool,
}
_FIGURES = {field.name: _PLAIN[type(field)] for field in Measurement._meta.concrete_fields if type(field) in _PLAIN} | {
    "share": float
}
_JUDGED = {
    "before_start": datetime, "before_successes": int, "before_complete": int, "before_people": int, "before_times": int,
    "before_share": float, "before_exposure_seconds": int, "before_median_seconds": float, "before_p90_seconds": float,
    "true_share": float, "true_low": float, "true_high": float, "before_true_share": float, "before_true_low": float,
    "before_true_high": float, "raw_difference": float, "raw_low": float, "raw_high": float,
    "difference": float, "difference_low": float, "difference_high": float, "least_relevant_difference": float,
}  # fmt: skip
_OF_FORM = [
    f"{side}{name}" for side in ("", "before_") for name in ("exposure_seconds", "median_seconds", "p90_seconds")
]
# What a sample makes of it (domain 4.5): empty without one, and then the difference is that of the counted shares.
_PUT_RIGHT = [
    "true_share", "true_low", "true_high", "before_true_share", "before_true_low", "before_true_high", "raw_difference", "raw_low",
    "raw_high",
]  # fmt: skip
_SAID = {"verdict": str, "flags": str, "reason": str, "is_withheld": bool}
COLUMNS: dict[str, type] = {**_ABOUT, **_FIGURES, **_JUDGED, **_SAID}
SINCE, GROUPS = "since", "groups"


@dataclass(frozen=True)
class Export:
    """A file to take along."""

    content: bytes
    content_type: str
    name: str


def export_of(definition: BehaviourDefinition, kind: str) -> Export:
    """The behaviour as a file of this kind, one of `EXPORTS`."""
    write, content_type = EXPORTS[kind]
    content = write(definition, export_lines(definition))
    return Export(content, content_type, f"{definition.key}.{kind}")


def export_lines(definition: BehaviourDefinition) -> list[Line]:
    """Weeks, months and all time of every version that was in force, then the newest judgement for each objective
    (`period` "since"). What fewer people than the floor stand behind is empty and marked `is_withheld`; so are further
    rows, where one could be found out by subtracting the others from their sum. Last the groups of people of the version in
    force (`period` "groups"), which are kept only as far as they may be told. Of a version that samples found right too seldom
    every row is empty, with that `reason` (4.5): a file travels."""
    workspace, key = definition.workspace, definition.key
    versions = BehaviourDefinition.objects.filter(workspace=workspace, key=key).exclude(state=states.DRAFT)
    counted = Measurement.objects.filter(definition__in=versions, period_kind__in=("week", "month", "all"))
    rows = counted.select_related("definition__workspace").order_by("definition__number", "period_kind", "period_start")
    lines = [_counted(row) for row in rows]
    judged = Verdict.objects.filter(definition__in=versions).select_related("definition__workspace")
    codes = {one.key: one.code for one in objectives_in_force(workspace)}
    newest = {(row.definition_id, row.objective_key): row for row in judged.order_by("period_end", "judged_at")}
    found = [_judged(row, codes.get(row.objective_key, "")) for row in newest.values()]
    lines += sorted(found, key=lambda one: (one["version"], one["objective"]))
    floor = smallest_group(workspace)
    told = _guarded(lines, floor) + _of_groups(definition, floor)
    noisy = _noisy_among(workspace, versions, {row.definition_id for row in newest.values()})
    return [_too_noisy(one) if one["version"] in noisy else one for one in told]


def _noisy_among(workspace: Workspace, versions: Iterable[BehaviourDefinition], judged: Collection[object]) -> set[int]:
    """Numbers of the versions of which the plan was told that nothing is reported; of one that was never judged, its samples say
    it. Two queries, and one more where there is such a one."""
    held_back = {name for _key, name in too_noisy(workspace)}
    unjudged = [one for one in versions if one.pk not in judged]
    noisy = too_noisy_among(unjudged) if unjudged else set()
    return {one.number for one in versions if version_name(one) in held_back or one.pk in noisy}


def _of_groups(definition: BehaviourDefinition, floor: int) -> list[Line]:
    tables = group_tables(definition, floor)
    counts = [("all", "", tables[0].whole)] if tables else []
    counts += [
        (table.name or table.kind, ", ".join(name or gettext("not told") for name in line.names), line.count)
        for table in tables
        for line in table.lines
    ]
    return [_grouped(kind, name, one) for kind, name, one in counts]


def _grouped(kind: str, name: str, count: GroupCount) -> Line:
    figures = {column: getattr(count, column) for column in _FIGURES if hasattr(count, column)}
    line = _line(count.definition, GROUPS, count.period_start, count.period_end)
    return line | figures | {"group_kind": kind, "group": name}


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _counted(row: Measurement) -> Line:
    figures = {name: getattr(row, name) for name in _FIGURES}
    return _line(row.definition, row.period_kind, row.period_start, row.period_end) | figures


def _judged(row: Verdict, code: str) -> Line:
    own = wilson(row.k, row.n) if row.n and row.form in SHARES else None
    told = {
        "objective": code, "complete": row.n, "censored": row.open_units, "successes": row.k, "people": row.people,
        "times": row.times, "low": own.low if own else None, "high": own.high if own else None, "share": row.share,
        "before_start": row.before_start, "before_successes": row.before_k, "before_complete": row.before_n,
        "before_people": row.before_people, "before_times": row.before_times, "before_share": row.before_share,
        **{name: getattr(row, name) for name in (*_OF_FORM, *_PUT_RIGHT)}, "form": row.form,
        "difference": row.difference, "difference_low": row.low, "difference_high": row.high,
        "least_relevant_difference": row.least_relevant_difference, "verdict": row.word, "flags": " ".join(row.flags),
        "reason": row.reason_code,
    }  # fmt: skip
    return _line(row.definition, SINCE, row.period_start, row.period_end) | told


def _line(definition: BehaviourDefinition, period: str, start: datetime, end: datetime) -> Line:
    zone = ZoneInfo(definition.workspace.zone)
    known = {"behaviour": definition.key, "version": definition.number, "form": definition.spec["form"]}
    times = {"period": period, "period_start": start.astimezone(zone), "period_end": end.astimezone(zone)}
    return dict.fromkeys(COLUMNS) | known | times | {"is_withheld": False}


def _guarded(lines: Sequence[Line], floor: int) -> list[Line]:
    found: list[Line] = []
    for _key, group in groupby(lines, key=lambda one: (one["version"], one["period"])):
        part = list(group)
        held = _held_back(part, floor)
        found += [_without_figures(one) if place in held else one for place, one in enumerate(part)]
    return found


def _held_back(part: Sequence[Line], floor: int) -> set[int]:
    """Places of the rows of few people, and of the smallest others until all that is held back speaks of enough people."""
    held = {place for place, one in enumerate(part) if _is_few(one, floor)}
    others = sorted(set(range(len(part))) - held, key=lambda place: part[place]["people"])
    while held and others and sum(part[place]["people"] or 0 for place in held) < floor:
        held.add(others.pop(0))
    return held


def _is_few(line: Line, floor: int) -> bool:
    groups = (line["people"], line["before_people"], line["complete"], line["before_complete"])
    return any(0 < group < floor for group in groups if group is not None)


def _without_figures(line: Line) -> Line:
    return line | dict.fromkeys([*_FIGURES, *_JUDGED]) | {"is_withheld": True}


def _too_noisy(line: Line) -> Line:
    word = str(Word.NOT_MEASURABLE) if line["verdict"] else None
    return _without_figures(line) | {"verdict": word, "flags": None, "reason": TOO_NOISY}


def _as_csv(definition: BehaviourDefinition, lines: Sequence[Line]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(one[name]) for name in COLUMNS] for one in lines)
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return safe_cell(value) if isinstance(value, str) else value


def _as_xlsx(definition: BehaviourDefinition, lines: Sequence[Line]) -> bytes:
    import xlsxwriter

    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        heads, days = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(gettext("Figures"))
        sheet.write_row(0, 0, COLUMNS, heads)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(lines)), len(COLUMNS) - 1)
        for number, one in enumerate(lines, 1):
            for place, name in enumerate(COLUMNS):
                _write(sheet, number, place, one[name], days)
        sheet.set_column(0, len(COLUMNS) - 1, 14)
        about = book.add_worksheet(gettext("Definition"))
        for number, (head, text) in enumerate(_facts(definition)):
            about.write_string(number, 0, head, heads)
            about.write_string(number, 1, text)
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 100)
    return content.getvalue()


def _write(sheet: Any, number: int, place: int, value: Any, days: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(number, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(number, place, value.replace(tzinfo=None), days)
    elif isinstance(value, str):
        sheet.write_string(number, place, value)
    elif value is not None:
        sheet.write_number(number, place, value)


def _facts(definition: BehaviourDefinition) -> Iterable[tuple[str, str]]:
    yield gettext("Behaviour"), name_of(definition)
    yield gettext("Version"), version_name(definition)
    yield gettext("Counted as"), plain_sentence(counted_as(definition))
    yield gettext("Zone"), definition.workspace.zone
    yield (
        gettext("Left out"),
        gettext(
            "Rows marked is_withheld: too few people stand behind them to be told outside; with the reason labels_too_noisy, a"
            " sample showed that they are counted right too seldom."
        ),
    )


def _as_parquet(definition: BehaviourDefinition, lines: Sequence[Line]) -> bytes:
    import pyarrow.parquet as pq

    content = BytesIO()
    pq.write_table(_table(lines), content)
    return content.getvalue()


def _as_arrow(definition: BehaviourDefinition, lines: Sequence[Line]) -> bytes:
    import pyarrow as pa

    content, table = BytesIO(), _table(lines)
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    return content.getvalue()


def _table(lines: Sequence[Line]) -> Any:
    import pyarrow as pa

    types = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        datetime: pa.timestamp("us", "UTC"),
    }
    return pa.Table.from_pylist(list(lines), pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()]))


EXPORTS: Mapping[str, tuple[Callable[[BehaviourDefinition, Sequence[Line]], bytes], str]] = {
    "csv": (_as_csv, "text/csv; charset=utf-8"),
    "xlsx": (_as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (_as_parquet, "application/vnd.apache.parquet"),
    "arrow": (_as_arrow, "application/vnd.apache.arrow.file"),
}
