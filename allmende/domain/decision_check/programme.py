"""The programme of a conference as people have it: pasted text, a table, a calendar file (S0-13). Tolerant: what cannot be
read as a session is left out, never an error."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from allmende.domain.folding import fold_text

MOST_SESSIONS = 400
MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Session:
    """One session; `starts` is written as the programme has it ("9:30", "Tag 1, 9:30", "2026-11-03 09:30")."""

    title: str
    speaker: str = ""
    starts: str = ""
    description: str = ""


_BREAK = re.compile(
    r"(?:kaffee|mittags?|tee|coffee|lunch|tea)?[ -]?(?:pause|break|essen)|lunch|mittag(?:essen)?|kaffee|coffee"
    r"|registrierung|registration|anmeldung|einlass|check[ -]?in|ende|end|networking|get[ -]together|abendessen|dinner"
)
_TIME = re.compile(
    r"^\W{0,3}(?P<time>\d{1,2}[:.]\d{2})(?:\s*(?:uhr|h|am|pm)\b)?"
    r"(?:\s*(?:-|–|—|bis|to)\s*\d{1,2}[:.]\d{2}(?:\s*(?:uhr|h|am|pm)\b)?)?\s*[:|\t–—-]?\s*",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"^(?:(?:tag|day)\s+\d+\b.{0,40}|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)\b.{0,40}|\d{1,2}\.\s?(?:\d{1,2}\.|[a-zäA-Z]{3,9})\s?(?:\d{4})?|\d{4}-\d\d-\d\d)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,3}[.)])\s+")
_WITH = re.compile(r"\s+(?:mit|von|by|with)\s+(?P<who>[^,.;()]{3,80})$")
_BEHIND = re.compile(r"\s*(?:\s[–—-]\s|\s\|\s|\t)\s*(?P<who>[^–—|\t]{3,80})$|\s*\((?P<inside>[^()]{3,80})\)$")
_NAME = re.compile(
    r"^(?:(?:Dr|Prof)\.?\s+)*[A-ZÄÖÜÉÅØ][\w.'’-]*(?:\s+[\w.'’-]+){0,3}\s+[A-ZÄÖÜÉÅØ][\w.'’-]*(?:\s*[,&/].*)?$"
)

_COLUMNS = {
    "title": {"titel", "title", "session", "vortrag", "thema", "name", "talk", "summary", "programmpunkt"},
    "speaker": {
        "speaker",
        "sprecher",
        "sprecherin",
        "referent",
        "referentin",
        "vortragende",
        "wer",
        "who",
        "presenter",
    },
    "starts": {"zeit", "time", "beginn", "start", "uhrzeit", "von", "starts", "begin", "from"},
    "day": {"tag", "day", "datum", "date"},
    "description": {"beschreibung", "description", "abstract", "inhalt", "text", "details", "worum es geht"},
}


# What no text, table or calendar file holds: control characters other than tab, line ends and the old end of file.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]|\A%PDF")


def text_of(content: bytes) -> str | None:
    """The text of a file; unknown bytes become question marks, and a PDF, a document or a picture is None."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if _NO_TEXT.search(content):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_programme(text: str) -> tuple[Session, ...]:
    """The sessions in their order, without breaks and meals; at most 400. Empty when nothing reads like a session."""
    text = text[:MOST_CHARACTERS].replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    if "BEGIN:VEVENT" in text:
        found = _from_calendar(text)
    else:
        table = _from_table(text)
        found = iter(table) if table is not None else _from_text(text)
    kept = (session for session in found if _is_named(session))
    return tuple(session for session, _ in zip(kept, range(MOST_SESSIONS), strict=False))


def _is_named(session: Session) -> bool:
    """Something is said there, and it is no break."""
    return any(map(str.isalnum, session.title)) and not _BREAK.fullmatch(fold_text(session.title).strip(" .:"))


def _from_calendar(text: str) -> Iterator[Session]:
    unfolded = re.sub(r"\n[ \t]", "", text)
    for event in re.findall(r"BEGIN:VEVENT\n(.*?)(?:END:VEVENT|\Z)", unfolded, re.DOTALL):
        values: dict[str, str] = {}
        for line in event.split("\n"):
            name, _, value = line.partition(":")
            values.setdefault(name.partition(";")[0].upper(), _plain(value))
            if name.upper().startswith(("ORGANIZER", "ATTENDEE")) and "CN=" in name.upper():
                common = re.search(r"CN=\"?([^\";:]+)", name, re.IGNORECASE)
                values.setdefault("WHO", common[1].strip() if common else "")
        who = values.get("X-SPEAKER") or values.get("CONTACT") or values.get("WHO", "")
        yield Session(
            values.get("SUMMARY", ""), who, _moment(values.get("DTSTART", "")), values.get("DESCRIPTION", "")[:2000]
        )


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", "\n").replace("\\N", "\n")).strip()


def _moment(value: str) -> str:
    parts = re.match(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?", value)
    if not parts:
        return ""
    day = f"{parts[1]}-{parts[2]}-{parts[3]}"
    return f"{day} {parts[4]}:{parts[5]}" if parts[4] else day


def _from_table(text: str) -> list[Session] | None:
    """Sessions of a table whose first line names its columns; None when it is none."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    for delimiter in (";", "\t", ",", "|"):
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        places = _places(rows[0])
        if "title" in places and len(rows[0]) > 1:
            return [_of_row(row, places) for row in rows[1:]]
    return None


def _places(head: Sequence[str]) -> Mapping[str, int]:
    names = [fold_text(name).strip() for name in head]
    return {
        field: place
        for field, known in _COLUMNS.items()
        for place, name in enumerate(names)
        if name in {fold_text(one) for one in known}
    }


def _of_row(row: Sequence[str], places: Mapping[str, int]) -> Session:
    values = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
    starts = " ".join(part for part in (values.get("day", ""), values.get("starts", "")) if part)
    return Session(values["title"], values.get("speaker", ""), starts, values.get("description", "")[:2000])


def _from_text(text: str) -> Iterator[Session]:
    lines = [line.strip() for line in text.split("\n")]
    if any(_TIME.match(line) for line in lines):
        return _timed(lines)
    blocks = [block.strip().split("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]
    if len(blocks) > 1 and any(len(block) > 1 for block in blocks):
        return (_titled(block[0], " ".join(block[1:])) for block in blocks)
    return (_titled(line) for line in lines if line and not _DAY.match(line))


def _timed(lines: Sequence[str]) -> Iterator[Session]:
    """A line that begins with a time begins a session; what follows describes it until the next."""
    day, open_session = "", None
    for line in lines:
        time = _TIME.match(line)
        if time:
            if open_session:
                yield open_session
            starts = f"{day}, {time['time']}" if day else time["time"]
            open_session = replace(_titled(line[time.end() :]), starts=starts)
        elif _DAY.match(line):
            if open_session:
                yield open_session
            day, open_session = line.rstrip(":"), None
        elif line and open_session:
            open_session = _with_line(open_session, line)
    if open_session:
        yield open_session


def _with_line(session: Session, line: str) -> Session:
    if not session.title:
        return replace(_titled(line), starts=session.starts)
    if not session.speaker and not session.description and _NAME.match(line) and len(line) < 60:
        return replace(session, speaker=line)
    return replace(session, description=f"{session.description} {line}".strip()[:2000])


def _titled(line: str, description: str = "") -> Session:
    title = _BULLET.sub("", line).strip()
    behind = _BEHIND.search(title)
    who = (behind["who"] or behind["inside"] or "").strip() if behind else ""
    if behind and _NAME.match(who):
        return Session(title[: behind.start()].strip(), who, "", description)
    spoken = _WITH.search(title)
    if spoken and _NAME.match(spoken["who"]) and spoken["who"][:1].isupper():
        return Session(title[: spoken.start()].strip(), spoken["who"].strip(), "", description)
    return Session(title, "", "", description)
