"""Labelled texts out of a file: tab-separated, CSV or JSON lines."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT, LABEL = "text", "label"
# What may stand between the columns of a table: a spreadsheet in German writes semicolons
SIGNS = ",;\t"


class CannotRead(Exception):
    """The file holds no labelled texts. The text says why and what would help."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text and what a person called it."""

    text: str
    label: str


def read_rows(path: Path) -> tuple[list[Row], int]:
    """The rows of a file and how many lines were left out because text or label is missing. Raises CannotRead.

    `.jsonl` holds objects with `text` and `label`, `.csv` a head line that names both among its columns, set apart by commas,
    semicolons or tabs; anything else is tab-separated: text, label, and what follows is ignored.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise CannotRead(
            f"{path} cannot be read as UTF-8 text ({trouble}). A spreadsheet saves it as “CSV UTF-8”."
        ) from None
    readers = {".jsonl": _json_lines, ".csv": _table}
    found = list(readers.get(path.suffix.lower(), _tabs)(content))
    rows = [Row(text.strip(), label.strip()) for text, label in found if text.strip() and label.strip()]
    if not rows:
        raise CannotRead(f"{path} holds no line with a text and a label.")
    return rows, len(found) - len(rows)


def same_text(text: str) -> str:
    """What stays of a text when only case, signs, spaces and the person spoken to differ: equal means a duplicate."""
    plain = re.sub(r"https?://\S+|@\w+", " ", text.casefold())
    return " ".join(re.findall(r"\w+", plain)) or text.strip()


def _tabs(content: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(content.split("\n")):
        cells = line.rstrip("\r").split("\t")
        is_head = number == 0 and [cell.strip().lower() for cell in cells[:2]] == [TEXT, LABEL]
        if line.strip() and not is_head:
            yield cells[0], cells[1] if len(cells) > 1 else ""


def _table(content: str) -> Iterator[tuple[str, str]]:
    lines = content.splitlines(keepends=True)
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    for sign in SIGNS:
        head = next(csv.reader(lines[:1], delimiter=sign), [])
        names = {name.strip().lower(): place for place, name in enumerate(head)}
        if {TEXT, LABEL} <= names.keys():
            yield from _cells(csv.reader(lines, delimiter=sign), names[TEXT], names[LABEL])
            return
    raise CannotRead("The first line names no columns text and label.")


def _cells(table: Any, text: int, label: int) -> Iterator[tuple[str, str]]:
    """Text and label of each line below the head; a line that ends before one of them lacks it."""
    try:
        next(table)
        for row in table:
            if row:
                yield row[text] if text < len(row) else "", row[label] if label < len(row) else ""
    except csv.Error as trouble:
        raise CannotRead(f"The table breaks in line {table.line_num} ({trouble}).") from None


def _json_lines(content: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError as trouble:
            raise CannotRead(f"Line {number} is no JSON ({trouble}).") from None
        if not isinstance(one, dict):
            raise CannotRead(f"Line {number} is no JSON object with text and label.")
        label = one.get(LABEL)
        yield str(one.get(TEXT) or ""), "" if label is None else str(label)
