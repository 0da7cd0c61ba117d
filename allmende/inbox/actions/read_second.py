"""Read a colleague's answer before it leaves: approve it, or decline it with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotHandOver, CannotWithdraw, withdraw_dispatch
from allmende.channels.models import Dispatch
from allmende.channels.states import HELD, WAITING
from allmende.inbox import audit, states
from allmende.inbox.actions.ask_reader import RIGHT, CannotRead, ask_again, settle_reading, tell
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.actions.send_reply import CannotReply, send_reply
from allmende.inbox.actions.show_pictures import CannotShow, give_back
from allmende.inbox.models import SecondReading
from allmende.inbox.queries.readings import late_readings, readers_of
from allmende.team.access import may, require
from allmende.team.actions import record_audit
from allmende.team.models import Person
from allmende.team.queries import is_open_to


@transaction.atomic
def approve_reading(
    *, person: Person, reading: SecondReading, seen_hash: str, now: datetime, url: str = ""
) -> Dispatch:
    """Let exactly the words that were read leave, by whoever wrote them. Raises CannotRead; then they wait on.

    `seen_hash`: of the words as the reader saw them.
    """
    reading = _open(person, reading)
    if seen_hash != reading.words_hash:
        raise CannotRead(_("Not approved. The words are not those you read. Look at them again."))
    writer = reading.asked_by
    if not may(writer, RIGHT) or not is_open_to(writer, reading.conversation.workspace.day_at(now)):
        raise CannotRead(
            _("Not approved. %(name)s may not answer here any more. Write the answer in your own name.")
            % {"name": writer.name}
        )
    if reading.dispatch is not None and reading.dispatch.state not in (WAITING, HELD):
        raise CannotRead(
            _("Not approved. The answer is not in the queue any more. Look at the conversation for what became of it.")
        )
    _answer(reading, person, states.APPROVED, "", now)
    try:
        dispatch = reading.dispatch or send_reply(
            person=writer, conversation=reading.conversation, text=reading.text, seen_until=reading.seen_until, now=now,
            url=url, reading=reading, pattern=reading.pattern,
        )  # fmt: skip
    except (CannotReply, CannotShow, CannotHandOver) as error:
        raise CannotRead(str(error)) from error
    tell(writer, reading, "approved", person.name, now)
    _write(reading, person, audit.READING_APPROVED, now)
    return dispatch


@transaction.atomic
def decline_reading(*, person: Person, reading: SecondReading, reason: str, now: datetime) -> None:
    """Say why the words must not leave so; whoever wrote them finds both. Raises CannotRead."""
    if not reason.strip():
        raise CannotRead(_("Not declined. Say why, so that the answer can become better."))
    reading = _open(person, reading)
    if reading.dispatch is not None:
        _withdraw(person, reading.dispatch, now)
    _answer(reading, person, states.DECLINED, reason.strip()[:500], now)
    give_back(person=reading.asked_by, conversation=reading.conversation, rows={"reading": reading}, now=now)
    tell(reading.asked_by, reading, "declined", person.name, now, reason=reading.reason)
    _write(reading, person, audit.READING_DECLINED, now)


@transaction.atomic
def undo_declined(*, person: Person, reading: int, now: datetime) -> None:
    """Let it wait for a reader again. Raises CannotUndo if other words took its place or they left the queue."""
    require(person, RIGHT)
    one = ask_again(person, reading, now, state=states.DECLINED, answered_by=person, dispatch=None)
    _write(one, person, audit.READING_REOPENED, now)


def remind_readers(*, now: datetime) -> int:
    """Remind of answers that wait long for their reader, or whose promise is due soon; each once. How many."""
    return sum(_remind(one, now) for one in late_readings(now))


@transaction.atomic
def _remind(reading: SecondReading, now: datetime) -> bool:
    rows = SecondReading.objects.filter(pk=reading.pk, state=states.ASKED, reminded_at__isnull=True)
    if not rows.update(reminded_at=now):
        return False  # another worker was faster
    for one in readers_of(reading.conversation.workspace, reading.asked_by, now):
        tell(one, reading, "waits", reading.asked_by.name, now, mark=reading.asked_at.isoformat())
    return True


def _open(person: Person, reading: SecondReading) -> SecondReading:
    """The reading as it stands, locked after its conversation; only another than its writer may answer it."""
    require(person, RIGHT)
    locked(person).filter(readings=reading.pk).first()
    rows = SecondReading.objects.select_for_update(of=("self",)).select_related(
        "conversation__workspace", "asked_by", "dispatch"
    )
    found = rows.get(pk=reading.pk, conversation__workspace=person.workspace)
    if found.asked_by_id == person.pk:
        raise CannotRead(_("Nothing changed. The words are your own; somebody else has to read them."))
    if found.state != states.ASKED:
        raise CannotRead(_("Nothing changed. Somebody was faster, or the words were changed. Look at them again."))
    return found


def _answer(reading: SecondReading, person: Person, state: str, reason: str, now: datetime) -> None:
    reading.state, reading.answered_by, reading.answered_at, reading.reason = state, person, now, reason
    reading.save(update_fields=["state", "answered_by", "answered_at", "reason"])
    settle_reading(reading.pk, now)


def _withdraw(person: Person, dispatch: Dispatch, now: datetime) -> None:
    try:
        withdraw_dispatch(person=person, dispatch=dispatch, now=now)
    except CannotWithdraw as error:
        raise CannotRead(str(error)) from error


def _write(reading: SecondReading, person: Person, verb: str, now: datetime) -> None:
    workspace = reading.conversation.workspace
    record_audit(workspace=workspace, person=person, verb=verb, target=reading.conversation, now=now)
