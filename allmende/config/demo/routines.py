"""The daily work of the Lotsenforum: rounds of the last workdays, and one change at a network."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allmende.channels.models import Channel
from allmende.config.demo import words
from allmende.domain.routine import is_due
from allmende.plan import states
from allmende.plan.actions import begin_round, note_platform_change, save_routine, settle_effect, tick_step
from allmende.plan.models import Routine
from allmende.team.models import Person

DAYS_OF_ROUNDS = 4
BEGINS_AT_HOUR = 8


def keep_routines(*, jana: Person, emre: Person, channels: dict[str, Channel], now: datetime) -> None:
    """Routines, their last rounds, and a change that still asks for one thing."""
    told = words.texts(jana.workspace.language, "routines")
    begun_at = now - timedelta(days=30)
    for place, said in enumerate(told["routines"]):
        routine = _write(jana, (jana, emre)[place % 2], channels.get(said["place"]), said, begun_at)
        for days in range(DAYS_OF_ROUNDS, 0, -1):
            _go(routine, said, now - timedelta(days=days), note=said["note"] if days == 1 else "")
    _note_change(jana, channels["social"], told["change"], now)


def _write(jana: Person, owner: Person, channel: Channel | None, said: dict[str, Any], now: datetime) -> Routine:
    return save_routine(
        person=jana, routine=None, revision=None, steps=said["steps"], now=now, name=said["name"],
        purpose=said["purpose"], rhythm=said["rhythm"], weekday=said.get("weekday"), channel=channel, owner=owner,
        planned_minutes=said["minutes"],
    )  # fmt: skip


def _go(routine: Routine, said: dict[str, Any], day: datetime, note: str) -> None:
    local = day.astimezone(ZoneInfo(routine.workspace.zone))
    if not said["spent"] or not is_due(routine.rhythm, routine.weekday, local.date()):
        return
    at, on = local.replace(hour=BEGINS_AT_HOUR, minute=5), local.date()
    begin_round(person=routine.owner, routine=routine, on=on, now=at)
    for step, minutes in zip(routine.steps.all(), said["spent"], strict=True):
        at += timedelta(minutes=minutes)
        tick_step(person=routine.owner, step=step, on=on, is_done=True, note=note, now=at)
        note = ""


def _note_change(jana: Person, channel: Channel, said: dict[str, Any], now: datetime) -> None:
    account = channel.account
    if account is None:
        return
    noted_at = now - timedelta(days=2)
    change = note_platform_change(
        person=jana, network=account.kind, what=said["what"], noticed_date=noted_at.date(),
        effective_date=(now + timedelta(days=20)).date(), source_url="", formats=said["formats"], now=noted_at,
    )  # fmt: skip
    effect = change.effects.filter(channel__isnull=False).first()
    if effect:
        settle_effect(
            person=jana, effect=effect, state=states.UNTOUCHED, note=said["settled"], seen_revision=None, now=noted_at
        )
