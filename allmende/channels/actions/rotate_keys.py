"""Sealing keys rotate: a new one in front, everything sealed anew with it, then the old ones may go."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models, transaction

from allmende.channels.models import Account, CannotOpen, PendingLogin, Sealed, place_of, seal, sealing_keys, unseal
from allmende.channels.models import key_id_of as id_of
from allmende.team.actions import record_audit
from allmende.team.models import Workspace

# Every column that holds something sealed.
SEALED_COLUMNS: tuple[tuple[type[models.Model], str], ...] = ((Account, "secret"), (PendingLogin, "kept"))


class CannotRotate(Exception):
    """The keys stay as they are; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many values were sealed anew, had the newest key already, and are opened by no key we have."""

    anew: int
    newest: int
    closed: int


def add_key() -> bool:
    """Put a new random key in front of the key file; False where the keys come from the environment, which only its
    owner changes. Readers see the old file or the new one, never half of one."""
    if settings.SEALING_KEYS:
        return False
    _write([secrets.token_urlsafe(48), *sealing_keys()])
    return True


def reseal_all(*, now: datetime) -> Resealed:
    """Seal every value with the newest key. A value that somebody replaces meanwhile is left to them."""
    anew = newest = closed = 0
    wanted = id_of(sealing_keys()[0])
    for model, column in SEALED_COLUMNS:
        for pk, value in list(_rows(model).values_list("pk", column)):
            if not isinstance(value, Sealed):
                continue
            if value.key_id == wanted:
                newest += 1
            elif _reseal(model, pk, column, value):
                anew += 1
            else:
                closed += 1
    if anew:
        with transaction.atomic():
            for workspace in Workspace.objects.all():
                record_audit(workspace=workspace, person=None, verb="channels.keys.rotated", target=workspace, now=now)
    return Resealed(anew, newest, closed)


def forget_keys() -> int:
    """Take every key but the newest out of the key file; how many went. Raises CannotRotate while one is still needed."""
    if settings.SEALING_KEYS:
        raise CannotRotate(
            "Nothing was forgotten. The keys come from ALLMENDE_SEALING_KEYS; leave only the first one there and start again."
        )
    newest, *old = sealing_keys()
    needed = {id_of(key) for key in old} & _key_ids()
    if needed:
        raise CannotRotate(
            "Nothing was forgotten. Some secrets are still sealed with an older key. Run `allmende keys rotate` first."
        )
    _write([newest])
    return len(old)


def _reseal(model: type[models.Model], pk: object, column: str, value: Sealed) -> bool:
    place = place_of(model, pk, column)
    try:
        anew = seal(unseal(value, place), place)
    except CannotOpen:
        return False
    _rows(model).filter(**{"pk": pk, column: value}).update(**{column: anew})
    return True


def _rows(model: type[models.Model]) -> "models.QuerySet[models.Model]":
    return models.QuerySet(model)


def _key_ids() -> set[str]:
    return {
        value.key_id
        for model, column in SEALED_COLUMNS
        for value in _rows(model).values_list(column, flat=True)
        if isinstance(value, Sealed)
    }


def _write(keys: list[str]) -> None:
    file = settings.SEALING_FILE
    unfinished = file.with_suffix(".new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write("\n".join(keys) + "\n")
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)
