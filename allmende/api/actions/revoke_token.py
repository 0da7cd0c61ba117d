"""Shut a program out at once, and let it in again."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from allmende.api import audit
from allmende.api.models import ApiToken
from allmende.api.states import MAKE, OVERSEE
from allmende.team.access import may, require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def revoke_token(*, person: Person, token: ApiToken, now: datetime) -> bool:
    """From the next call on the token opens nothing; False when it was revoked before."""
    _require(person, token)
    lock_workspace(person.workspace_id)
    found = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk, workspace=person.workspace_id)
    if found.revoked_at is not None:
        return False
    change_record(record=found, person=person, now=now, seen_revision=None, revoked_at=now)
    _note(person, audit.REVOKED, found, now)
    token.revision = found.revision
    return True


@transaction.atomic
def undo_revoke(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """The revoked token works as before, unless somebody changed it since."""
    require(person, MAKE)
    if token := ApiToken.objects.filter(pk=pk, workspace=person.workspace_id).first():
        _require(person, token)
    lock_workspace(person.workspace_id)
    rows = ApiToken.objects.filter(pk=pk, workspace=person.workspace_id, revision=revision, revoked_at__isnull=False)
    found = rows.first()
    if found is None:
        raise stale_undo()
    change_record(record=found, person=person, now=now, seen_revision=revision, revoked_at=None)
    _note(person, audit.RESTORED, found, now)


def revoke_left_behind(*, now: datetime) -> int:
    """Revoke for good what people who left have left behind, so that nothing comes to life when they return; how many."""
    left = ApiToken.objects.filter(person__left_at__isnull=False, revoked_at__isnull=True).select_related("workspace")
    return sum(_revoke_left_behind(token, now) for token in left)


@transaction.atomic
def _revoke_left_behind(token: ApiToken, now: datetime) -> int:
    lock_workspace(token.workspace_id)
    change_record(record=token, person=None, now=now, seen_revision=None, revoked_at=now)
    after = {"name": token.name, "begins": token.prefix}
    record_audit(workspace=token.workspace, person=None, verb=audit.REVOKED, target=token, now=now, after=after)
    return 1


def _require(person: Person, token: ApiToken) -> None:
    """Everybody revokes their own; some revoke those of all."""
    require(person, MAKE)
    if token.person_id != person.pk and not may(person, OVERSEE):
        raise PermissionDenied(OVERSEE)


def _note(person: Person, verb: str, token: ApiToken, now: datetime) -> None:
    after = {"name": token.name, "begins": token.prefix}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=token, now=now, after=after)
