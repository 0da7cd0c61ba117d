"""One act starts the procedure (S2-23): hold, people, checklist, log, next update; and is taken back as a mistake."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.channels.actions import declare_hold, end_hold
from allmende.channels.models import Channel
from allmende.channels.states import PRACTICE
from allmende.crisis import audit, states
from allmende.crisis.actions.call_people import LEAD, call_off, call_people
from allmende.crisis.actions.tell_levels import put_out, tell_levels
from allmende.crisis.actions.write_log import locked_incident, note_act
from allmende.crisis.catalogue import CHECKLIST, LEVELS, STOP_POINT
from allmende.crisis.models import ChecklistPoint, Incident, IncidentChannel, IncidentHold, LevelChange, Signal
from allmende.guidelines.actions import adopt_levels
from allmende.guidelines.models import EscalationLevel
from allmende.guidelines.states import HOLDING_LEVEL
from allmende.team.access import may, require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace

DECLARE = "crisis.incident.declare"
PRESSED_TWICE = timedelta(minutes=1)
DECLARED = gettext_lazy("Level %(level)s declared: %(cause)s")
HELD = gettext_lazy("Posts are held: %(scope)s.")
BACK = gettext_lazy("Taken back as a mistake.")


class CannotDeclare(Exception):
    """Nothing was declared; the message says why. `field` names the field to mend."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


class CannotTakeBack(Exception):
    """The incident stands; the message says why and what to do."""


@transaction.atomic
def declare_incident(
    *,
    person: Person,
    title: str,
    cause: str,
    level: int,
    now: datetime,
    channels: Sequence[Channel] = (),
    is_drill: bool = False,
    signal: Signal | None = None,
) -> Incident:
    """Say that it burns, everywhere or in `channels`; everything else follows. Raises CannotDeclare.

    A drill needs channels, all at the practice network: the database refuses any other (`migrations/_barriers.py`).
    """
    require(person, DECLARE)
    lock_workspace(person.workspace_id)
    title, cause = title.strip()[:160], cause.strip()[:500]
    _check(person, title, cause, channels, is_drill)
    same = Incident.objects.filter(
        workspace=person.workspace, declared_by=person, title=title, level=level, is_drill=is_drill,
        declared_at__gt=now - PRESSED_TWICE, state__in=states.BURNING,
    ).first()  # fmt: skip
    if same:
        return same
    take_over_levels(person, now)
    incident = _begin(person, title, cause, level, is_drill, not channels, now)
    IncidentChannel.objects.bulk_create(IncidentChannel(incident=incident, channel=one) for one in channels)
    LevelChange.objects.create(incident=incident, level=level, reason=cause, at=now, person=person)
    note_act(incident, person, DECLARED, now, level=level, cause=cause)
    _open_checklist(incident)
    put_holds(incident, person, now)
    call_people(incident=incident, by=person, now=now)
    if signal:
        answered = {"state": states.DECLARED, "answered_at": now, "answered_by": person, "incident": incident}
        Signal.objects.filter(pk=signal.pk, workspace=person.workspace, state=states.PROPOSED).update(**answered)
    tell_levels(incident)
    after = {"level": level, "is_drill": is_drill}
    record_audit(workspace=person.workspace, person=person, verb=audit.DECLARED, target=incident, now=now, after=after)
    return incident


@transaction.atomic
def take_back(*, person: Person, incident: Incident, now: datetime) -> Incident:
    """It was a mistake: the stop ends and everybody called is told. Within a quarter of an hour. Raises CannotTakeBack.

    What came due meanwhile stays held and is released one by one, as after any stop; the rest leaves at its time (I-16).
    """
    require(person, DECLARE)
    incident = locked_incident(incident)
    if not can_take_back(incident, person, now):
        raise CannotTakeBack(
            _(
                "Not taken back. That is possible for a quarter of an hour, by whoever declared it or may lead. End it instead."
            )
        )
    end_holds(incident, person, now, keeps_scheduled=False)
    put_out(incident, person, states.TAKEN_BACK, now)
    note_act(incident, person, BACK, now)
    tell_levels(incident)
    call_off(incident=incident, now=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.TAKEN_BACK, target=incident, now=now)
    return incident


def can_take_back(incident: Incident, person: Person, now: datetime) -> bool:
    """Ending a stop takes a right of its own, so whoever may not end one asks somebody who may."""
    is_young = now - incident.declared_at <= timedelta(minutes=states.TAKE_BACK_MINUTES)
    is_theirs = incident.declared_by_id == person.pk or may(person, LEAD)
    may_end = may(person, "channels.hold.end") or not incident.holds.filter(hold__ended_at__isnull=True).exists()
    return incident.state in (states.WATCHED, states.ACTIVE) and is_young and is_theirs and may_end


def state_at(level: int, otherwise: str) -> str:
    """From the holding level on it burns; below it `otherwise`."""
    return states.ACTIVE if level >= HOLDING_LEVEL else otherwise


def take_over_levels(person: Person, now: datetime) -> bool:
    """The shipped scale in the workspace's language, where nobody has one yet."""
    with speaking(person.workspace.language, person.workspace.gender_form):
        proposals = [{k: v if isinstance(v, int | bool) else str(v) for k, v in one.items()} for one in LEVELS]
    return adopt_levels(person=person, proposals=proposals, now=now)


def put_holds(incident: Incident, person: Person, now: datetime) -> None:
    """Stop posts wherever in the scope the level says so and nothing of this incident stops them yet (I-16).

    Each incident has stops of its own: ending one lets nothing out that another holds.
    """
    level = EscalationLevel.objects.get(workspace=incident.workspace, number=incident.level)
    stopped = set(incident.holds.filter(hold__ended_at__isnull=True).values_list("hold__channel", flat=True))
    scope: list[Channel | None] = [one.channel for one in incident.places.select_related("channel")] or [None]
    places = [one for one in scope if (one.pk if one else None) not in stopped]
    if not level.holds_posts or not places:
        return
    for channel in places:
        hold = declare_hold(
            person=person, workspace=incident.workspace, reason=incident.title, channel=channel, now=now,
            is_another=True,
        )  # fmt: skip
        IncidentHold.objects.create(hold=hold, incident=incident)
    ChecklistPoint.objects.filter(incident=incident, place=STOP_POINT, done_at__isnull=True).update(
        done_at=now, done_by=person, updated_at=now, updated_by=person
    )
    with speaking(incident.workspace.language, incident.workspace.gender_form):
        where = ", ".join(one.name for one in places if one) or _("all channels")
    note_act(incident, person, HELD, now, scope=where)


def end_holds(incident: Incident, person: Person, now: datetime, *, keeps_scheduled: bool) -> int:
    """End the stops this incident put up; what was held stays held, and what is still to come too if it `keeps_scheduled`.
    Returns how many ended."""
    open_ones = [one.hold for one in incident.holds.filter(hold__ended_at__isnull=True).select_related("hold")]
    for hold in open_ones:
        end_hold(person=person, hold=hold, now=now, keeps_scheduled=keeps_scheduled)
    return len(open_ones)


def next_update(workspace: Workspace, level: int, now: datetime) -> datetime | None:
    """When those affected hear from us again, as the level says."""
    found = EscalationLevel.objects.filter(workspace=workspace, number=level).first()
    return now + timedelta(minutes=found.update_minutes) if found and found.update_minutes else None


def _check(person: Person, title: str, cause: str, channels: Sequence[Channel], is_drill: bool) -> None:
    if not title:
        raise CannotDeclare(
            _("Not declared. Name it in a few words, so that everybody speaks of the same thing."), "title"
        )
    if not cause:
        raise CannotDeclare(_("Not declared. Say what you see; the reason stands in the log."), "cause")
    if any(one.workspace_id != person.workspace_id for one in channels):
        raise CannotDeclare(_("Not declared. One of these channels belongs to another workspace."), "channels")
    if is_drill and not channels:
        raise CannotDeclare(_("Not begun. A drill needs at least one channel of the practice network."), "channels")
    if is_drill and any(one.account is None or one.account.kind != PRACTICE for one in channels):
        raise CannotDeclare(
            _("Not begun. A drill touches the practice network alone; one of these channels is a real account."),
            "channels",
        )


def _begin(
    person: Person, title: str, cause: str, level: int, is_drill: bool, is_everywhere: bool, now: datetime
) -> Incident:
    if not EscalationLevel.objects.filter(workspace=person.workspace, number=level, number__gte=1).exists():
        raise CannotDeclare(_("Not declared. Choose a level from 1 to 6."), "level")
    return Incident.objects.create(
        workspace=person.workspace, title=title, cause=cause, level=level, is_drill=is_drill, is_everywhere=is_everywhere,
        state=state_at(level, states.WATCHED), led_by=person, declared_at=now, declared_by=person,
        next_update_at=next_update(person.workspace, level, now),
        created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip


def _open_checklist(incident: Incident) -> None:
    with speaking(incident.workspace.language, incident.workspace.gender_form):
        ChecklistPoint.objects.bulk_create(
            ChecklistPoint(incident=incident, place=place, text=str(text), hint=str(hint))
            for place, (text, hint) in enumerate(CHECKLIST, start=1)
        )
