"""Tracked links with the objectives they serve, and the drawing of one link's days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from allmende.channels.models import Channel, TrackedLink
from allmende.channels.queries import LinkDays, LinkRow, link_days, links_page
from allmende.channels.states import ARRIVED, COMPLETED
from allmende.editorial.queries import writable_channels
from allmende.plan.models import Objective
from allmende.plan.queries import Chip, chips, objectives_in_force
from allmende.team.models import Workspace

WIDTH, HEIGHT, TOP, LEFT = 720, 170, 12, 36


@dataclass(frozen=True, slots=True)
class LinksBoard:
    """A page of links."""

    rows: list[tuple[LinkRow, Chip | None]]
    has_older: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One day in the drawing: how often followed, and within it how often that was done which counts."""

    day: date
    x: int
    width: int
    y: int
    height: int
    done_y: int
    done_height: int


@dataclass(frozen=True, slots=True)
class LinkBoard:
    """One link."""

    link: TrackedLink
    row: LinkRow
    chip: Chip | None
    days: tuple[tuple[date, int, int, int], ...]
    bars: tuple[Bar, ...]
    highest: int
    acts: tuple[tuple[str, int], ...]

    @property
    def has_other_deeds(self) -> bool:
        """Whether the site told of more than what the link was made for, or something else."""
        return any(act not in (ARRIVED, COMPLETED) for act, _times in self.acts)

    @property
    def used_days(self) -> "list[tuple[date, int, int, int]]":
        """The days on which something happened, the newest first."""
        return [day for day in reversed(self.days) if any(day[1:])]


@dataclass(frozen=True, slots=True)
class LinkChoices:
    """What the form offers."""

    channels: tuple[Channel, ...]
    objectives: tuple[Objective, ...]


def links_board(workspace: Workspace, show: str, page: int, now: datetime) -> LinksBoard:
    """Links, the newest first; two queries."""
    rows, has_older = links_page(workspace, show, page, workspace.day_at(now))
    known: Mapping[str, Chip] = chips(workspace, {row.link.serves_key for row in rows})
    return LinksBoard([(row, known.get(row.link.serves_key)) for row in rows], has_older)


def link_board(link: TrackedLink, now: datetime) -> LinkBoard:
    """What came of one link; four queries."""
    found = link_days(link, link.workspace.day_at(now))
    known = chips(link.workspace, {link.serves_key})
    return LinkBoard(link, found.row, known.get(link.serves_key), found.days, _bars(found), found.highest, found.acts)


def link_choices(workspace: Workspace) -> LinkChoices:
    """Channels that speak and objectives in force; two queries."""
    return LinkChoices(tuple(writable_channels(workspace)), objectives_in_force(workspace))


def _bars(found: LinkDays) -> tuple[Bar, ...]:
    days, most = found.shown, found.highest or 1
    step, full = (WIDTH - LEFT) / max(len(days), 14), HEIGHT - TOP

    def high(times: int) -> int:
        return round(times * full / most)

    return tuple(
        Bar(
            day, round(LEFT + number * step), max(round(step * 0.72), 1), HEIGHT - high(clicks), high(clicks),
            HEIGHT - high(completed), high(completed),
        )
        for number, (day, clicks, _arrived, completed) in enumerate(days)
    )  # fmt: skip
