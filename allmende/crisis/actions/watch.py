"""The figures propose, a person decides: signals, who is told of them, and why one was nothing (`domain.md` 3.10)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.crisis import audit, states
from allmende.crisis.actions.declare_incident import DECLARE
from allmende.crisis.models import Incident, MediaMention, Signal, Usual
from allmende.crisis.queries import as_rehearsed, heard_lately, rhythm_of, rhythm_until, step_of
from allmende.domain.alarms import Finding, find_wave
from allmende.guidelines.states import TOP_LEVEL
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of, on_duty_at

MEDIA_KEEPS = timedelta(hours=24)


class CannotDismiss(Exception):
    """The signal stands; the message says why and what to do."""


def learn_usual(*, workspace: Workspace, now: datetime) -> Usual:
    """Learn anew what is usual, from the twelve weeks before today; in a copy to practise in what is usual in the community."""
    today = workspace.day_at(now)
    rhythm = rhythm_until(workspace.rehearsal_of or workspace, today)
    channels = {str(key): [round(one, 3) for one in own] for key, own in rhythm.usual.items()}
    if workspace.is_rehearsal:
        channels = as_rehearsed(workspace, channels)
    learnt = {
        "learnt_date": today, "channels": channels, "limit": rhythm.limit, "steady": rhythm.steady,
        "lively": rhythm.lively, "new": rhythm.new, "negative": rhythm.negative,
    }  # fmt: skip
    return Usual.objects.update_or_create(workspace=workspace, defaults=learnt)[0]


def look_at_volume(*, workspace: Workspace, now: datetime) -> Signal | None:
    """Look once: is more said than is usual at this hour of the week? The signal that stands then, or None."""
    heard = heard_lately(workspace, now)
    usual = Usual.objects.filter(workspace=workspace).first() if heard else None
    if usual is None:
        return None
    found = find_wave(rhythm_of(usual), heard, step_of(workspace, now), 0.0)
    return propose(workspace=workspace, finding=found, now=now) if found else None


def propose(*, workspace: Workspace, finding: Finding, now: datetime) -> Signal | None:
    """Let the figures propose a level; a mention in the media of the last day weighs in."""
    written = MediaMention.objects.filter(
        workspace=workspace, archived_at__isnull=True, weight__gte=states.WEIGHTY, seen_at__gt=now - MEDIA_KEEPS
    ).exists()
    grounds = [*finding.signs, *(["media"] if written else [])]
    found = {
        "messages": finding.messages, "authors": finding.authors, "channels": [str(one) for one in finding.channels],
        "expected": finding.usual, "natural": finding.natural,
    }  # fmt: skip
    return _propose(workspace, min(finding.level + written, TOP_LEVEL), grounds, found, now)


def propose_for_media(*, mention: MediaMention, now: datetime) -> Signal | None:
    """A weighty medium writes about us; what it weighs says how high."""
    if mention.weight < states.WEIGHTY or mention.seen_at < now - MEDIA_KEEPS:
        return None
    level = states.MEDIA_LEVEL + (mention.weight == 5)
    return _propose(mention.workspace, level, ["media"], {}, now)


@transaction.atomic
def dismiss_signal(*, person: Person, signal: Signal, reason: str, now: datetime) -> Signal:
    """It is no crisis: who says so, and why. Raises CannotDismiss."""
    require(person, DECLARE)
    if not reason.strip():
        raise CannotDismiss(_("Not put aside. Say in a few words what it is instead; the next person asks the same."))
    lock_workspace(person.workspace_id)
    signal = Signal.objects.get(pk=signal.pk, workspace=person.workspace)
    if signal.state != states.PROPOSED:
        raise CannotDismiss(_("Not put aside. Somebody answered this signal already."))
    _answer(signal, state=states.DISMISSED, reason=reason.strip()[:300], answered_at=now, answered_by=person)
    record_audit(workspace=person.workspace, person=person, verb=audit.SIGNAL_DISMISSED, target=signal, now=now)
    return signal


@transaction.atomic
def undo_dismiss(*, person: Person, now: datetime, pk: int) -> None:
    """It was put aside by mistake: it asks again, unless another one does already."""
    require(person, DECLARE)
    lock_workspace(person.workspace_id)
    signal = Signal.objects.filter(pk=pk, workspace=person.workspace, state=states.DISMISSED).first()
    if signal is None or Signal.objects.filter(workspace=person.workspace, state=states.PROPOSED).exists():
        raise stale_undo()
    _answer(signal, state=states.PROPOSED, reason="", answered_at=None, answered_by=None)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.SIGNAL_DISMISSED, target=signal, now=now,
        after={"undone": True},
    )  # fmt: skip


@transaction.atomic
def _propose(
    workspace: Workspace, level: int, grounds: Sequence[str], found: dict[str, Any], now: datetime
) -> Signal | None:
    lock_workspace(workspace.pk)
    standing = Signal.objects.filter(workspace=workspace, state=states.PROPOSED).first()
    if standing:
        return _extend(standing, level, grounds, found, now)
    burning = Incident.objects.filter(workspace=workspace, state__in=states.BURNING, is_drill=False)
    quiet = Signal.objects.filter(
        workspace=workspace, state=states.DISMISSED, level__gte=level,
        answered_at__gt=now - timedelta(hours=states.QUIET_HOURS),
    )  # fmt: skip
    if burning.exists() or quiet.exists():
        return None
    made = Signal.objects.create(
        workspace=workspace, at=now, last_at=now, level=level, found=found, grounds=list(grounds)
    )
    _tell(made, now)
    return made


def _extend(signal: Signal, level: int, grounds: Sequence[str], found: dict[str, Any], now: datetime) -> Signal:
    is_higher = level > signal.level
    signal.level, signal.last_at = max(level, signal.level), now
    signal.grounds = list(dict.fromkeys([*signal.grounds, *grounds]))
    if found.get("messages", 0) > signal.found.get("messages", 0):
        signal.found = found
    signal.save(update_fields=["level", "last_at", "grounds", "found"])
    if is_higher:
        _tell(signal, now)
    return signal


def _tell(signal: Signal, now: datetime) -> None:
    """Whoever is on duty and may declare; while none of them is, everybody who may."""
    may_declare = list(holders_of(signal.workspace, DECLARE))
    on_duty = {one.pk for one in on_duty_at(signal.workspace, now)}
    url = reverse("crisis:index", args=[signal.workspace.slug])
    for person in [one for one in may_declare if one.pk in on_duty] or may_declare:
        once = f"crisis.signal:{signal.pk}:{signal.level}"
        send_notice(
            person=person, kind="crisis.signal", values={"level": signal.level, "grounds": signal.grounds}, url=url,
            once_key=once, now=now,
        )  # fmt: skip


def _answer(signal: Signal, **answered: Any) -> None:
    for name, value in answered.items():
        setattr(signal, name, value)
    signal.save(update_fields=[*answered])
