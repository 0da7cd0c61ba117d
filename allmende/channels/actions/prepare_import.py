"""Before an import begins: a file is kept, what is wished of it is written down, or it is dropped again."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.connect_account import choose_channel
from allmende.channels.actions.consider_channel import CannotChoose
from allmende.channels.actions.import_file import CannotImport, check_format, choose_file, told
from allmende.channels.models import Channel, ImportRun
from allmende.channels.queries import archive_of, uploads_folder
from allmende.channels.queries.imports import forget_upload
from allmende.channels.states import RUN_CHOSEN
from allmende.connectors.errors import ConnectorError
from allmende.team.access import require
from allmende.team.models import Person

MOST_BYTES = 2_000_000_000


def keep_upload(*, person: Person, name: str, parts: Iterable[bytes]) -> Path:
    """Write an uploaded file where imports find it. Raises CannotImport if it is too large or does not fit on the disk."""
    require(person, "channels.archive.import")
    folder = uploads_folder() / uuid.uuid4().hex
    folder.mkdir(parents=True)
    path = folder / (Path(name.replace("\\", "/")).name[:150].lstrip(".") or "file")
    written = 0
    try:
        with path.open("wb") as out:
            for part in parts:
                written += out.write(part)
                if written > MOST_BYTES:
                    raise CannotImport(_("Not taken. The file has more than 2 GB. Place it in the folder for imports."))
    except (OSError, CannotImport) as error:
        drop_upload(path=path)
        if isinstance(error, CannotImport):
            raise
        raise CannotImport(_("Not taken. There is no room for the file: %(detail)s") % {"detail": error}) from error
    return path


def choose_archive(
    *, person: Person, path: Path, channel: Channel | None, name: str, slug: str, now: datetime
) -> ImportRun:
    """A run for the file, into `channel` or a new archive of that name; nothing is left of an upload nobody can read.

    Times of a table without a zone are the workspace's until somebody says otherwise.

    Raises CannotImport, or CannotChoose if the short name is taken.
    """
    try:
        look_at_file(person=person, path=path, wishes={})
        with transaction.atomic():
            if channel is None:
                channel = choose_channel(
                    person=person, name=name, slug=slug, kind="archive", account=None, mark=name[:1].upper(), now=now
                )
            zone = {"map": {"@zone": channel.workspace.zone}}
            return choose_file(person=person, channel=channel, path=path, now=now, wishes=zone)
    except (CannotImport, CannotChoose):
        drop_upload(path=path)
        raise


def look_at_file(*, person: Person, path: Path, wishes: Mapping[str, Any]) -> None:
    """Whether the file could be imported like this, before a channel is made for it. Raises CannotImport."""
    check_format(wishes.get("format", "auto"))
    try:
        archive_of(path, Channel(workspace=person.workspace, kind="archive"), wishes).whoami()
    except ConnectorError as error:
        raise CannotImport(_("Not imported. %(reason)s") % {"reason": told(error)}) from None


def drop_upload(*, path: Path) -> None:
    """Remove an uploaded file of which no run came."""
    if path.parent.parent == uploads_folder():
        path.unlink(missing_ok=True)
        path.parent.rmdir()


@transaction.atomic
def wish_import(*, person: Person, import_run: ImportRun, wishes: Mapping[str, Any], now: datetime) -> ImportRun:
    """Write down how the file is to be read. `wishes` as in `choose_file`. Raises CannotImport."""
    require(person, "channels.archive.import")
    run = ImportRun.objects.select_for_update().select_related("channel__workspace").get(pk=import_run.pk)
    if run.state != RUN_CHOSEN:
        raise CannotImport(_("Nothing changed. This import has begun already."))
    kept = run.choices | dict(wishes)
    reader = archive_of(Path(run.path), run.channel, kept)
    try:
        reader.whoami()
    except ConnectorError as error:
        raise CannotImport(told(error)) from None
    run.choices, run.format, run.updated_at, run.updated_by = kept, reader.format, now, person
    run.save(update_fields=["choices", "format", "updated_at", "updated_by"])
    return run


@transaction.atomic
def drop_import(*, person: Person, import_run: ImportRun) -> None:
    """Forget a chosen file that was never begun. Raises CannotImport if it was."""
    require(person, "channels.archive.import")
    run = ImportRun.objects.select_for_update().get(pk=import_run.pk, workspace=person.workspace)
    if run.state != RUN_CHOSEN:
        raise CannotImport(_("Nothing changed. This import has begun already; stop it or undo it."))
    forget_upload(run)
    run.delete()
