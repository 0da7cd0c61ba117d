"""Keeps each room's German catalogue: `python -m tools.messages [ROOM ...] [--check]`. Needs no gettext programs.

Without `--check` new texts are added (empty, to be written by a person), texts no longer used are kept as obsolete, and the
compiled catalogue is made. With it nothing is written; every gap is printed and the exit status is 1.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

from tools.environment import ROOT
from tools.strings import Fault, Text, placeholders, texts_of

METADATA = {
    "Language": "de",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
WIDTH = 118
Key = tuple[str, str, str]


def catalogue_path(room: Path) -> Path:
    """Where a room's German catalogue lies."""
    return room / "locale" / "de" / "LC_MESSAGES" / "django.po"


def update(room: Path) -> list[Fault]:
    """Bring a room's catalogue in line with its texts and compile it; returns what is wrong with the texts."""
    texts, faults = texts_of(room)
    path = catalogue_path(room)
    if not texts and not path.exists():
        return faults
    path.parent.mkdir(parents=True, exist_ok=True)
    made = merged(_read(path), texts)
    if not path.exists() or path.read_text() != str(made) + "\n":
        path.write_text(str(made) + "\n")
    compiled = made.to_binary()
    if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").read_bytes() != compiled:
        path.with_suffix(".mo").write_bytes(compiled)
    return faults


def merged(old: polib.POFile, texts: Iterable[Text]) -> polib.POFile:
    """The catalogue for `texts` with the translations of `old`; what is no longer used comes last, as obsolete."""
    known = {_key(entry): entry for entry in old}
    made = polib.POFile(wrapwidth=WIDTH)
    made.metadata = METADATA
    files: dict[Key, list[str]] = {}
    for text in texts:
        files.setdefault((text.context, text.singular, text.plural), []).append(text.file)
    for key, places in files.items():
        made.append(_entry(key, known.get(key), sorted(set(places))))
    for key, entry in known.items():
        if key not in files and _is_translated(entry):
            made.append(_entry(key, entry, [], obsolete=True))
    return made


def check(room: Path) -> Iterator[str]:
    """A sentence for each thing that is missing or wrong in a room's catalogue."""
    texts, faults = texts_of(room)
    path = catalogue_path(room)
    yield from (f"{room.name}/{fault.place}: {fault.sentence}" for fault in faults)
    if not texts and not path.exists():
        return
    if not path.exists():
        yield f"{room.name}: there is no German catalogue; run `python -m tools.messages {room.name}` and write it."
        return
    catalogue = _read(path)
    live = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    used = {(text.context, text.singular, text.plural) for text in texts}
    for key in sorted(used ^ set(live)):
        state = "is missing in" if key in used else "is no longer used but stands in"
        yield f"{room.name}: {key[1]!r} {state} the catalogue; run `python -m tools.messages {room.name}`."
    yield from (f"{room.name}: {sentence}" for entry in live.values() for sentence in faults_of(entry))
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        yield f"{room.name}: the compiled catalogue is not the written one; run `python -m tools.messages {room.name}`."


def faults_of(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation: empty, unsure, or with other placeholders than the English text."""
    if not _is_translated(entry):
        yield f"{entry.msgid!r} has no German."
        return
    if entry.fuzzy:
        yield f"{entry.msgid!r} is marked as unsure."
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    for german in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        # A singular may say "one" in words; nothing may be invented.
        if placeholders(german) - wanted or (not entry.msgid_plural and placeholders(german) != wanted):
            yield f"{entry.msgid!r} and {german!r} have different placeholders."


def contradictions(rooms: Iterable[Path]) -> Iterator[str]:
    """Texts that two rooms translate differently: Django would show one of them in both."""
    seen: dict[Key, tuple[str, str]] = {}
    for room in rooms:
        for entry in _read(catalogue_path(room)):
            if entry.obsolete:
                continue
            german = entry.msgstr or str(entry.msgstr_plural)
            first = seen.setdefault(_key(entry), (room.name, german))
            if first[1] != german and _is_translated(entry):
                yield f"{entry.msgid!r} is {first[1]!r} in {first[0]} but {german!r} in {room.name}."


def rooms_with_texts() -> list[Path]:
    """All packages of `allmende`."""
    return sorted(init.parent for init in (ROOT / "allmende").glob("*/__init__.py"))


def main() -> int:
    """Update or check the catalogues named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    parser.add_argument("room", nargs="*", help="rooms; all if none is named")
    parser.add_argument("--check", action="store_true", help="write nothing, print every gap")
    wishes = parser.parse_args()
    rooms = [room for room in rooms_with_texts() if not wishes.room or room.name in wishes.room]
    if wishes.check:
        lines = [line for room in rooms for line in check(room)] + list(contradictions(rooms))
    else:
        lines = [f"{room.name}/{fault.place}: {fault.sentence}" for room in rooms for fault in update(room)]
    print(
        "\n".join(lines)
        if lines
        else "The German catalogues are complete."
        if wishes.check
        else "The catalogues are up to date."
    )
    return 1 if lines else 0


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else polib.POFile(wrapwidth=WIDTH)


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _is_translated(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        return len(entry.msgstr_plural) == 2 and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def _entry(key: Key, known: polib.POEntry | None, files: list[str], obsolete: bool = False) -> polib.POEntry:
    context, singular, plural = key
    return polib.POEntry(
        msgctxt=context or None,
        msgid=singular,
        msgid_plural=plural or "",
        msgstr="" if plural or not known else known.msgstr,
        msgstr_plural=((known.msgstr_plural if known else None) or {0: "", 1: ""}) if plural else {},
        occurrences=[(file, "") for file in files],
        tcomment=known.tcomment if known else "",
        flags=known.flags if known else [],
        obsolete=obsolete,
    )


if __name__ == "__main__":
    sys.exit(main())
