"""Reading a mailbox: what we sent, then what came, by UID; a letter's thread from what it says it answers.

The cursor holds for each folder its UIDVALIDITY and the last UID read. If the server counts anew, we read anew: a Message-ID stays
what it is. The same letter may come twice, and anybody can give a letter an id that is taken: what differs gets a name of its own.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.mail import headers, read, search
from allmende.connectors.mail.mailbox import LARGEST, Mailbox, Shelf, Stub
from allmende.connectors.mail.read import Letter
from allmende.connectors.mail.write import Sender, is_said_by
from allmende.connectors.neutral import Batch, Item

INBOX = "INBOX"
PAGE, PAGE_BYTES = 50, 4_000_000
# UIDs looked through at a time; gaps are passed ever faster.
WINDOW, GROWTH = 2_000, 8
# So long a letter of ours may be underway to where we keep what we sent, while a list's copy is back already.
SETTLING = timedelta(minutes=3)
DEEPEST_CLIMB = 8
# Of servers that give what is handed in to them an id of their own.
RENAMING = (".prod.outlook.com", ".amazonses.com")


class Ear:
    """One reading, from a cursor on. Raises TryLater, LoggedOut, Refused between batches."""

    def __init__(
        self, box: Mailbox, sender: Sender, sent: str, cursor: str, since: datetime | None, now: datetime
    ) -> None:
        self._box = box
        self._sender = sender
        self._sent = sent
        self._since = ["SINCE", f"{since:%d-}{_MONTHS[since.month - 1]}{since:-%Y}"] if since else []
        self._now = now
        self._places = _kept(cursor)
        self._roots: dict[str, str] = {}

    def batches(self) -> Iterator[Batch]:
        """What we sent first: then most of what others write is written in a known thread."""
        for folder in dict.fromkeys((self._sent, INBOX)):
            try:
                shelf = self._box.open(folder)
            except Refused as error:
                if error.reason_code != "not_found":
                    raise
                continue
            yield from self._read_on(folder, shelf)

    def _read_on(self, folder: str, shelf: Shelf) -> Iterator[Batch]:
        validity, last = self._places.get(folder, (0, 0))
        last, width = (last if validity == shelf.validity else 0), WINDOW
        while last + 1 < shelf.following:
            end = min(last + width, shelf.following - 1)
            self._box.at(folder)
            found = [
                uid
                for uid in self._box.search("UID", f"{last + 1}:{end}", "UNDELETED", *self._since)
                if last < uid <= end
            ]
            for part in _parts(found, PAGE):
                self._box.at(folder)
                for group in _groups(self._box.stubs(part)):
                    letters, is_whole = self._letters(folder, group)
                    if letters:
                        self._places[folder] = (shelf.validity, letters[-1][0])
                        yield self._batch(folder, [letter for _, letter in letters if letter is not None])
                    if not is_whole:
                        return
            if not found:
                width *= GROWTH
            last = end
            if self._places.get(folder) != (shelf.validity, last):
                self._places[folder] = (shelf.validity, last)
                yield self._batch(folder, [])

    def _letters(self, folder: str, stubs: Sequence[Stub]) -> tuple[list[tuple[int, Letter | None]], bool]:
        """(UID, the letter, or None if it is only a copy) of each; and whether all could be read already."""
        self._box.at(folder)
        bodies = self._box.letters([stub.uid for stub in stubs])
        found: list[tuple[int, Letter | None]] = []
        for stub in stubs:
            if stub.uid not in bodies:
                found.append((stub.uid, None))
                continue
            letter: Letter | None = read.letter(bodies[stub.uid], stub.arrived, is_cut=stub.size > LARGEST)
            if folder == self._sent and letter is not None and is_said_by(self._sender, letter.handed_in):
                if (ours := search.in_folder(self._box, folder, letter.handed_in)) is None and self._settles(stub):
                    return found, False
                letter = _renamed_back(letter, ours)
            if folder == INBOX and letter is not None:
                letter = self._about_ours(self._answering(letter))
                if self._may_be_ours(letter) and (ours := search.in_folder(self._box, self._sent, letter.native_id)):
                    letter = _unless_copy(letter, ours)
                elif is_said_by(self._sender, letter.native_id) and self._settles(stub):
                    return found, False
                else:
                    first = search.in_folder(self._box, INBOX, letter.native_id, "UID", f"1:{max(stub.uid - 1, 1)}")
                    letter = _unless_copy(letter, first) if first is not None and stub.uid > 1 else letter
            found.append((stub.uid, letter))
        return found, True

    def _settles(self, stub: Stub) -> bool:
        return self._now - stub.arrived < SETTLING

    def _answering(self, letter: Letter) -> Letter:
        """Whoever answers a letter of ours that a server renamed names both ids; ours is the one that is known."""
        *_, ours, parent = ("", "", *letter.references)
        if not (is_said_by(self._sender, ours) and parent.endswith(RENAMING)):
            return letter
        found = search.line_of(self._box, [INBOX], parent)
        self._box.at(INBOX)
        is_other = found is not None and found.handed_in != ours
        return letter if is_other else replace(letter, references=letter.references[:-1])

    def _about_ours(self, letter: Letter) -> Letter:
        """A report names a letter of ours by the id that a server gave it. Ours stands in that letter's head, which most reports
        repeat, else in the copy the server keeps."""
        if not letter.returned.endswith(RENAMING):
            return letter
        ours = letter.returned_as
        if not ours and (kept := search.line_of(self._box, [self._sent], letter.returned)):
            ours = kept.handed_in
        self._box.at(INBOX)
        return replace(letter, returned=ours) if is_said_by(self._sender, ours) else letter

    def _may_be_ours(self, letter: Letter) -> bool:
        """Whether it could lie among what we sent: it says our address or bears an id of our domain."""
        return letter.sender.address == self._sender.address or letter.native_id.endswith(f"@{self._sender.domain}")

    def _batch(self, folder: str, letters: Sequence[Letter]) -> Batch:
        items: list[Item] = []
        for letter in letters:
            root = self._roots[letter.native_id] = self._root(letter)
            items += read.items(letter, self._sender.address, root, is_ours=folder == self._sent)
        kept = {"v": 1, "f": {name: list(place) for name, place in self._places.items()}}
        return Batch(tuple(items), json.dumps(kept, separators=(",", ":")))

    def _root(self, letter: Letter) -> str:
        """The thread's root: the first of the line; where only the parent is named, we ask on from there."""
        if not letter.references:
            return letter.native_id
        above, knows_root = letter.references[0], letter.knows_root
        for _ in range(DEEPEST_CLIMB):
            if knows_root or above in self._roots:
                break
            parent = search.line_of(self._box, [INBOX, self._sent], above)
            if parent is None or not parent.references:
                break
            above, knows_root = parent.references[0], parent.knows_root
        return self._roots.get(above, above)


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _renamed_back(letter: Letter, ours: Letter | None) -> Letter | None:
    """The server's copy of a letter of ours: None where ours lies there too, else by the id we gave it. A letter of a colleague
    that only names ours stays what it is."""
    if ours is not None:
        return None if letter.is_like(ours) else letter
    others = tuple(one for one in letter.references if one != letter.handed_in)
    return replace(letter, native_id=letter.handed_in, references=others)


def _unless_copy(letter: Letter, other: Letter) -> Letter | None:
    """None for another copy of the same; a different letter under a taken id gets a name of its own."""
    if letter.is_like(other):
        return None
    mark = hashlib.sha256(
        f"{letter.sender.address}\n{letter.subject}\n{letter.text}".encode("utf-8", "replace")
    ).hexdigest()
    return replace(letter, native_id=f"{letter.native_id[: headers.LONGEST_ID - 20]}~{mark[:12]}")


def _groups(stubs: Sequence[Stub]) -> Iterator[list[Stub]]:
    """As many letters as fit in one answer."""
    group: list[Stub] = []
    size = 0
    for stub in stubs:
        weight = min(stub.size, LARGEST)
        if group and size + weight > PAGE_BYTES:
            yield group
            group, size = [], 0
        group.append(stub)
        size += weight
    if group:
        yield group


def _parts(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _kept(cursor: str) -> dict[str, tuple[int, int]]:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        told: Any = json.loads(cursor or "{}")
        return {str(name): (int(place[0]), int(place[1])) for name, place in (told.get("f") or {}).items()}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return {}
