"""One letter by its Message-ID, wherever it lies."""

from datetime import UTC, datetime

from allmende.connectors.errors import Refused
from allmende.connectors.mail import headers, read
from allmende.connectors.mail.mailbox import LARGEST, MOST_FOLDERS, Mailbox
from allmende.connectors.mail.read import Letter

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def in_folder(box: Mailbox, folder: str, native_id: str, *criteria: str) -> Letter | None:
    """The oldest letter of this id there; None: there is none, nor can there be one."""
    if not headers.can_be_sought(native_id):
        return None
    try:
        box.at(folder)
    except Refused as error:
        if error.reason_code != "not_found":
            raise
        return None
    stubs = box.stubs(box.with_id(native_id, "UNDELETED", *criteria))
    for stub in stubs:
        content = box.letters([stub.uid]).get(stub.uid)
        found = read.letter(content, stub.arrived, is_cut=stub.size > LARGEST) if content is not None else None
        if found is not None and found.native_id == native_id:
            return found
    return None


def anywhere(box: Mailbox, first: list[str], native_id: str) -> Letter | None:
    """The letter in these folders, or in any other: people put away what they have read."""
    for folder in first:
        if found := in_folder(box, folder, native_id):
            return found
    if not headers.can_be_sought(native_id):
        return None
    others = [
        one.name for one in box.folders() if one.name not in first and not one.uses & {"\\junk", "\\trash", "\\drafts"}
    ]
    return next((found for folder in others[:MOST_FOLDERS] if (found := in_folder(box, folder, native_id))), None)


def line_of(box: Mailbox, folders: list[str], native_id: str) -> Letter | None:
    """The head of a letter in these folders: what it answers."""
    if not headers.can_be_sought(native_id):
        return None
    for folder in folders:
        try:
            box.at(folder)
        except Refused as error:
            if error.reason_code != "not_found":
                raise
            continue
        for head in box.heads(box.with_id(native_id)).values():
            found = read.letter(head, _BEGINNING)
            if found.native_id == native_id:
                return found
    return None
