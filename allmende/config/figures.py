"""Measured values from the command line into the plan."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from allmende.config import terminal
from allmende.plan.access import find_upload
from allmende.plan.actions import (
    CannotTakeValues,
    choose_values,
    drop_values,
    take_values,
    undo_values,
    wish_values,
)
from allmende.plan.catalogue.proof import VALUE_REASONS
from allmende.plan.queries import places_of, values_of
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of

RIGHT = "plan.evidence.tell"


def take_table(workspace: Workspace, file: Path, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Take in the file. Raises terminal.WrongUse for a file that cannot be read, or of which no row holds."""
    person, now = _person(workspace), timezone.now()
    try:
        upload = choose_values(person=person, name=file.name, parts=_parts(file), now=now)
    except (OSError, CannotTakeValues) as error:
        raise terminal.WrongUse(f"Nothing was taken in. {error}") from None
    try:
        wishes = {**wishes, **({"key": _key(workspace, wishes["key"])} if "key" in wishes else {})}
        upload = wish_values(person=person, upload=upload, wishes=wishes, now=now)
        taken = take_values(person=person, upload=upload, now=now)
    except (CannotTakeValues, terminal.WrongUse) as error:
        why = _reasons(
            [[one.line, one.reason_code, one.word] for one in values_of(upload, timezone.localdate()).refused]
        )
        drop_values(person=person, upload=upload)
        lines = "".join(f"\n  line {one['line']}: {one['reason']}" for one in why[:20])
        raise terminal.WrongUse(f"{error}{lines}") from None
    refused = _reasons(taken.refused)
    return {
        "upload": str(taken.pk),
        "file": taken.file_name,
        "taken": taken.taken,
        "known": taken.known,
        "refused_number": len(refused),
        "refused": refused,
    }


def take_out(workspace: Workspace, number: str) -> dict[str, Any]:
    """Take a table out again. Raises terminal.WrongUse if there is none or it is out already."""
    person = _person(workspace)
    try:
        upload = undo_values(person=person, upload=find_upload(person, UUID(number)), now=timezone.now())
    except (Http404, ValueError):
        raise terminal.WrongUse(f"Nothing was undone: there is no table {number} here.") from None
    except CannotTakeValues as error:
        raise terminal.WrongUse(str(error)) from None
    return {"upload": str(upload.pk), "file": upload.file_name}


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while part := source.read(65536):
            yield part


def _reasons(refused: list[Any]) -> list[dict[str, Any]]:
    return [{"line": line, "reason": str(VALUE_REASONS[code]) % {"word": word}} for line, code, word, *_ in refused]


def _key(workspace: Workspace, name: str) -> str:
    found = [
        one.key
        for one in places_of(workspace)
        if name.casefold() in {one.key, one.code.casefold(), one.name.casefold()}
    ]
    if len(found) != 1:
        raise terminal.WrongUse(f"Nothing was taken in. The plan in force has not exactly one part called {name}.")
    return found[0]


def _person(workspace: Workspace) -> Person:
    person = holders_of(workspace, RIGHT).order_by("created_at").first()
    if person is None:
        raise terminal.WrongUse(f"Nothing was taken in. Nobody in {workspace.name} may write down figures.")
    return person
