"""Channels, dispatches, holds and imports for a person, or 404."""

from typing import BinaryIO, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from allmende.channels.models import (
    Account,
    ActivityBudget,
    Channel,
    Dispatch,
    Farewell,
    Hold,
    ImportRun,
    Media,
    Pause,
    media_path,
)
from allmende.team.models import Person

Row = TypeVar("Row", bound=Model)


def find_dispatch(person: Person, public_id: UUID | str) -> Dispatch:
    """A dispatch of the person's workspace with all it needs, or 404."""
    rows = Dispatch.objects.select_related("message", "channel__account", "created_by", "workspace")
    return _only(rows.filter(workspace=person.workspace, public_id=public_id))


def find_hold(person: Person, hold_id: UUID | str) -> Hold:
    """A hold of the person's workspace, ended or not, or 404."""
    return _only(Hold.objects.filter(workspace=person.workspace, pk=hold_id))


def find_pause(person: Person, pause_id: UUID | str) -> Pause:
    """A pause of the person's workspace, ended or not, or 404."""
    return _only(Pause.objects.select_related("workspace").filter(workspace=person.workspace, pk=pause_id))


def find_channel(person: Person, slug: str) -> Channel:
    """A channel of the person's workspace, or 404."""
    rows = Channel.objects.select_related("account", "workspace")
    return _only(rows.filter(workspace=person.workspace, slug=slug, archived_at__isnull=True))


def find_budget(person: Person, budget_id: UUID | str) -> ActivityBudget:
    """What is planned for a channel of the person's workspace, or 404."""
    rows = ActivityBudget.objects.select_related("channel").filter(workspace=person.workspace)
    return _only(rows.filter(pk=budget_id, archived_at__isnull=True))


def find_farewell(person: Person, farewell_id: UUID | str) -> Farewell:
    """How a channel of the person's workspace ends, or 404."""
    return _only(
        Farewell.objects.select_related("channel__workspace").filter(workspace=person.workspace, pk=farewell_id)
    )


def find_account(person: Person, account_id: UUID | str) -> Account:
    """An account of the person's workspace, disconnected or not, or 404."""
    return _only(Account.objects.select_related("workspace").filter(workspace=person.workspace, pk=account_id))


def find_import(person: Person, run_id: UUID | str) -> ImportRun:
    """An import of the person's workspace, or 404."""
    return _only(ImportRun.objects.select_related("channel").filter(workspace=person.workspace, pk=run_id))


def find_media(person: Person, media_id: UUID | str) -> Media:
    """A picture of the person's workspace, or 404."""
    return _only(Media.objects.filter(workspace=person.workspace, pk=media_id))


def open_file(name: str) -> BinaryIO:
    """A picture's file by its random name, or 404 if it is gone."""
    try:
        return media_path(name).open("rb")
    except FileNotFoundError:
        raise Http404 from None


def _only(rows: "QuerySet[Row]") -> Row:
    row = rows.first()
    if row is None:
        raise Http404
    return row
