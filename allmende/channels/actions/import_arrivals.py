"""Take in what a site tells in a table about people who came by our links, and take it out again."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels import audit, states
from allmende.channels.actions.keep_table import keep_table
from allmende.channels.actions.record_arrivals import keep_arrivals
from allmende.channels.catalogue.arrivals import SHEET_REASONS
from allmende.channels.models import ArrivalUpload, LinkArrival
from allmende.channels.queries.arrivals import arrival_sheet, arrivals_folder
from allmende.channels.queries.tables import CannotReadTable
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

RIGHT = "editorial.item.edit"


class CannotImportArrivals(Exception):
    """Nothing was taken in or out; the message says why."""


def choose_arrivals(*, person: Person, name: str, parts: Iterable[bytes], now: datetime) -> ArrivalUpload:
    """Keep an uploaded table and look whether it can be read. Raises CannotImportArrivals."""
    require(person, RIGHT)
    folder = arrivals_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        keep_table(path=path, parts=parts)
        upload = ArrivalUpload(
            workspace=person.workspace, file_name=name[:200], path=str(path), created_at=now, created_by=person,
            updated_at=now, updated_by=person, origin="import",
        )  # fmt: skip
        arrival_sheet(upload, now)
    except (OSError, CannotReadTable) as error:
        path.unlink(missing_ok=True)
        raise CannotImportArrivals(why_not_read(error)) from error
    upload.save()
    return upload


@transaction.atomic
def wish_arrivals(*, person: Person, upload: ArrivalUpload, wishes: Mapping[str, Any], now: datetime) -> ArrivalUpload:
    """Write down how the table is to be read: its columns, and how its dates are written."""
    require(person, RIGHT)
    upload = _chosen(person, upload)
    upload.wishes, upload.updated_at, upload.updated_by = dict(wishes), now, person
    upload.save(update_fields=["wishes", "updated_at", "updated_by"])
    return upload


@transaction.atomic
def import_arrivals(*, person: Person, upload: ArrivalUpload, now: datetime) -> ArrivalUpload:
    """Keep the arrivals that are not known yet (S3-22). Raises CannotImportArrivals."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    upload = _chosen(person, upload)
    try:
        sheet = arrival_sheet(upload, now)
    except CannotReadTable as error:
        raise CannotImportArrivals(why_not_read(error)) from error
    if not sheet.arrivals:
        raise CannotImportArrivals(_("Nothing was taken in: no row of the table is a new arrival. The table is kept."))
    rows = [
        LinkArrival(
            link=one.link, event_id=one.event_id, act=one.act, occurred_at=one.occurred_at, recorded_at=now,
            actor=one.actor, upload=upload,
        )
        for one in sheet.arrivals
    ]  # fmt: skip
    path, upload.path = upload.path, ""
    upload.state, upload.finished_at, upload.updated_at, upload.updated_by = states.RUN_DONE, now, now, person
    upload.made = keep_arrivals(rows)
    upload.known, upload.refused = sheet.known + len(rows) - upload.made, len(sheet.left_out)
    upload.save()
    record_audit(
        workspace=upload.workspace, person=person, verb=audit.ARRIVALS_IMPORTED, target=upload, now=now,
        after={"file": upload.file_name, "made": upload.made},
    )  # fmt: skip
    transaction.on_commit(lambda: Path(path).unlink(missing_ok=True))
    return upload


@transaction.atomic
def undo_arrivals(*, person: Person, upload: ArrivalUpload, now: datetime) -> ArrivalUpload:
    """Take out all the table brought; what counted it is counted anew. Raises CannotImportArrivals."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    upload = ArrivalUpload.objects.select_for_update().get(pk=upload.pk, workspace=person.workspace)
    if upload.state != states.RUN_DONE:
        raise CannotImportArrivals(_("Nothing changed. There is nothing of this table to take out."))
    upload.arrivals.all().delete()
    upload.state, upload.finished_at, upload.updated_at, upload.updated_by = states.RUN_UNDONE, now, now, person
    upload.save(update_fields=["state", "finished_at", "updated_at", "updated_by"])
    record_audit(workspace=upload.workspace, person=person, verb=audit.ARRIVALS_UNDONE, target=upload, now=now)
    return upload


@transaction.atomic
def drop_arrivals(*, person: Person, upload: ArrivalUpload) -> None:
    """Forget a table of which nothing was taken in."""
    require(person, RIGHT)
    upload = _chosen(person, upload)
    path = upload.path
    upload.delete()
    transaction.on_commit(lambda: Path(path).unlink(missing_ok=True))


def why_not_read(error: Exception) -> str:
    """Why a table cannot be taken in, in a sentence."""
    if isinstance(error, CannotReadTable) and error.reason_code in SHEET_REASONS:
        return str(SHEET_REASONS[error.reason_code]) % {"detail": error.detail}
    return str(error)


def _chosen(person: Person, upload: ArrivalUpload) -> ArrivalUpload:
    found = ArrivalUpload.objects.select_for_update().filter(pk=upload.pk, workspace=person.workspace).first()
    if found is None or found.state != states.RUN_CHOSEN:
        raise CannotImportArrivals(_("Nothing changed. This table was taken in or dropped already."))
    return found
