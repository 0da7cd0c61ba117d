"""The calendar by channel: a column each, whose cells are the hours of a day or the days of a week (S4-24)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from allmende.domain.service_hours import Hours
from allmende.editorial.queries.entries import Entry

FIRST_HOUR, LAST_HOUR = 6, 22


@dataclass(slots=True)
class Cell:
    """An hour of a day, the night before six or after ten, or a whole day; `wall` is an hour's first minute, 09:00.

    `is_cared`: it lies in a care window, and there, `is_lacking`, nobody is on duty.
    """

    label: str
    entries: list[Entry] = field(default_factory=list)
    wall: str = ""
    is_open: bool = False
    is_cared: bool = False
    is_lacking: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A channel's column."""

    name: str
    kind: str
    cells: Sequence[Cell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.entries for cell in self.cells)


def lanes_of(channels: Sequence[tuple[str, str]], days: Sequence[tuple[date, Sequence[Entry]]]) -> list[Lane]:
    """A lane for each of `channels` (name, kind of account) and for any other channel that says something in these days."""
    names = dict.fromkeys(channels)
    names |= dict.fromkeys((entry.channel_name, entry.channel_kind) for _on, entries in days for entry in entries)
    return [
        Lane(
            name,
            kind,
            [
                _whole_day(on, [one for one in entries if (one.channel_name, one.channel_kind) == (name, kind)])
                for on, entries in days
            ],
        )
        for name, kind in names
    ]


def _whole_day(on: date, entries: list[Entry]) -> Cell:
    return Cell("", entries, on=on, is_lacking=any(entry.lacks for entry in entries))


def by_hour(lanes: Sequence[Lane], on: date, hours: Hours) -> list[Lane]:
    """The lanes of one day, hour by hour."""
    return [Lane(lane.name, lane.kind, cells_of(on, lane.cells[0].entries, hours)) for lane in lanes]


def cells_of(on: date, entries: Sequence[Entry], hours: Hours) -> list[Cell]:
    """The night before six, the hours from six to ten in the evening, the night after."""
    zone = ZoneInfo(hours.zone)
    marks = [0, *range(FIRST_HOUR, LAST_HOUR + 1), 24]
    cells = []
    for begins, ends in pairwise(marks):
        is_night = ends - begins > 1
        label = f"{begins}:00–{ends}:00" if is_night else f"{begins}:00"
        wall = datetime.combine(on, time(begins if not is_night or begins else 0))
        inside = [entry for entry in entries if entry.at and begins <= entry.at.hour < ends]
        cell = Cell(label, inside, f"{wall:%H:%M}", on=on)
        at = wall.replace(tzinfo=zone)
        cell.is_open = not is_night and hours.is_open(at + timedelta(minutes=29))
        cell.is_cared = not is_night and any(
            entry.at < at + timedelta(hours=1) and entry.until > at
            for entry in entries
            if entry.at and entry.until and entry.variant_id
        )
        cell.is_lacking = not is_night and any(
            lack.starts_at < at + timedelta(hours=1) and lack.ends_at > at for entry in entries for lack in entry.lacks
        )
        cells.append(cell)
    return cells
