"""A table in which a site tells what people did there who came by our links, as it would arrive (S3-22)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from allmende.channels.catalogue.arrivals import ARRIVAL_FIELDS, ARRIVAL_HEADERS, ARRIVAL_WORDS, CLICKS
from allmende.channels.models import ArrivalUpload, LinkArrival, TrackedLink
from allmende.channels.queries.tables import form_of, guessed_columns, plain_word, read_date, read_sheet
from allmende.domain.slots import is_in_reach
from allmende.domain.tracked_link import host_and_path
from allmende.team.models import Workspace

LONGEST_CELL = 255
AT_ONCE = 500
_CODE = re.compile(r"(?:.*/l/)?(?P<code>[0-9a-z]{1,12})/?", re.IGNORECASE)
_ACTS = {word: act for act, words in ARRIVAL_WORDS.items() for word in (*words.split(), act.replace("_", ""))}


@dataclass(frozen=True, slots=True)
class ToldArrival:
    """A row as it would arrive. `actor`: a number for the person, None where the row gives no key."""

    line: int
    link: TrackedLink
    act: str
    occurred_at: datetime
    event_id: str
    actor: int | None


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A row that would not arrive: why (ARRIVAL_REASONS), with its value, and how it begins."""

    line: int
    reason_code: str
    value: str
    raw: str


@dataclass(frozen=True)
class ArrivalSheet:
    """A table with what is wished of it. `columns`: field -> header. `known`: how many rows are no news."""

    headers: tuple[str, ...]
    columns: Mapping[str, str]
    dates: str
    arrivals: tuple[ToldArrival, ...]
    left_out: tuple[LeftOutRow, ...]
    known: int


def arrival_uploads(workspace: Workspace) -> "QuerySet[ArrivalUpload]":
    """Tables of arrivals, the newest first."""
    return ArrivalUpload.objects.filter(workspace=workspace).select_related("created_by").order_by("-created_at")


def arrivals_folder() -> Path:
    """Where uploaded tables of arrivals lie."""
    folder: Path = settings.DATA / "imports" / "arrivals"
    return folder


def arrival_sheet(upload: ArrivalUpload, now: datetime) -> ArrivalSheet:
    """The upload's table as it would arrive, each event once. Raises `channels.queries.tables.CannotReadTable`."""
    sheet = read_sheet(Path(upload.path))
    columns = guessed_columns(sheet, ARRIVAL_HEADERS)
    if "columns" in upload.wishes:
        columns = {field: header for field, header in upload.wishes["columns"].items() if header in sheet.headers}
    dates = upload.wishes.get("dates") or form_of(sheet.column(columns.get("at", "")))
    reading = _Reading(upload.workspace, columns, dates, now)
    found = [reading.row(line, dict(zip(sheet.headers, cells, strict=False))) for line, cells in sheet.rows]
    told = [one for one in found if isinstance(one, ToldArrival)]
    known = _known(told)
    fresh = {(one.link.pk, one.event_id): one for one in reversed(told) if (one.link.pk, one.event_id) not in known}
    arrivals = tuple(reversed(fresh.values()))
    left_out = tuple(one for one in found if isinstance(one, LeftOutRow))
    return ArrivalSheet(sheet.headers, columns, dates, arrivals, left_out, len(told) - len(arrivals))


def actor_of(link: TrackedLink, key: str) -> int:
    """A number for a person of the link's target: the same for the same key, and nobody gets from it to the key."""
    place = f"{link.workspace_id}/{host_and_path(link.target)[0]}/{key}"
    return int.from_bytes(salted_hmac("channels.arrival", place, algorithm="sha256").digest()[:8], "big") >> 1


@dataclass(frozen=True)
class _Reading:
    workspace: Workspace
    columns: Mapping[str, str]
    dates: str
    now: datetime

    @cached_property
    def links(self) -> dict[str, TrackedLink]:
        return {one.code: one for one in TrackedLink.objects.filter(workspace=self.workspace)}

    def row(self, line: int, row: Mapping[str, str]) -> ToldArrival | LeftOutRow:
        """One row as an arrival, or why it is none."""
        cells = {field: row.get(self.columns.get(field, ""), "").strip() for field in ARRIVAL_FIELDS}
        raw = " | ".join(row.values())[:200]
        fault = self._fault(cells)
        if fault is not None:
            return LeftOutRow(line, fault[0], fault[1][:60], raw)
        link, act, at = self.links[_code(cells["code"])], _ACTS[plain_word(cells["act"])], self._moment(cells["at"])
        assert at is not None  # noqa: S101 - `_fault` read it
        event_id = cells["id"] or _made_id(link, act, at, cells["person"])
        return ToldArrival(line, link, act, at, event_id, actor_of(link, cells["person"]) if cells["person"] else None)

    def _fault(self, cells: Mapping[str, str]) -> tuple[str, str] | None:
        if any(len(cell) > LONGEST_CELL for cell in cells.values()):
            return "too_long", ""
        if not cells["code"]:
            return "no_code", ""
        link = self.links.get(_code(cells["code"]))
        if link is None:
            return "unknown_code", cells["code"]
        if not cells["act"]:
            return "no_act", ""
        if plain_word(cells["act"]) not in _ACTS:
            return "click" if plain_word(cells["act"]) in CLICKS else "unknown_act", cells["act"]
        if "@" in cells["person"]:
            return "names_somebody", ""
        return self._fault_of_time(link, cells["at"])

    def _fault_of_time(self, link: TrackedLink, cell: str) -> tuple[str, str] | None:
        if not cell:
            return "no_time", ""
        at = self._moment(cell)
        if at is None:
            return "bad_time", cell
        if at > self.now:
            return "to_come", cell
        is_before = self.workspace.day_at(at) < self.workspace.day_at(link.created_at)
        return ("before_link", cell) if is_before else None

    def _moment(self, cell: str) -> datetime | None:
        at = read_date(cell, self.dates) or read_date(cell, "iso")
        if at and not is_in_reach(at.date()):
            return None
        return at.replace(tzinfo=ZoneInfo(self.workspace.zone)) if at and at.tzinfo is None else at


def _known(told: Iterable[ToldArrival]) -> set[tuple[UUID, str]]:
    ids: dict[UUID, list[str]] = {}
    for one in told:
        ids.setdefault(one.link.pk, []).append(one.event_id)
    found: set[tuple[UUID, str]] = set()
    for link, events in ids.items():
        for first in range(0, len(events), AT_ONCE):
            rows = LinkArrival.objects.filter(link_id=link, event_id__in=events[first : first + AT_ONCE])
            found |= {(link, event_id) for event_id in rows.values_list("event_id", flat=True)}
    return found


def _made_id(link: TrackedLink, act: str, at: datetime, person: str) -> str:
    said = f"{link.code}\x1f{act}\x1f{at.isoformat()}\x1f{person}"
    return f"csv:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _code(cell: str) -> str:
    """The code in a cell that bears it alone or as the whole short address."""
    found = _CODE.fullmatch(cell)
    return found["code"].lower() if found else cell
