"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.handover import audit, states
from allmende.handover.actions.accept_handover import CannotAccept, accept_handover
from allmende.handover.actions.announce_handover import CannotAnnounce, announce_handover
from allmende.handover.actions.call_off_handover import (
    CannotCallOff,
    call_off_handover,
    undo_announce,
    undo_call_off,
)
from allmende.handover.actions.forget_named import ERASING
from allmende.handover.actions.hand_on import CannotHandOn, hand_on, take_back
from allmende.handover.actions.import_book import ReadBook, import_book
from allmende.handover.actions.look_back import CannotLookBack, look_back, undo_look
from allmende.handover.actions.move_handover import CannotMove, move_handover
from allmende.handover.actions.note_download import note_download
from allmende.handover.actions.remind_of_checks import remind_of_checks
from allmende.handover.actions.revoke_access import CannotRevoke, revoke_access
from allmende.handover.actions.set_book import order_book, set_books
from allmende.handover.actions.settle_point import settle_point
from allmende.handover.actions.upload_book import accept_book, drop_book, drop_old_books, upload_book
from allmende.handover.actions.write_note import CannotWriteNote, archive_note, write_note
from allmende.handover.models import Handover, HandoverPoint, KnowledgeNote
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "note": undo_fields(
        right="handover.note.edit",
        verb=audit.NOTED,
        rows=lambda person: KnowledgeNote.objects.filter(workspace=person.workspace),
    ),
    # What changed hands stays; a handover back gives it back.
    "handover": undo_fields(
        right="handover.transfer.lead",
        verb=audit.MOVED,
        rows=lambda person: Handover.objects.filter(workspace=person.workspace),
    ),
    "announced": undo_announce,
    "called_off": undo_call_off,
    "looked_back": undo_look,
    "handed_on": take_back,
    "point": undo_fields(
        right="handover.note.edit",
        verb=audit.SETTLED,
        rows=lambda person: HandoverPoint.objects.filter(
            handover__workspace=person.workspace, handover__state__in=states.BEFORE_ACCEPTANCE
        ),
    ),
}

__all__ = [
    "ERASING",
    "UNDO",
    "CannotAccept",
    "CannotAnnounce",
    "CannotCallOff",
    "CannotHandOn",
    "CannotLookBack",
    "CannotMove",
    "CannotRevoke",
    "CannotWriteNote",
    "ReadBook",
    "accept_book",
    "accept_handover",
    "announce_handover",
    "archive_note",
    "call_off_handover",
    "drop_book",
    "drop_old_books",
    "hand_on",
    "import_book",
    "look_back",
    "move_handover",
    "note_download",
    "order_book",
    "remind_of_checks",
    "revoke_access",
    "set_books",
    "settle_point",
    "take_back",
    "upload_book",
    "write_note",
]
