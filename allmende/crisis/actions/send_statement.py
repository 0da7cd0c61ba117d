"""Say something in public while it burns: holding statements pass the stop, through the same queue as everything else."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.channels.actions import CannotHandOver, hand_over
from allmende.channels.models import Channel
from allmende.channels.states import HOLDING_STATEMENT, PRACTICE
from allmende.crisis import audit, states
from allmende.crisis.actions.check_fit import unfit
from allmende.crisis.actions.write_log import locked_incident, note_act
from allmende.crisis.models import HoldingStatement, Incident, Saying
from allmende.team.actions import record_audit
from allmende.team.models import Person

SAID = gettext_lazy("Statement to %(channels)s: %(text)s")
# What a prepared statement leaves open, such as [time]
GAP = re.compile(r"\[[^\]\n]{1,60}\](?!\()")
PRESSED_TWICE = timedelta(minutes=1)


class CannotSay(Exception):
    """Nothing went out; the message says why. `field` names the field to mend."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def send_statement(
    *,
    person: Person,
    incident: Incident,
    text: str,
    channels: Sequence[Channel],
    now: datetime,
    statement: HoldingStatement | None = None,
) -> list[Saying]:
    """Put the words into the queue of each channel; they leave at once, whatever is held. Raises CannotSay.

    The same words of the same person in the same channel within a minute are the same press of the button.
    A drill speaks in channels of the practice network alone; the database refuses any other.
    """
    incident = locked_incident(incident)
    _check(incident, text, channels)
    if lacks := unfit(person, incident, now):
        raise CannotSay(f"{_('Not sent.')} {lacks}")
    words = unicodedata.normalize("NFC", text.strip())
    said = _said_just_now(person, incident, words, now)
    left = [one for one in channels if one.pk not in said]
    if not left:
        return [said[one.pk] for one in channels]
    said |= {one.pk: _say(person, incident, words, one, statement, now) for one in left}
    note_act(incident, person, SAID, now, channels=", ".join(one.name for one in left), text=words)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.STATEMENT_SENT, target=incident, now=now,
        after={"channels": [one.slug for one in left]},
    )  # fmt: skip
    return [said[one.pk] for one in channels]


def _said_just_now(person: Person, incident: Incident, words: str, now: datetime) -> dict[UUID, Saying]:
    """By channel; the caller holds the incident, so that of two presses one comes second."""
    rows = Saying.objects.filter(incident=incident, person=person, at__gt=now - PRESSED_TWICE)
    found = rows.filter(dispatch__message__text=words).select_related("dispatch")
    return {one.dispatch.channel_id: one for one in found}


def _say(
    person: Person, incident: Incident, text: str, channel: Channel, statement: HoldingStatement | None, now: datetime
) -> Saying:
    subject = ("incident", str(incident.pk), incident.title)
    try:
        dispatch = hand_over(
            person=person, channel=channel, kind=HOLDING_STATEMENT, text=text, title=_title(incident, channel), now=now,
            send_after=now, subject=subject,
        )  # fmt: skip
    except CannotHandOver as refused:
        raise CannotSay(str(refused), "text") from refused
    return Saying.objects.create(incident=incident, statement=statement, dispatch=dispatch, at=now, person=person)


def _title(incident: Incident, channel: Channel) -> str:
    """A forum opens a thread by a title; elsewhere the words stand alone."""
    return incident.title if channel.kind == "own_forum" else ""


def _check(incident: Incident, text: str, channels: Sequence[Channel]) -> None:
    if incident.state not in states.BURNING:
        raise CannotSay(_("Not sent. This incident is over; write a post as usual."))
    if not channels:
        raise CannotSay(_("Not sent. Choose at least one channel."), "channels")
    if any(one.workspace_id != incident.workspace_id for one in channels):
        raise CannotSay(_("Not sent. One of these channels belongs to another workspace."), "channels")
    if incident.is_drill and any(one.account is None or one.account.kind != PRACTICE for one in channels):
        raise CannotSay(_("Not sent. A drill speaks at the practice network alone."), "channels")
    if not text.strip():
        raise CannotSay(_("Not sent. Write what members should read."), "text")
    if gap := GAP.search(text):
        raise CannotSay(_("Not sent. “%(gap)s” is still open; put in what holds.") % {"gap": gap[0]}, "text")
