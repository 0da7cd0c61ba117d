"""Record what happened around the plan, judge each element, and begin the revision it asks for (S0-19, S0-20)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.open_draft import CannotRevise, open_draft
from allmende.plan.models import Assessment, ChangeEvent, PlanVersion, StrategicPlan, rows_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotSaveEvent(Exception):
    """The event was not saved; `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def add_change_event(
    *,
    person: Person,
    plan: StrategicPlan,
    kind: str,
    what: str,
    occurred_date: date,
    noticed_date: date | None = None,
    now: datetime,
) -> ChangeEvent:
    """Write down what happened, when, and when it was noticed (today, if nothing is said). Raises CannotSaveEvent."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    today = person.workspace.day_at(now)
    noticed = noticed_date or max(today, occurred_date)
    _check_days(occurred_date, noticed, today)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    same = ChangeEvent.objects.filter(
        plan=plan, kind=kind, what=what.strip(), occurred_date=occurred_date, archived_at__isnull=True
    )
    if twin := same.first():
        return twin  # pressed twice
    event = ChangeEvent.objects.create(
        workspace=person.workspace,
        plan=plan,
        kind=kind,
        what=what.strip(),
        occurred_date=occurred_date,
        noticed_date=noticed,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    _note(person, event, "plan.change_event.saved", now, {"kind": kind, "what": event.what})
    return event


@transaction.atomic
def change_change_event(
    *,
    person: Person,
    event: ChangeEvent,
    kind: str,
    what: str,
    occurred_date: date,
    noticed_date: date,
    now: datetime,
    revision: int | None = None,
) -> ChangeEvent:
    """Mend what was written. Raises CannotSaveEvent, StaleRevision when somebody else wrote it meanwhile."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    _check_days(occurred_date, noticed_date, person.workspace.day_at(now))
    change_record(
        record=event,
        person=person,
        now=now,
        seen_revision=revision,
        kind=kind,
        what=what.strip(),
        occurred_date=occurred_date,
        noticed_date=noticed_date,
    )
    _note(person, event, "plan.change_event.saved", now, {"kind": kind, "what": event.what})
    return event


@transaction.atomic
def archive_change_event(*, person: Person, event: ChangeEvent, now: datetime) -> None:
    """Put an event away that was none. Raises CannotSaveEvent once a revision came of it."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if event.version and event.version.state != states.DISCARDED:
        raise CannotSaveEvent(
            _("Not put away: a revision came of it, and the time it took is counted from this event.")
        )
    change_record(record=event, person=person, now=now, seen_revision=None, archived_at=now)
    _note(person, event, "plan.change_event.removed", now, {})


@transaction.atomic
def assess_elements(
    *, person: Person, event: ChangeEvent, judgements: Mapping[str, tuple[str, str]], now: datetime
) -> int:
    """Say of elements, by key, whether they still hold: (judgement, note). An empty judgement takes it back.

    Returns how many changed. Raises CannotSaveEvent for a key the version in force does not have, or once the revision is
    out and the judgement history.
    """
    require(person, "plan.version.edit")
    _check_open(event)
    known = dict(_keys_in_force(event.plan))
    before = {row.key: row for row in event.assessments.exclude(key="")}
    changed = 0
    for key, (judgement, note) in judgements.items():
        if key not in known:
            raise CannotSaveEvent(
                _("Not saved: the version in force has no such element any more. Open the page anew.")
            )
        old = before.get(key)
        if (old.judgement, old.note) == (judgement, note.strip()) if old else not judgement:
            continue
        changed += 1
        if not judgement:
            event.assessments.filter(key=key).delete()
            continue
        Assessment.objects.update_or_create(
            event=event,
            key=key,
            defaults={
                "layer": known[key],
                "judgement": judgement,
                "note": note.strip(),
                "judged_at": now,
                "judged_by": person,
            },
        )
    if changed:
        _note(person, event, "plan.change_event.assessed", now, {"elements": changed})
    return changed


@transaction.atomic
def need_element(*, person: Person, event: ChangeEvent, layer: str, note: str, now: datetime) -> Assessment:
    """Something the plan does not have yet and needs now."""
    require(person, "plan.version.edit")
    _check_open(event)
    if not note.strip():
        raise CannotSaveEvent(_("Not saved: say what is needed."), "note")
    made, is_new = Assessment.objects.get_or_create(
        event=event,
        key="",
        layer=layer,
        note=note.strip(),
        judgement=states.NEW,
        defaults={"judged_at": now, "judged_by": person},
    )
    if is_new:
        _note(person, event, "plan.change_event.assessed", now, {"new": layer})
    return made


@transaction.atomic
def drop_need(*, person: Person, event: ChangeEvent, pk: int, now: datetime) -> None:
    """It is not needed after all; nothing happens if it is gone."""
    require(person, "plan.version.edit")
    _check_open(event)
    if event.assessments.filter(pk=pk, judgement=states.NEW).delete()[0]:
        _note(person, event, "plan.change_event.assessed", now, {"new": "dropped"})


@transaction.atomic
def revise_for_event(
    *,
    person: Person,
    event: ChangeEvent,
    now: datetime,
    approach: str = "",
    approach_reason: str = "",
    from_nothing_reason: str | None = None,
) -> PlanVersion:
    """Begin the revision an event asks for: a copy by keys, without what was judged as dropped (S0-20).

    A draft that is open already takes the event up as it stands. Raises CannotRevise.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if event.version and event.version.state != states.DISCARDED:
        raise CannotRevise(_("No second revision was begun: this event led to one already."))
    is_new = not PlanVersion.objects.filter(plan=event.plan, state=states.DRAFT).exists()
    draft = open_draft(
        person=person,
        plan=event.plan,
        now=now,
        approach=approach,
        approach_reason=approach_reason,
        from_nothing_reason=from_nothing_reason,
    )
    change_record(record=event, person=person, now=now, seen_revision=None, version=draft)
    if is_new:
        for row in event.assessments.filter(judgement=states.DROP):
            rows_of(row.layer).filter(version=draft, key=row.key).delete()
    _note(person, event, "plan.change_event.saved", now, {"version": draft.number})
    return draft


def undo_assessments(*, person: Person, now: datetime, event: str, judgements: Mapping[str, tuple[str, str]]) -> None:
    """Judge as before. Raises CannotUndo when the event or its element is gone, or history by now."""
    found = ChangeEvent.objects.select_related("version", "plan").filter(pk=event, workspace=person.workspace).first()
    if found is None:
        raise stale_undo()
    try:
        assess_elements(
            person=person, event=found, judgements={key: (a, b) for key, (a, b) in judgements.items()}, now=now
        )
    except CannotSaveEvent as error:
        raise stale_undo() from error


def undo_need(*, person: Person, now: datetime, event: str, row: int) -> None:
    """It was not needed. Raises CannotUndo when the event is gone, or history by now."""
    found = ChangeEvent.objects.select_related("version").filter(pk=event, workspace=person.workspace).first()
    if found is None:
        raise stale_undo()
    try:
        drop_need(person=person, event=found, pk=row, now=now)
    except CannotSaveEvent as error:
        raise stale_undo() from error


def _check_days(occurred: date, noticed: date, today: date) -> None:
    if noticed < occurred:
        raise CannotSaveEvent(
            _("Not saved: nobody notices something before it happens. Mend one of the days."), "noticed_date"
        )
    if noticed > today:
        raise CannotSaveEvent(_("Not saved: it cannot have been noticed in the future. Mend the day."), "noticed_date")


def _check_open(event: ChangeEvent) -> None:
    version = event.version
    if version is not None and version.state in states.IN_FORCE_ONCE:
        raise CannotSaveEvent(
            _("Not saved: the version this event led to is published, and what was judged stays as it was.")
        )


def _keys_in_force(plan: StrategicPlan) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for layer in states.LAYERS:
        rows = rows_of(layer).filter(version__plan=plan, version__state=states.PUBLISHED)
        found += [(key, layer) for key in rows.values_list("key", flat=True)]
    return found


def _note(person: Person, event: ChangeEvent, verb: str, now: datetime, after: Mapping[str, object]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=event, now=now, after=dict(after))
