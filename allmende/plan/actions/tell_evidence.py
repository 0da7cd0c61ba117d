"""Write down a measured value by hand, and give a value that belongs to nothing its place (S0-03, S0-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import audit, states
from allmende.plan.actions.record_evidence import record_evidence
from allmende.plan.actions.take_values import TELL, as_kept, put_back
from allmende.plan.actions.withdraw_questions import withdraw_questions
from allmende.plan.models import Evidence
from allmende.plan.queries.values import PERCENT, Measured, measured_as, places_of, span_of
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@dataclass(frozen=True)
class Telling:
    """A measured value as somebody tells it: of the days `begins` to `ends`, a `number` in a `unit` ("%" makes a share)."""

    key: str
    source: str
    begins: date
    ends: date
    number: float
    unit: str = ""
    n: int | None = None
    note: str = ""


class CannotTellEvidence(Exception):
    """Nothing was written down or attached; the message says why. `field` names what to mend, if one thing."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


def measured_from(told: Telling, line: int, zone: ZoneInfo, now: datetime) -> Measured:
    """What is written down of it. Raises CannotTellEvidence for days that contradict each other, days to come and shares
    beyond 0 to 100."""
    value, share = measured_as(told.number, told.unit)
    if told.begins > told.ends:
        raise CannotTellEvidence(_("Not written down: the period ends before it begins."), "begins")
    if told.ends > now.astimezone(zone).date():
        raise CannotTellEvidence(_("Not written down: this day is still to come, nothing was measured then."), "ends")
    if share is not None and not 0 <= share <= 1:
        raise CannotTellEvidence(_("Not written down: per cent lie between 0 and 100."), "number")
    begins_at, ends_at = span_of(told.begins, told.ends, zone)
    unit = "" if told.unit == PERCENT else told.unit
    return Measured(line, told.key, told.source, begins_at, ends_at, value, share, unit, told.n, told.note)


@transaction.atomic
def tell_evidence(
    *,
    person: Person,
    key: str,
    source: str,
    begins: date,
    ends: date,
    number: float,
    unit: str,
    n: int | None,
    now: datetime,
    note: str = "",
) -> tuple[Evidence, dict[str, Any] | None]:
    """The fact, and what stood there before for the same days (None: nothing). Per cent become a share.

    Raises CannotTellEvidence for days that contradict each other, days to come and shares beyond 0 to 100.
    """
    require(person, TELL)
    lock_workspace(person.workspace_id)
    told = Telling(key, source, begins, ends, number, unit, n, note)
    row = measured_from(told, 0, ZoneInfo(person.workspace.zone), now)
    place: dict[str, Any] = {"key": key, "kind": states.MEASURED, "source": source, "definition_version": ""}
    place |= {"period_start": row.begins_at, "period_end": row.ends_at}
    before = Evidence.objects.filter(workspace=person.workspace, **place).first()
    kept = as_kept(before) if before else None
    nothing: dict[str, Any] = dict.fromkeys(("people", "times", "low", "high"))
    fact = record_evidence(
        workspace=person.workspace,
        **place,
        **nothing,
        share=row.share,
        value=row.value,
        unit=row.unit,
        n=n,
        note=note,
        verdict="",
        reason="",
        at=now,
    )
    Evidence.objects.filter(pk=fact.pk).update(told_by=person)
    withdraw_questions(workspace=person.workspace, places={(key, source)}, now=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.VALUE_TOLD,
        target=fact,
        now=now,
        after={"key": key, "source": source, "number": number, "unit": unit, "ends": ends.isoformat()},
    )
    return fact, kept


@transaction.atomic
def undo_told(*, person: Person, now: datetime, pk: int, before: Mapping[str, Any] | None) -> None:
    """Take a value back that was written down by hand; what it replaced stands again."""
    require(person, TELL)
    fact = Evidence.objects.filter(pk=pk, workspace=person.workspace, told_by=person, upload=None).first()
    if fact is None:
        raise stale_undo()
    record_audit(
        workspace=person.workspace, person=person, verb=audit.VALUE_TOLD, target=fact, now=now, after={"undone": True}
    )
    if before is None:
        fact.delete()
    else:
        put_back(before)
    withdraw_questions(workspace=person.workspace, places={(fact.key, fact.source)}, now=now)


@transaction.atomic
def attach_evidence(*, person: Person, key: str, source: str, to: str, now: datetime) -> list[int]:
    """Everything `source` told of `key` belongs to the element `to` of the plan in force from now on; the rows moved.

    Raises CannotTellEvidence when the plan has no such part, or when it has figures of this name for the same days.
    """
    require(person, TELL)
    lock_workspace(person.workspace_id)
    if to not in {place.key for place in places_of(person.workspace)}:
        raise CannotTellEvidence(_("Not attached: the plan in force has no such part. Choose another one."))
    facts = Evidence.objects.filter(workspace=person.workspace, source=source)
    moved = list(facts.filter(key=key).values_list("pk", flat=True))
    taken = set(facts.filter(key=to).values_list("kind", "period_start", "period_end", "definition_version"))
    ours = facts.filter(pk__in=moved).values_list("kind", "period_start", "period_end", "definition_version")
    if taken & set(ours):
        raise CannotTellEvidence(
            _("Not attached: that part of the plan has figures of this name for the same days. Nothing was changed.")
        )
    facts.filter(pk__in=moved).update(key=to, looked_at=None)
    withdraw_questions(workspace=person.workspace, places={(key, source)}, now=now)
    _note(person, key, source, to, now)
    return moved


@transaction.atomic
def undo_attach(*, person: Person, now: datetime, key: str, source: str, to: str, moved: list[int]) -> None:
    """Let the figures belong to nothing again."""
    require(person, TELL)
    lock_workspace(person.workspace_id)
    if not Evidence.objects.filter(workspace=person.workspace, pk__in=moved, key=to).update(key=key):
        raise stale_undo()
    withdraw_questions(workspace=person.workspace, places={(to, source)}, now=now)
    _note(person, to, source, key, now)


def _note(person: Person, key: str, source: str, to: str, now: datetime) -> None:
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.VALUES_ATTACHED,
        target=person.workspace,
        now=now,
        before={"key": key, "source": source},
        after={"key": to},
    )
