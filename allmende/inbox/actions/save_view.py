"""Keep a part of the list under a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit
from allmende.inbox.models import SavedView
from allmende.team.access import may, require
from allmende.team.actions import change_record, record_audit, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

READ = "inbox.conversation.read"
SHARE = "inbox.conversation.sort"


class CannotSaveView(Exception):
    """Nothing was kept; the message says why."""


@transaction.atomic
def save_view(*, person: Person, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """Keep the part `query` leads to; one's own view of the same name shows it from now on. Raises CannotSaveView."""
    require(person, READ)
    if not query:
        raise CannotSaveView(_("Not kept. The whole list needs no view; choose a part of it first."))
    if len(query) > SavedView._meta.get_field("query").max_length:  # type: ignore[operator]
        raise CannotSaveView(_("Not kept. Too much is searched for at once; use fewer words."))
    if is_shared and not may(person, SHARE):
        raise CannotSaveView(_("Not kept. You may read here; a view for all is made by whoever sorts the inbox."))
    lock_workspace(person.workspace_id)
    known = _own(person).filter(name=name.strip()).first()
    fields = {"query": query, "is_shared": is_shared}
    if known:
        change_record(record=known, person=person, now=now, seen_revision=None, **fields)
    else:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        known = SavedView.objects.create(workspace=person.workspace, name=name.strip(), **fields, **by)
    _audit(person, audit.VIEW_SAVED, known, now)
    return known


@transaction.atomic
def drop_view(*, person: Person, view: SavedView, now: datetime) -> SavedView:
    """Keep a view no longer: one's own, or a shared one by whoever sorts the inbox."""
    require(person, READ if view.created_by_id == person.pk else SHARE)
    lock_workspace(person.workspace_id)
    view = SavedView.objects.get(pk=view.pk, workspace=person.workspace)
    change_record(record=view, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, audit.VIEW_DROPPED, view, now)
    return view


def undo_view(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what a view showed, or bring it back. Raises CannotUndo."""
    _restore(person=person, now=now, pk=pk, revision=revision, before=before)


_restore = undo_fields(
    right=READ,
    verb=audit.VIEW_SAVED,
    rows=lambda person: SavedView.objects.filter(workspace=person.workspace, updated_by=person),
)


def _own(person: Person) -> Any:
    return SavedView.objects.filter(workspace=person.workspace, created_by=person, archived_at__isnull=True)


def _audit(person: Person, verb: str, view: SavedView, now: datetime) -> None:
    after = {"name": view.name, "shared": view.is_shared}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=view, now=now, after=after)
