"""Which format an archive has, by what is in it."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from allmende.connectors.archive.boxes import READ_ERRORS, Box, beside, open_box
from allmende.connectors.archive.discourse import Discourse, posts_of
from allmende.connectors.archive.jsonl import Lines
from allmende.connectors.archive.slack import Slack
from allmende.connectors.archive.stackexchange import NAMES as DUMP
from allmende.connectors.archive.stackexchange import StackExchange
from allmende.connectors.archive.stream import document
from allmende.connectors.archive.table import Table, delimiter_of, encoding_of
from allmende.connectors.archive.told import Broken, Found
from allmende.connectors.archive.zulip import Zulip
from allmende.connectors.errors import Refused

FORMATS = ("jsonl", "slack", "zulip", "stackexchange", "discourse", "csv")
START = 65_536
_DAY = re.compile(r"(^|/)[^/]+/\d{4}-\d{2}-\d{2}\.json$")
_ZULIP = re.compile(r"(^|/)(realm|messages-\d+)\.json$")
_LINES = re.compile(r"\.(jsonl|ndjson)(\.gz)?$")
# What is worth unpacking of a tar: nothing else is read.
_WORTH = re.compile(r"\.(xml|json|jsonl|ndjson|csv|tsv)$", re.IGNORECASE)
_APART = ("attachment.json", "analytics.json", "records.json")


class Source(Protocol):
    """One archive: everything it tells, as often as asked."""

    box: Box

    def found(self) -> "Any":
        """Iterator of Found."""


__all__ = ["FORMATS", "Found", "Source", "open_source", "recognise"]


def open_source(path: Path, form: str, names: Mapping[str, str] | None = None) -> tuple[str, Source]:
    """(format, source) of what lies at `path`; `form` is one of FORMATS or "auto". Raises Refused."""
    box = open_box(path, lambda name: bool(_WORTH.search(name)) and not name.endswith(_APART))
    try:
        if not box.openers or not box.total:
            raise Refused("empty", path.name)
        known = recognise(box) if form == "auto" else form
        if known == "stackexchange" and box.is_single:
            box = beside(path, DUMP | {path.name.lower(): "Posts.xml"}) if _may_have_others(path) else box
        makers: dict[str, Callable[[], Source]] = {
            "jsonl": lambda: Lines(_only(box, (".jsonl", ".ndjson", ".json")), names),
            "slack": lambda: Slack(box),
            "zulip": lambda: Zulip(box),
            "stackexchange": lambda: StackExchange(box),
            "discourse": lambda: Discourse(box),
            "csv": lambda: Table(_only(box, (".csv", ".tsv", ".txt"), most=1), names),
        }
        if known not in makers:
            raise Refused("unknown_format", known)
        return known, makers[known]()
    except BaseException:
        box.close()
        raise


def recognise(box: Box) -> str:
    """The format by the names inside, or the first words of a single file. Raises Refused."""
    names = box.names
    if not box.is_single:
        return _by_names(box, names)
    try:
        with box.open(names[0]) as file:
            start = file.read(START)
    except READ_ERRORS as error:
        raise Refused("not_readable", str(error)) from error
    finally:
        box.start_again()
    return _by_start(box, start, bool(_LINES.search(names[0].lower())))


def _by_names(box: Box, names: list[str]) -> str:
    lower = [name.lower() for name in names]
    if any(map(_ZULIP.search, lower)):
        return "zulip"
    if any(name.rpartition("/")[2] == "posts.xml" for name in lower):
        return "stackexchange"
    if any(map(_DAY.search, lower)) or {"channels.json", "users.json"} <= set(lower):
        return "slack"
    if any(map(_LINES.search, lower)):
        return "jsonl"
    if any(name.endswith((".csv", ".tsv")) for name in lower):
        return "csv"
    if any(name.endswith(".json") and _is_discourse(box, name) for name in names):
        return "discourse"
    raise Refused("unknown_format")


def _by_start(box: Box, start: bytes, is_named_lines: bool) -> str:
    text = start.decode(encoding_of(start), "replace").lstrip("\ufeff").lstrip()
    if not text:
        raise Refused("empty")
    if text.startswith("<"):
        if re.search(r"<(posts|row)\b", text):
            return "stackexchange"
        raise Refused("unknown_format")
    if text.startswith(("{", "[")):
        return _of_json(box, text, is_named_lines)
    if is_named_lines:
        return "jsonl"
    first = text.splitlines()[0]
    if "\x00" in first or delimiter_of(text) not in first:
        raise Refused("unknown_format")
    return "csv"


def _of_json(box: Box, text: str, is_named_lines: bool) -> str:
    if not is_named_lines:
        if re.match(r'\{\s*"zerver_', text):
            return "zulip"
        if _is_discourse(box, box.names[0]):
            return "discourse"
    first = text.splitlines()[0]
    if is_named_lines or (text.startswith("{") and (len(first) >= START // 2 or _is_object(first))):
        return "jsonl"
    raise Refused("unknown_format")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_discourse(box: Box, name: str) -> bool:
    try:
        with box.open(name) as file:
            found = document(file)
    except (Broken, *READ_ERRORS):
        return False
    finally:
        box.start_again()
    return isinstance(found, dict) and bool(posts_of(found))


def _may_have_others(path: Path) -> bool:
    return path.name.lower() == "posts.xml"


def _only(box: Box, ends: tuple[str, ...], most: int = 0) -> Box:
    """The box with only the files of these kinds; as it is for a single file, whatever its name."""
    if not box.is_single:
        kept = {name: one for name, one in sorted(box.openers.items()) if name.lower().endswith(ends)}
        box.openers = dict(list(kept.items())[: most or None])
        if not box.openers:
            raise Refused("empty")
    return box
