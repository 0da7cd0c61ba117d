"""Take back a correction, and show again what was taken back."""

from datetime import datetime

from allmende.channels.actions import CannotCorrect, correct_said, put_said_back
from allmende.hub.access import find_said
from allmende.team.actions import CannotUndo
from allmende.team.models import Person


def undo_correction(*, person: Person, now: datetime, pk: int, title: str, text: str, seen: str) -> None:
    """Give a post the words it had. Raises CannotUndo."""
    try:
        correct_said(
            person=person, message=find_said(person, pk), title=title, text=text,
            seen=datetime.fromisoformat(seen) if seen else None, now=now,
        )  # fmt: skip
    except CannotCorrect as error:
        raise CannotUndo(str(error)) from None


def undo_taken_back(*, person: Person, now: datetime, pk: int) -> None:
    """Show a post again. Raises CannotUndo."""
    try:
        put_said_back(person=person, message=find_said(person, pk), now=now)
    except CannotCorrect as error:
        raise CannotUndo(str(error)) from None
