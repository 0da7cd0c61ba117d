"""Take in a table of measured values, whole, and take it out again (S0-03)."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import keep_table
from allmende.channels.queries.tables import CannotReadTable, read_sheet
from allmende.plan import audit, states
from allmende.plan.actions.record_evidence import SAME_FACT, TOLD
from allmende.plan.actions.withdraw_questions import withdraw_questions
from allmende.plan.catalogue.proof import TABLE_REASONS
from allmende.plan.models import Evidence, EvidenceUpload
from allmende.plan.queries.values import Measured, values_of
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

TELL = "plan.evidence.tell"
# Element, source, begin and end: one measured fact.
Spot = tuple[str, str, datetime, datetime]


class CannotTakeValues(Exception):
    """Nothing was taken in or out; the message says why."""


def choose_values(*, person: Person, name: str, parts: Iterable[bytes], now: datetime) -> EvidenceUpload:
    """Keep the rows of an uploaded table, nothing is taken in yet. Raises CannotTakeValues if it is no table."""
    require(person, TELL)
    with tempfile.TemporaryDirectory(prefix="allmende-values-") as folder:
        path = Path(folder, "table")
        try:
            keep_table(path=path, parts=parts)
            sheet = read_sheet(path)
        except CannotReadTable as error:
            reason = str(TABLE_REASONS.get(error.reason_code, error))
            raise CannotTakeValues(reason % {"detail": error.detail}) from error
    return EvidenceUpload.objects.create(
        workspace=person.workspace,
        file_name=name[:200],
        headers=list(sheet.headers),
        rows=[[line, list(cells)] for line, cells in sheet.rows],
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
        origin="import",
    )


@transaction.atomic
def wish_values(*, person: Person, upload: EvidenceUpload, wishes: Mapping[str, Any], now: datetime) -> EvidenceUpload:
    """Which column is what (`columns`: field -> header), how `dates` are written, and what holds for every row where a
    column is missing: `key` of the element, `source`, `unit`."""
    require(person, TELL)
    found = _chosen(person, upload)
    found.wishes, found.updated_at, found.updated_by = dict(wishes), now, person
    found.save(update_fields=["wishes", "updated_at", "updated_by"])
    return found


@transaction.atomic
def take_values(*, person: Person, upload: EvidenceUpload, now: datetime) -> EvidenceUpload:
    """Take in the rows that hold, all at once; the others are kept with the reason. Raises CannotTakeValues if none holds."""
    require(person, TELL)
    lock_workspace(person.workspace_id)
    found = _chosen(person, upload)
    values = values_of(found, now.astimezone(ZoneInfo(found.workspace.zone)).date())
    if not values.rows:
        raise CannotTakeValues(
            _(
                "Nothing was taken in: no row holds. The table is kept; look at the reasons and choose the columns again."
            )
        )
    found.refused = [[one.line, one.reason_code, one.word, list(one.cells)] for one in values.refused]
    found.rows = []
    return write_rows(person=person, upload=found, rows=values.rows, before=known_facts(person, values.rows), now=now)


def write_rows(
    *,
    person: Person,
    upload: EvidenceUpload,
    rows: Sequence[Measured],
    before: Mapping[Spot, Evidence],
    now: datetime,
    flags: Sequence[str] = (),
) -> EvidenceUpload:
    """Write rows that hold as facts of an upload, with its line in the audit book; what they replace is kept with it.

    `before`: what `known_facts` said of them. Belongs inside the transaction of the action that checked them.
    """
    fresh = [row for row in rows if not is_same(row, before.get(spot_of(row)))]
    facts = [_fact(upload, person, row, flags, now) for row in fresh]
    upload.state, upload.taken_at, upload.updated_at, upload.updated_by = states.TAKEN, now, now, person
    upload.taken, upload.known = len(fresh), len(rows) - len(fresh)
    upload.replaced = [as_kept(before[spot_of(row)]) for row in fresh if spot_of(row) in before]
    upload.save()
    Evidence.objects.bulk_create(
        facts, update_conflicts=True, unique_fields=SAME_FACT, update_fields=TOLD, batch_size=50
    )
    told_anew = {(row.key, row.source) for row in fresh if spot_of(row) in before}
    withdraw_questions(workspace=upload.workspace, places=told_anew, now=now)
    record_audit(
        workspace=upload.workspace,
        person=person,
        verb=audit.VALUES_TAKEN,
        target=upload,
        now=now,
        after={"file": upload.file_name, "taken": upload.taken, "refused": len(upload.refused)},
    )
    return upload


@transaction.atomic
def undo_values(*, person: Person, upload: EvidenceUpload, now: datetime) -> EvidenceUpload:
    """Take the whole table out again; what its values had replaced stands as before. Raises CannotTakeValues."""
    require(person, TELL)
    lock_workspace(person.workspace_id)
    found = EvidenceUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk, workspace=person.workspace)
    if found.state != states.TAKEN:
        raise CannotTakeValues(_("Nothing changed. There is nothing of this table to take out."))
    places = set(found.facts.values_list("key", "source"))
    ours = set(found.facts.values_list("pk", flat=True))
    for kept in found.replaced:
        if kept["pk"] in ours:
            put_back(kept)
            ours.discard(kept["pk"])
    Evidence.objects.filter(pk__in=ours).delete()
    withdraw_questions(workspace=found.workspace, places=places, now=now)
    found.state, found.updated_at, found.updated_by = states.UNDONE, now, person
    found.save(update_fields=["state", "updated_at", "updated_by"])
    record_audit(workspace=found.workspace, person=person, verb=audit.VALUES_UNDONE, target=found, now=now)
    return found


@transaction.atomic
def drop_values(*, person: Person, upload: EvidenceUpload) -> None:
    """Forget a table of which nothing was taken in."""
    require(person, TELL)
    _chosen(person, upload).delete()


def as_kept(fact: Evidence) -> dict[str, Any]:
    """What a fact says, JSON-able, for `put_back`."""
    values = {field.attname: getattr(fact, field.attname) for field in Evidence._meta.concrete_fields}
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
    times = {name: value.isoformat() for name, value in plain.items() if isinstance(value, datetime)}
    return {**plain, **times, "pk": fact.pk}


def put_back(kept: Mapping[str, Any]) -> bool:
    """Let a fact say again what it said, and be looked at again; False when it is gone."""
    fields = {field.attname: field for field in Evidence._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in kept.items() if name in fields and name != "id"}
    values["looked_at"] = None
    return bool(Evidence.objects.filter(pk=kept["pk"]).update(**values))


def _chosen(person: Person, upload: EvidenceUpload) -> EvidenceUpload:
    rows = EvidenceUpload.objects.select_for_update(of=("self",)).select_related("workspace")
    found = rows.filter(pk=upload.pk, workspace=person.workspace).first()
    if found is None or found.state != states.CHOSEN:
        raise CannotTakeValues(_("Nothing changed. This table was taken in or dropped already."))
    return found


def spot_of(row: Measured) -> Spot:
    """What makes two rows tell the same fact."""
    return row.key, row.source, row.begins_at, row.ends_at


def known_facts(person: Person, rows: Sequence[Measured]) -> dict[Spot, Evidence]:
    """What is known already for these elements in these days; one query."""
    facts = Evidence.objects.filter(
        workspace=person.workspace_id,
        kind=states.MEASURED,
        definition_version="",
        key__in={row.key for row in rows},
        period_end__gte=min(row.ends_at for row in rows),
        period_end__lte=max(row.ends_at for row in rows),
    )
    return {(one.key, one.source, one.period_start, one.period_end): one for one in facts}


def is_same(row: Measured, fact: Evidence | None) -> bool:
    """Would writing the row change nothing?"""
    told = (row.value, row.share, row.unit, row.n, row.note)
    return fact is not None and (fact.value, fact.share, fact.unit, fact.n, fact.note) == told


def _fact(upload: EvidenceUpload, person: Person, row: Measured, flags: Sequence[str], now: datetime) -> Evidence:
    return Evidence(
        workspace=upload.workspace,
        key=row.key,
        kind=states.MEASURED,
        source=row.source,
        period_start=row.begins_at,
        period_end=row.ends_at,
        value=row.value,
        share=row.share,
        unit=row.unit,
        n=row.n,
        note=row.note,
        flags=list(flags),
        upload=upload,
        told_by=person,
        at=now,
    )
