"""Bring a book, look at what it would make, and take it in or put it away."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.handover.actions.import_book import ReadBook, import_book
from allmende.handover.models import BookUpload
from allmende.handover.queries import IMPORT_RIGHT
from allmende.team.access import require
from allmende.team.actions import CannotRead
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# Whoever looks at a book decides the same day; afterwards it is brought anew.
KEPT = timedelta(days=1)


@transaction.atomic
def upload_book(*, person: Person, file_name: str, text: str, now: datetime) -> BookUpload:
    """Rehearse a book and keep it, with what was found, until this person decides; an earlier one gives way.

    Nothing of it stands in the community yet. Raises CannotRead for one that cannot be read in here.
    """
    found = import_book(person=person, text=text, now=now, is_rehearsal=True)
    kept = {"community": found.community, "chapters": found.chapters, "to_invite": found.to_invite}
    given = {"file_name": file_name[:200], "text": text, "found": kept, "uploaded_at": now}
    upload, _made = BookUpload.objects.update_or_create(person=person, defaults=given)
    return upload


@transaction.atomic
def accept_book(*, person: Person, now: datetime) -> ReadBook:
    """Read in what this person looked at. Raises CannotRead when it is gone, or does not fit any more."""
    require(person, IMPORT_RIGHT)
    lock_workspace(person.workspace_id)
    upload = BookUpload.objects.select_for_update().filter(person=person).first()
    if upload is None:
        raise CannotRead(_("Not imported, nothing was written: the file is not here any more. Choose it once more."))
    found = import_book(person=person, text=upload.text, now=now)
    upload.delete()
    return found


def drop_book(*, person: Person) -> None:
    """Put away what this person looked at; the community never knew of it."""
    require(person, IMPORT_RIGHT)
    BookUpload.objects.filter(person=person).delete()


def drop_old_books(*, now: datetime) -> int:
    """Put away what nobody decided about for a day; how many."""
    gone, _by_model = BookUpload.objects.filter(uploaded_at__lt=now - KEPT).delete()
    return gone
