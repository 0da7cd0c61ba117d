"""A table of measured values as the plan would take it in: which column is what, which rows hold, and why others do not."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.channels.queries.tables import Sheet, form_of, read_date
from allmende.plan import states
from allmende.plan.catalogue.proof import VALUE_HEADERS
from allmende.plan.models import LAYER_MODELS, EvidenceUpload, Goal, Objective, Strategy, Tactic, rows_of
from allmende.team.models import Workspace

FIELDS = ("element", "source", "date", "begins", "value", "unit", "n", "note")
PERCENT = "%"
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# "1,234" may be a thousand or a little more than one: nobody guesses.
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,'’ ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


@dataclass(frozen=True)
class Place:
    """An element of the plan in force that a value can belong to; `code` is empty for goals and levers."""

    key: str
    layer: str
    code: str
    name: str

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True)
class Measured:
    """A row that holds. A value in per cent became a `share`."""

    line: int
    key: str
    source: str
    begins_at: datetime
    ends_at: datetime
    value: float | None
    share: float | None
    unit: str
    n: int | None
    note: str = ""


@dataclass(frozen=True)
class Refused:
    """A row that does not: why (`catalogue.VALUE_REASONS`), the word it stumbled over, and its cells."""

    line: int
    reason_code: str
    word: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Values:
    """The table as it would arrive. `columns`: field -> header; `dates`: how its days are written."""

    columns: Mapping[str, str]
    dates: str
    rows: tuple[Measured, ...]
    refused: tuple[Refused, ...]


class _Stumbled(Exception):
    def __init__(self, code: str, word: str = "") -> None:
        self.code, self.word = code, word


def places_of(workspace: Workspace) -> tuple[Place, ...]:
    """Goals, objectives, levers and tactics of the plan in force, from the goal down; four queries."""
    here = {"version__workspace": workspace, "version__state": states.PUBLISHED}
    return (
        *(
            Place(key, "goal", "", name)
            for key, name in Goal.objects.filter(**here).values_list("key", "plain_statement")
        ),
        *(
            Place(key, "objective", code, name)
            for key, code, name in Objective.objects.filter(**here).values_list("key", "code", "short_name")
        ),
        *(
            Place(key, "strategy", "", name)
            for key, name in Strategy.objects.filter(**here).values_list("key", "emotion")
        ),
        *(
            Place(key, "tactic", code, name)
            for key, code, name in Tactic.objects.filter(**here).values_list("key", "code", "name")
        ),
    )


def known_keys(workspace: Workspace, keys: Collection[str]) -> set[str]:
    """Which of these keys are parts of the plan, of any layer: in force, once in force or in the draft."""
    found: set[str] = set()
    for layer in LAYER_MODELS:
        wanted = {key for key in keys if key.startswith(f"{layer}-")}
        if wanted:
            rows = rows_of(layer).filter(key__in=wanted, version__workspace=workspace)
            shown = (states.DRAFT, *states.IN_FORCE_ONCE)
            found |= set(rows.filter(version__state__in=shown).order_by().values_list("key", flat=True))
    return found


def values_of(upload: EvidenceUpload, today: date) -> Values:
    """The upload's table, row by row; four queries. Values of days after `today` are not believed."""
    rows = tuple((line, tuple(cells)) for line, cells in upload.rows)
    sheet = Sheet(tuple(upload.headers), rows, "", "")
    wishes = upload.wishes
    columns = wishes.get("columns") or guessed_columns(sheet.headers)
    dates = wishes.get("dates") or form_of(sheet.column(columns.get("date", "")))
    names: dict[str, str | None] = {}
    for place in places_of(upload.workspace):
        for name in {place.key, place.code, place.name, place.label}:
            folded = name.casefold()
            if folded:
                names[folded] = place.key if names.get(folded, place.key) == place.key else None
    reading = _Reading(columns, dates, names, wishes, ZoneInfo(upload.workspace.zone), today)
    measured: dict[tuple[str, str, datetime, datetime], Measured] = {}
    refused: list[Refused] = []
    for line, cells in sheet.rows:
        try:
            one = reading.row(line, dict(zip(sheet.headers, cells, strict=False)))
            known = (one.key, one.source, one.begins_at, one.ends_at)
            if known in measured:
                raise _Stumbled("twice", str(measured[known].line))
            measured[known] = one
        except _Stumbled as why:
            refused.append(Refused(line, why.code, why.word, cells))
    return Values(columns, dates, tuple(measured.values()), tuple(refused))


def guessed_columns(headers: tuple[str, ...]) -> dict[str, str]:
    """Which header is which field, by the words people use."""
    found: dict[str, str] = {}
    for header in headers:
        word = re.sub(r"[^a-z0-9%]", "", header.casefold().translate(str.maketrans("äöüß", "aous")))
        field = next((field for field, words in VALUE_HEADERS.items() if word in words.split()), "")
        if field and field not in found:
            found[field] = header
    return found


def read_number(text: str) -> float | None:
    """A number as people write it, "7,9" and "1.234,5" too; None if it is none, or could be two."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").strip()
    if AMBIGUOUS.fullmatch(plain):
        return None
    if GROUPED.fullmatch(plain):
        decimal = max(plain.rfind(","), plain.rfind("."))
        has_decimals = len(plain) - decimal - 1 != 3 or len({sign for sign in plain if sign in ",.'’ "}) > 1
        whole, part = (plain[:decimal], plain[decimal + 1 :]) if decimal >= 0 and has_decimals else (plain, "")
        plain = re.sub(r"[.,'’ ]", "", whole) + (f".{part}" if part else "")
    plain = plain.replace(",", ".")
    return float(plain) if NUMBER.fullmatch(plain) and len(plain) < 20 else None


@dataclass(frozen=True)
class _Reading:
    columns: Mapping[str, str]
    dates: str
    names: Mapping[str, str | None]
    wishes: Mapping[str, str]
    zone: ZoneInfo
    today: date

    def row(self, line: int, row: Mapping[str, str]) -> Measured:
        def cell(field: str) -> str:
            return row.get(self.columns.get(field, ""), "").strip()

        key = self._element(cell("element"))
        source = cell("source") or self.wishes.get("source", "")
        if not source:
            raise _Stumbled("no_source")
        ends = self._day(cell("date"), "no_date")
        begins = self._day(cell("begins"), "") if cell("begins") else ends
        if begins > ends:
            raise _Stumbled("ends_before", f"{cell('begins')}, {cell('date')}")
        if ends > self.today:
            raise _Stumbled("in_future", cell("date"))
        unit, typed = cell("unit") or self.wishes.get("unit", ""), cell("value")
        if typed.endswith(PERCENT):
            typed, unit = typed.removesuffix(PERCENT), PERCENT
        value, share = measured_as(self._number(typed, "no_value"), unit)
        if share is not None and not 0 <= share <= 1:
            raise _Stumbled("beyond", cell("value"))
        n = self._number(cell("n"), "") if cell("n") else None
        if n is not None and (n < 0 or n != int(n) or n > 10**9):
            raise _Stumbled("bad_n", cell("n"))
        begins_at, ends_at = span_of(begins, ends, self.zone)
        unit = "" if unit == PERCENT else unit[:24]
        cases = None if n is None else int(n)
        return Measured(line, key, source[:80], begins_at, ends_at, value, share, unit, cases, cell("note")[:200])

    def _element(self, name: str) -> str:
        if not name:
            if self.wishes.get("key"):
                return self.wishes["key"]
            raise _Stumbled("no_element")
        key = self.names.get(name.casefold(), "")
        if key is None:
            raise _Stumbled("two_elements", name)
        if not key:
            raise _Stumbled("unknown_element", name)
        return key

    def _day(self, written: str, missing: str) -> date:
        if not written:
            raise _Stumbled(missing)
        found = read_date(written, self.dates) or read_date(written, "iso")
        if found is None:
            raise _Stumbled("bad_date", written)
        return found.date()

    def _number(self, written: str, missing: str) -> float:
        if not written.strip():
            raise _Stumbled(missing)
        number = read_number(written)
        if number is None:
            raise _Stumbled("two_numbers" if AMBIGUOUS.fullmatch(written.strip()) else "bad_number", written)
        return number


def measured_as(number: float, unit: str) -> tuple[float | None, float | None]:
    """(value, share): per cent are kept as a share, everything else as it is."""
    return (None, number / 100) if unit == PERCENT else (number, None)


def span_of(begins: date, ends: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first moment of a day to the last second of another."""
    start = datetime.combine(begins, time(), zone)
    return start, datetime.combine(ends, time(), zone) + timedelta(hours=23, minutes=59, seconds=59)
