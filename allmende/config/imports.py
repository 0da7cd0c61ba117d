"""An import from the command line: read into a channel, filed as archived, counted."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.text import slugify

from allmende.channels.access import find_import
from allmende.channels.actions import (
    CannotImport,
    CannotUndoImport,
    ImportRuns,
    choose_channel,
    import_file,
    look_at_file,
    undo_import,
)
from allmende.channels.models import Channel
from allmende.channels.queries import channels_of, import_facts, odd_times, refused_file
from allmende.config import terminal
from allmende.inbox.actions import file_imported
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of

RIGHT = "channels.archive.import"


def import_into(
    workspace: Workspace,
    name: str,
    file: Path,
    *,
    file_format: str,
    names: Mapping[str, str],
    staff: Sequence[str],
    bots: Sequence[str],
    open_since: date | None = None,
) -> dict[str, object]:
    """Read the file into the channel of that short name, made if need be; the answer of `interfaces.md`.

    Raises terminal.WrongUse for a file that cannot be read, terminal.Locked if another process reads it just now.
    """
    person = _person(workspace)
    try:
        run = import_file(
            person=person,
            channel=_channel(person, name, file, {"format": file_format, "map": names}),
            path=file,
            format=file_format,
            staff=staff,
            bots=bots,
            mapping=names,
            open_since=open_since,
            now=timezone.now(),
            clock=timezone.now,
            progress=lambda run: terminal.say(f"{run.percent} % looked through, {run.read} rows read ..."),
        )
    except ImportRuns as error:
        raise terminal.Locked(str(error)) from None
    except CannotImport as error:
        raise terminal.WrongUse(str(error)) from None
    file_imported(import_run=run, now=timezone.now())
    facts, (early, late) = import_facts(run), odd_times(run)
    if early or late:
        terminal.say(
            f"Odd times: {early} rows before 1990, which are not counted, and {late} in the future, which count when their time"
            " has come. If they are wrong, take the import back and put the file right."
        )
    return {
        "run": str(run.pk),
        "read": run.read,
        "new": run.new,
        "known": run.known,
        "refused": run.refused,
        **facts,
        "refused_file": str(refused_file(run)) if run.refused else "",
    }


def undo_run(slug: str, number: str) -> dict[str, object]:
    """Take a run back. Raises terminal.WrongUse if there is none or it cannot be undone."""
    person = _person(Workspace.objects.get(slug=slug))
    from django.http import Http404

    try:
        run = find_import(person, UUID(number))
        undo_import(person=person, import_run=run, now=timezone.now())
    except (Http404, ValueError):
        raise terminal.WrongUse(f"Nothing was undone: there is no import {number} here.") from None
    except CannotUndoImport as error:
        raise terminal.WrongUse(str(error)) from None
    return {"run": str(run.pk), "file": run.file_name, "undone": run.new}


def _person(workspace: Workspace) -> Person:
    person = holders_of(workspace, RIGHT).order_by("created_at").first()
    if person is None:
        raise terminal.WrongUse(f"Nothing was imported. Nobody in {workspace.name} may import.")
    return person


def _channel(person: Person, name: str, file: Path, wishes: Mapping[str, object]) -> Channel:
    """The channel of that name; before an archive is made for a new one, the file must be readable."""
    slug = slugify(name)
    found = channels_of(person.workspace).filter(slug=slug).first()
    if found:
        return found
    if not slug or not file.exists():
        raise terminal.WrongUse(f"Nothing was imported. There is no readable file {file.name}, or no channel name.")
    look_at_file(person=person, path=file, wishes=wishes)
    return choose_channel(
        person=person, name=name, slug=slug, kind="archive", account=None, mark=name[:1].upper(), now=timezone.now()
    )
