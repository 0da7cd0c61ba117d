"""A table of posts planned elsewhere, as items and variants that would come of it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import formats

from allmende.channels.models import Channel
from allmende.channels.queries import abilities_of
from allmende.channels.queries.tables import (
    CannotReadTable,
    Sheet,
    encoding_word,
    form_of,
    guessed_columns,
    plain_word,
    read_date,
    read_sheet,
)
from allmende.domain.slots import slot_at
from allmende.domain.wording import CountingRule, text_length
from allmende.editorial.catalogue import POST_HEADERS
from allmende.editorial.models import Item, PostImport
from allmende.editorial.queries.care import lacks_of_slots
from allmende.editorial.queries.drafts import counting_rule, writable_channels
from allmende.editorial.queries.lacks import Lack
from allmende.plan.models import Objective
from allmende.plan.queries import objectives_in_force
from allmende.team.models import Workspace

LONGEST_TITLE = 80
MOST_NETWORKS = 30
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%H.%M", "%H:%M Uhr", "%H Uhr")
# A preview shows so many rows, and so many more that want a look.
SHOWN_FIRST, SHOWN_WANTING = 20, 100
_PARTS = re.compile(r"\s*[,;|]\s*")
# What a time of day brings along in one cell with its day; the T of "07 OCT 2026" is none.
_TOLD_TIME = re.compile(r":|\dT\d")


@dataclass(frozen=True, slots=True)
class Post:
    """A row as it would arrive: an item with a variant for each channel. `wall`: naive, in the workspace's zone.

    `objective`: the one the row names, or none; `others`: lines of equal rows that name another one, with what they name.
    """

    line: int
    key: str
    title: str
    text: str
    link: str
    image: str
    wall: datetime
    at: datetime
    channels: tuple[Channel, ...]
    objective: Objective | None
    others: tuple[tuple[int, str], ...] = ()

    @property
    def is_titled_by_text(self) -> bool:
        return self.text.startswith(self.title)

    @property
    def slots(self) -> list[tuple[UUID | None, datetime]]:
        return [(channel.hours_id, self.at) for channel in self.channels]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that would not arrive: why (POST_REASONS), with its values, and how it begins."""

    line: int
    reason_code: str
    value: str
    raw: str


def _told(wall: datetime) -> str:
    """Such as `28 March 2027, 2:30`."""
    return f"{formats.date_format(wall, 'DATE_FORMAT')}, {wall.hour}:{wall:%M}"


@dataclass(frozen=True)
class PostSheet:
    """A table with what is wished of it. `columns`: field -> header. `networks`: those named in the table.

    `targets`: network -> id of its channel, "" if it is left out. `encoding`: one of TABLE_ENCODINGS, as said or guessed.
    """

    headers: tuple[str, ...]
    columns: Mapping[str, str]
    dates: str
    networks: tuple[str, ...]
    posts: tuple[Post, ...]
    left_out: tuple[LeftOut, ...]
    targets: Mapping[str, str]
    encoding: str

    @property
    def names_objectives(self) -> bool:
        return bool(self.columns.get("objective"))


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A row as the preview shows it: when nobody is on duty for it, and where its words are too long, by how much."""

    post: Post
    lacks: Sequence[Lack]
    too_long: Sequence[tuple[Channel, int]]


def post_imports(workspace: Workspace) -> "QuerySet[PostImport]":
    """Tables of posts, the newest first."""
    return PostImport.objects.filter(workspace=workspace).select_related("created_by").order_by("-created_at")


def uncared_posts(workspace: Workspace, posts: Sequence[Post]) -> dict[str, tuple[Lack, ...]]:
    """Which posts find nobody on duty in the care window of a new item, and when, by their key (S2-02, I-19)."""
    care = timedelta(minutes=Item._meta.get_field("care_minutes").default)
    slots = [(post.key, slot) for post in posts for slot in post.slots]
    lacks = lacks_of_slots(workspace, [slot for _key, slot in slots], care)
    found: dict[str, tuple[Lack, ...]] = {}
    for (key, _slot), missing in zip(slots, lacks, strict=True):
        if missing:
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *missing)))
    return found


def preview_of(sheet: PostSheet, uncared: Mapping[str, Sequence[Lack]]) -> list[ShownPost]:
    """The first rows of a table, and of the others those that want a look, in the order of the table."""
    channels = {one.pk: one for post in sheet.posts for one in post.channels}
    rules = {key: counting_rule(abilities_of(one).counting) for key, one in channels.items()}
    first, wanting = list[ShownPost](), list[ShownPost]()
    for number, post in enumerate(sheet.posts):
        shown = ShownPost(post, uncared.get(post.key, ()), _too_long(post, rules))
        if number < SHOWN_FIRST:
            first.append(shown)
        elif shown.lacks or shown.too_long or post.others:
            wanting.append(shown)
    return first + wanting[:SHOWN_WANTING]


def _too_long(post: Post, rules: Mapping[UUID, CountingRule]) -> list[tuple[Channel, int]]:
    """Where a network would refuse the words of a row, and by how much they are longer than it takes."""
    found = []
    for channel in post.channels:
        maximum = rules[channel.pk].maximum
        over = text_length(post.text, rules[channel.pk]) - maximum if maximum else 0
        if over > 0:
            found.append((channel, over))
    return found


def posts_folder() -> Path:
    """Where uploaded tables of posts lie."""
    folder: Path = settings.DATA / "imports" / "posts"
    return folder


def post_sheet(run: PostImport, now: datetime) -> PostSheet:
    """The run's table as it would arrive. Raises `channels.queries.tables.CannotReadTable`."""
    wishes = run.wishes
    sheet = read_sheet(Path(run.path), wishes.get("encoding", ""))
    if not sheet.rows:
        raise CannotReadTable("no_rows", run.file_name)
    columns = _columns(sheet, wishes.get("columns"))
    dates = wishes.get("dates") or form_of(sheet.column(columns.get("date", "")))
    cells = sheet.column(columns.get("network", ""))
    networks = tuple(dict.fromkeys(name for cell in cells for name in _PARTS.split(cell) if name))
    targets = _targets(run, networks)
    objectives = _objectives(run.workspace) if columns.get("objective") else {}
    reading = _Reading(run.workspace, columns, dates, targets, objectives, now)
    found = [reading.row(line, sheet.headers, cells) for line, cells in sheet.rows]
    posts = _merged(one for one in found if isinstance(one, Post))
    left_out = tuple(one for one in found if isinstance(one, LeftOut))
    ids = {name: str(channel.pk) if channel else "" for name, channel in targets.items()}
    return PostSheet(
        sheet.headers, columns, dates, networks[:MOST_NETWORKS], posts, left_out, ids, encoding_word(sheet.encoding)
    )


def _columns(sheet: Sheet, wished: Mapping[str, str] | None) -> dict[str, str]:
    """Field -> header, as wished. A header that reads differently since somebody said how letters are written is guessed anew."""
    guessed = guessed_columns(sheet, POST_HEADERS)
    if wished is None:
        return guessed
    found = {field: header for field, header in wished.items() if header in sheet.headers}
    lost = [field for field, header in wished.items() if header and field not in found and field in guessed]
    return found | {field: guessed[field] for field in lost if guessed[field] not in found.values()}


@dataclass(frozen=True)
class _Reading:
    workspace: Workspace
    columns: Mapping[str, str]
    dates: str
    targets: Mapping[str, Channel | None]
    objectives: Mapping[str, Objective]
    now: datetime

    def row(self, line: int, headers: Sequence[str], cells: Sequence[str]) -> Post | LeftOut:
        """One row as a post, or why it is none. What stands beyond the last column was cut off from another cell."""
        if any(cell.strip() for cell in cells[len(headers) :]):
            return LeftOut(line, "too_many_cells", str(len(headers)), " | ".join(cells)[:200])
        return self.post(line, dict(zip(headers, cells, strict=False)))

    def post(self, line: int, row: Mapping[str, str]) -> Post | LeftOut:
        """One row as a post, or why it is none."""

        def cell(field: str) -> str:
            return row.get(self.columns.get(field, ""), "").strip()

        raw = " | ".join(row.values())[:200]
        text, day = cell("text"), cell("date")
        if not text:
            return LeftOut(line, "no_text", "", raw)
        if not day:
            return LeftOut(line, "no_date", "", raw)
        wall = self._wall(day, cell("time"))
        if wall is None:
            return LeftOut(line, "bad_date", f"{day} {cell('time')}".strip(), raw)
        is_epoch = self.dates == "epoch" and read_date(day, "epoch") is not None
        if not (cell("time") or _TOLD_TIME.search(day) or is_epoch):
            return LeftOut(line, "no_time", day, raw)
        slot = slot_at(wall, self.workspace.zone)
        if slot.change == "missing":
            return LeftOut(line, "skipped", _told(wall), raw)
        if slot.at < self.now:
            return LeftOut(line, "passed", _told(wall), raw)
        names = [name for name in _PARTS.split(cell("network")) if name] or [""]
        channels = tuple(dict.fromkeys(channel for name in names if (channel := self.targets.get(name))))
        if not channels:
            named = ", ".join(name for name in names if name)
            return LeftOut(line, "no_channel" if named else "names_no_channel", named, raw)
        named = cell("objective")
        objective = self.objectives.get(plain_word(named))
        if named and not objective:
            return LeftOut(line, "no_objective", named, raw)
        link = cell("link")
        words = text if not link or link in text else f"{text}\n\n{link}"
        title = (cell("title") or text.splitlines()[0])[:LONGEST_TITLE]
        key = hashlib.sha256(f"{wall.isoformat()}\x1f{title}\x1f{words}".encode("utf-8", "replace")).hexdigest()
        return Post(line, key, title, words, link[:500], cell("image"), wall, slot.at, channels, objective)

    def _wall(self, day: str, time: str) -> datetime | None:
        at = read_date(day, self.dates) or read_date(day, "iso")
        if at is None:
            return None
        if at.tzinfo is not None:
            at = at.astimezone(ZoneInfo(self.workspace.zone)).replace(tzinfo=None)
        if time:
            clock = next((found for form in TIME_FORMATS if (found := read_date(time, form))), None)
            if clock is None:
                return None
            at = at.replace(hour=clock.hour, minute=clock.minute)
        return at.replace(second=0, microsecond=0)


def _merged(posts: Iterator[Post]) -> tuple[Post, ...]:
    """Rows that say the same at the same time in several channels are one item."""
    found: dict[str, Post] = {}
    for post in posts:
        first = found.get(post.key)
        found[post.key] = _joined(first, post) if first else post
    return tuple(found.values())


def _joined(first: Post, post: Post) -> Post:
    channels = tuple(dict.fromkeys((*first.channels, *post.channels)))
    objective, others = first.objective or post.objective, first.others
    if objective and post.objective and objective.key != post.objective.key:
        others = (*others, (post.line, f"{post.objective.code} {post.objective.short_name}"))
    return replace(first, channels=channels, image=first.image or post.image, objective=objective, others=others)


def _objectives(workspace: Workspace) -> dict[str, Objective]:
    """The objectives of the plan in force by what a row may call them, without signs and case. A name that several bear names
    none of them, and a code goes before a name."""
    objectives = list(objectives_in_force(workspace))
    bearers = Counter(plain_word(one.short_name) for one in objectives)
    names = {word: one for one in objectives if bearers[word := plain_word(one.short_name)] == 1}
    codes = {
        plain_word(word): one for one in objectives for word in (f"{one.code} {one.short_name}", one.key, one.code)
    }
    return {word: one for word, one in (names | codes).items() if word}


def _targets(run: PostImport, networks: tuple[str, ...]) -> dict[str, Channel | None]:
    """The channel for each name in the table ("" for rows that name none), as wished, else the one called like it."""
    channels = {str(channel.pk): channel for channel in writable_channels(run.workspace)}
    wished = run.wishes.get("channels", {})
    first = next(iter(channels.values()), None) if len(channels) == 1 else None
    return {
        name: channels.get(wished[name]) if name in wished else _alike(name, channels.values()) or first
        for name in ("", *networks)
    }


def _alike(name: str, channels: Iterable[Channel]) -> Channel | None:
    word = plain_word(name)
    if not word:
        return None
    return next((one for one in channels if word in (plain_word(one.name), plain_word(one.slug), _kind(one))), None)


def _kind(channel: Channel) -> str:
    return channel.account.kind if channel.account else ""
