"""Take back what a person just did, by the room's own action for it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from importlib import import_module
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.team.access import require
from allmende.team.actions.change_record import StaleRevision, change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, Revised
from allmende.team.queries import read_undo

# What a room offers in `actions.UNDO`, by kind: called with `person`, `now` and the values it was offered with.
Undo = Callable[..., object]
_ASKING: set[Undo] = set()


class CannotUndo(Exception):
    """Nothing was taken back; the message says why and what to do."""


def asks_network(undo: Undo) -> Undo:
    """For an undo that speaks to a network: no transaction stands while it waits for the answer; it opens its own."""
    _ASKING.add(undo)
    return undo


def undo_change(*, person: Person, token: str, now: datetime) -> None:
    """Take back the change that `queries.undo_url` offered. Raises CannotUndo."""
    offer = read_undo(person, token)
    if offer is None:
        raise CannotUndo(
            _("Not undone. The offer has run out, so the change stands. Change it back by hand where you made it.")
        )
    kind, values = offer
    undo = _undo_of(kind)
    try:
        with nullcontext() if undo in _ASKING else transaction.atomic():
            undo(person=person, now=now, **values)
    except IntegrityError as error:
        raise stale_undo() from error


def _undo_of(kind: str) -> Undo:
    room, what = kind.split(".", 1)
    undos: Mapping[str, Undo] = import_module(f"allmende.{room}.actions").UNDO
    return undos[what]


def undo_fields(*, right: str, verb: str, rows: Callable[[Person], QuerySet[Any]]) -> Undo:
    """The undo of a change of a record's fields: for `UNDO`, offered with `queries.undo_of`.

    `rows(person)` are those the person may reach; `right` is asked again, `verb` goes into the audit book.
    """

    @transaction.atomic
    def undo(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
        require(person, right)
        lock_workspace(person.workspace_id)
        record = rows(person).filter(pk=pk).first()
        if record is None:
            raise stale_undo()
        restore_record(record=record, person=person, now=now, revision=revision, before=before)
        record_audit(
            workspace=person.workspace, person=person, verb=verb, target=record, now=now, after={"undone": True}
        )

    return undo


def restore_record(*, record: Revised, person: Person, now: datetime, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what a record held (as `queries.kept` gave it) before a change that made it `revision`.

    Raises CannotUndo if somebody wrote something else since.
    """
    fields = {field.attname: field for field in record._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in before.items()}
    try:
        change_record(record=record, person=person, now=now, seen_revision=revision, **values)
    except StaleRevision as error:
        raise stale_undo() from error


def stale_undo() -> CannotUndo:
    """The sentence for a change on which somebody has built meanwhile."""
    return CannotUndo(
        _("Not undone. Somebody changed it again meanwhile, and their change stands. Look at how it is now.")
    )
