"""Take in a community's past from a file: one transaction per batch, refused rows beside it, the rest goes in."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.record_batch import record_batch
from allmende.channels.actions.write_rows import read_unmapped
from allmende.channels.models import Channel, ImportRun
from allmende.channels.queries import refused_file
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Batch, RefusedRow
from allmende.connectors.register import connector_class
from allmende.members.actions import set_actor_rules
from allmende.members.states import BOT, STAFF
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

FORMATS = ("auto", "jsonl")


class CannotImport(Exception):
    """Nothing was taken in; the message says why and what to do."""


def import_file(
    *,
    person: Person,
    channel: Channel,
    path: Path,
    now: datetime,
    format: str = "auto",  # noqa: A002 - the word people use
    staff: Sequence[str] = (),
    bots: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportRun:
    """Read the file into the channel. Rows that are known add nothing; broken ones go to `queries.refused_file(run)`.

    `staff`: names; `bots`: globs; both count from now on. `mapping`: our field -> theirs. `progress`: told the rows
    read after each batch. Raises CannotImport before anything was taken in; what fails later leaves a failed run
    whose rows stay and can be undone.
    """
    require(person, "channels.archive.import")
    if format not in FORMATS:
        raise CannotImport(_("Not imported. The format %(format)s is not known here; use jsonl.") % {"format": format})
    reader = connector_class("archive")(
        {
            "file": str(path),
            "place": "social" if channel.kind == "social_network" else "forum",
            "map": dict(mapping or {}),
            "bots": tuple(bots),
            "staff": tuple(staff),
        },
        None,
        Client(),
    )
    run = _begin(person, channel, path, now, (staff, bots), reader)
    read_unmapped()
    try:
        with refused_file(run).open("w", encoding="utf-8") as out:
            for batch in reader.collect(""):
                _take_in(run, channel, batch, now)
                for row in batch.refused:
                    out.write(_line(row))
                if progress:
                    progress(run.read)
    except Exception as error:
        _end(run, "failed", now, str(error))
        if isinstance(error, ConnectorError):
            raise CannotImport(
                _("Not imported any further. The file cannot be read: %(detail)s") % {"detail": error}
            ) from error
        raise
    _end(run, "done", now)
    if not run.refused:
        refused_file(run).unlink(missing_ok=True)
    return run


def _begin(
    person: Person, channel: Channel, path: Path, now: datetime, names: tuple[Sequence[str], Sequence[str]], reader: Any
) -> ImportRun:
    try:
        reader.whoami()
    except ConnectorError:
        raise CannotImport(_("Not imported. There is no readable file %(name)s.") % {"name": path.name}) from None
    staff, bots = names
    with transaction.atomic():
        for patterns, actor_class in ((staff, STAFF), (bots, BOT)):
            set_actor_rules(person=person, network=channel.network, patterns=patterns, actor_class=actor_class, now=now)
        run = ImportRun.objects.create(
            workspace=channel.workspace, channel=channel, file_name=path.name[:200], format="jsonl", state="running",
            created_at=now, created_by=person, updated_at=now, updated_by=person, origin="import",
        )  # fmt: skip
        record_audit(
            workspace=channel.workspace, person=person, verb="channels.archive.imported", target=run, now=now,
            after={"file": run.file_name},
        )  # fmt: skip
    refused_file(run).parent.mkdir(parents=True, exist_ok=True)
    return run


@transaction.atomic
def _take_in(run: ImportRun, channel: Channel, batch: Batch, now: datetime) -> None:
    recorded = record_batch(channel=channel, batch=batch, now=now, origin="import", import_run=run)
    refused = len(batch.refused) + recorded.refused
    run.new += recorded.new
    run.known += recorded.known
    run.refused += refused
    run.read += recorded.new + recorded.known + refused
    run.cursor = batch.cursor
    run.save(update_fields=["new", "known", "refused", "read", "cursor"])


def _end(run: ImportRun, state: str, now: datetime, reason: str = "") -> None:
    run.state, run.finished_at, run.reason = state, now, reason[:2000]
    run.save(update_fields=["state", "finished_at", "reason"])


def _line(row: RefusedRow) -> str:
    told = {"line": row.line, "reason_code": row.reason_code, "values": dict(row.values), "raw": row.raw}
    return json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "replace").decode() + "\n"
