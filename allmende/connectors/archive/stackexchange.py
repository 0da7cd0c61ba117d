"""Stack Exchange's dump: Posts.xml, and beside it Users.xml, Comments.xml and Votes.xml if they are there.

Each `<row …/>` is cut out of the text and parsed alone, so a broken one costs itself; declarations and entities never
reach the parser.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO
from xml.parsers import expat

from allmende.connectors.archive.boxes import READ_ERRORS, Box, TooPacked
from allmende.connectors.archive.told import RAW_LENGTH, Broken, Found, Told, in_iso, name_of, refusal
from allmende.connectors.neutral import Author

NAMES = {name.lower(): name for name in ("Posts.xml", "Users.xml", "Comments.xml", "Votes.xml")}
LONGEST_ROW = 1_000_000
CHUNK = 1 << 16
QUESTION, ANSWER = "1", "2"
ACCEPTED = "1"
COMMUNITY = "-1"
KEPT = ("Score", "ViewCount", "Tags", "CommentCount", "ClosedDate")
_ROW = re.compile(r"""<row\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*/?>""")

Attributes = dict[str, str]


class StackExchange:
    """Questions, answers and comments of one site."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._people: dict[str, Author] = {}
        self._accepted: dict[str, datetime] = {}
        self._threads: dict[str, str] = {}
        self._has_comments = self._name("Comments.xml") is not None
        for row in self._rows("Users.xml"):
            if isinstance(row, dict) and row.get("Id"):
                name = row.get("DisplayName", "")
                self._people[row["Id"]] = Author(row["Id"], name, name, is_bot=row["Id"] == COMMUNITY)
        for row in self._rows("Votes.xml"):
            if isinstance(row, dict) and row.get("VoteTypeId") == ACCEPTED and row.get("PostId"):
                try:
                    self._accepted[row["PostId"]] = in_iso(row.get("CreationDate"), "CreationDate")
                except Broken:
                    continue

    def found(self) -> Iterator[Found]:
        """Posts, then comments."""
        self._threads.clear()
        for file, read in (("Posts.xml", self._post), ("Comments.xml", self._comment)):
            shown = "" if self.box.is_single else file
            for line, raw, row in self._numbered(file):
                try:
                    if isinstance(row, Broken):
                        raise row
                    told = read(row)
                except Broken as broken:
                    yield shown, line, refusal(line, raw, broken, shown)
                    continue
                if told is not None:
                    yield shown, line, told

    def _rows(self, file: str) -> Iterator[Attributes | Broken]:
        return (row for _, _, row in self._numbered(file))

    def _numbered(self, file: str) -> Iterator[tuple[int, str, Attributes | Broken]]:
        name = self._name(file)
        if name is None and self.box.is_single and file == "Posts.xml":
            name = self.box.names[0]
        if name is not None:
            with self.box.open(name) as opened:
                yield from rows(opened)

    def _name(self, file: str) -> str | None:
        return next((name for name in self.box.names if name.rpartition("/")[2].lower() == file.lower()), None)

    def _post(self, row: Attributes) -> Told | None:
        kind, post = row.get("PostTypeId"), name_of(row.get("Id"), "Id")
        if kind not in (QUESTION, ANSWER):
            if kind is None:
                raise Broken("missing", field="PostTypeId")
            return None
        thread = post if kind == QUESTION else name_of(row.get("ParentId"), "ParentId")
        if self._has_comments:
            # An answer's thread is told anew with each; its question holds the same string already.
            self._threads[post] = self._threads.get(thread, thread)
        edited, accepted = row.get("LastEditDate"), row.get("AcceptedAnswerId", "")
        return Told(
            post, thread, self._person(row.get("OwnerUserId"), row.get("OwnerDisplayName")),
            in_iso(row.get("CreationDate"), "CreationDate"), "" if kind == QUESTION else thread,
            row.get("Title", ""), html=row.get("Body", ""), is_root=kind == QUESTION,
            accepts=accepted, accepted_at=self._accepted.get(accepted),
            edited_at=in_iso(edited, "LastEditDate") if edited else None,
            extra={name.lower(): int(row[name]) if _is_number(row[name]) else row[name] for name in KEPT if name in row},
        )  # fmt: skip

    def _comment(self, row: Attributes) -> Told | None:
        post = name_of(row.get("PostId"), "PostId")
        if post not in self._threads:
            return None
        score = row.get("Score", "")
        return Told(
            f"c{name_of(row.get('Id'), 'Id')}", self._threads[post],
            self._person(row.get("UserId"), row.get("UserDisplayName")), in_iso(row.get("CreationDate"), "CreationDate"),
            post, text=row.get("Text", ""), is_comment=True, extra={"score": int(score)} if _is_number(score) else {},
        )  # fmt: skip

    def _person(self, native_id: str | None, name: str | None) -> Author | None:
        """Who wrote it; somebody whose account is gone keeps the name they had, if any is left."""
        if native_id:
            known = self._people.get(native_id)
            if known is None:
                shown = name or f"user{native_id}"
                known = self._people[native_id] = Author(native_id, shown, shown, is_bot=native_id == COMMUNITY)
            return known
        return Author(f"name:{name}"[:200], name, name) if name else None


def rows(file: BinaryIO) -> Iterator[tuple[int, str, Attributes | Broken]]:
    """(line, how it begins, attributes or Broken) of every row of a dump."""
    line, buffer, is_over, decoder = 1, "", False, None
    while True:
        start = buffer.find("<row")
        if start < 0 or not _ends(buffer, start):
            if is_over:
                if start >= 0:
                    yield line + buffer.count("\n", 0, start), buffer[start : start + RAW_LENGTH], Broken("file_cut")
                return
            if start >= 0 and len(buffer) - start > LONGEST_ROW:
                raw = buffer[start : start + RAW_LENGTH]
                yield line + buffer.count("\n", 0, start), raw, Broken("too_large", maximum=LONGEST_ROW)
                line, buffer = line + buffer.count("\n"), ""
            else:
                # Only what may still become the beginning of a row is kept.
                keep = buffer[max(start, 0) :] if start >= 0 else buffer[-3:]
                line, buffer = line + buffer[: len(buffer) - len(keep)].count("\n"), keep
            try:
                part = file.read(CHUNK)
            except (*READ_ERRORS,) as error:
                yield line, "", Broken("too_packed" if isinstance(error, TooPacked) else "file_cut")
                return
            if decoder is None:
                decoder = _decoder(part)
            is_over = not part
            buffer += decoder.decode(part, final=is_over)
            continue
        line += buffer.count("\n", 0, start)
        found = _ROW.match(buffer, start)
        end = found.end() if found else _next(buffer, start)
        raw = buffer[start:end]
        yield line, raw[:RAW_LENGTH], _attributes(raw) if found else Broken("not_xml")
        line += raw.count("\n")
        buffer = buffer[end:]


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    name = "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    return codecs.getincrementaldecoder(name)("replace")


def _ends(buffer: str, start: int) -> bool:
    """Whether the row at `start` is whole, or another sign shows that it never will be."""
    return _ROW.match(buffer, start) is not None or buffer.find("<", start + 1) >= 0


def _next(buffer: str, start: int) -> int:
    return buffer.find("<", start + 1)


def _attributes(raw: str) -> Attributes | Broken:
    found: list[Attributes] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(attributes)
    try:
        parser.Parse(raw if raw.endswith("/>") else f"{raw}</row>", True)
    except (expat.ExpatError, ValueError):
        return Broken("not_xml")
    return found[0] if found else Broken("not_xml")


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdigit() and len(text) < 12
