"""Secrets at rest: sealed with keys that are kept outside the database, each bound to the place it lies in.

AES-256-GCM; the associated data is table, row and column, so a sealed value that is moved to another row opens nothing.
Written `2.<id of the key>.<nonce and cipher text in base64>`. The first of the keys seals, all of them open.
"""

import base64
import binascii
import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

log = logging.getLogger("allmende.channels")

FORMAT = "2"
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as it lies in the database; prints as ***."""

    text: str

    def __repr__(self) -> str:
        return "***"

    @property
    def key_id(self) -> str:
        """Which key sealed it; "" if that cannot be read."""
        parts = self.text.split(".")
        return parts[1] if len(parts) == 3 and parts[0] == FORMAT else ""


class CannotOpen(Exception):
    """No key we have opens this value at this place."""


def sealing_keys() -> Sequence[str]:
    """The keys in force, the newest first: those of the settings, else the lines of the key file, read again when it changes."""
    if settings.SEALING_KEYS:
        return tuple(settings.SEALING_KEYS)
    at = settings.SEALING_FILE.stat()
    return _keys_of_file(str(settings.SEALING_FILE), at.st_mtime_ns, at.st_ino)


def key_id_of(key: str) -> str:
    """What names a key without giving it away."""
    return hashlib.sha256(f"id of {key}".encode()).hexdigest()[:12]


def place_of(model: type[models.Model], pk: object, column: str | None) -> str:
    """What a sealed value is bound to."""
    return f"{model._meta.db_table}:{pk}:{column}"


def seal(value: str, place: str) -> Sealed:
    """The value sealed for its place with the newest key."""
    key, nonce = sealing_keys()[0], secrets.token_bytes(NONCE_BYTES)
    closed = AESGCM(_bytes_of(key)).encrypt(nonce, value.encode(), place.encode())
    return Sealed(f"{FORMAT}.{key_id_of(key)}.{base64.urlsafe_b64encode(nonce + closed).decode()}")


def unseal(sealed: Sealed, place: str) -> str:
    """The value itself. Raises CannotOpen."""
    key = next((one for one in sealing_keys() if key_id_of(one) == sealed.key_id), None)
    if key is None:
        raise CannotOpen("The key it was sealed with is not among the sealing keys.")
    try:
        body = base64.urlsafe_b64decode(sealed.text.split(".")[2])
        return AESGCM(_bytes_of(key)).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise CannotOpen("It was sealed for another place, or changed.") from None


class OpenedOnRead(DeferredAttribute):
    """Opens a sealed value when it is asked for, and never before."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        try:
            return unseal(value, place_of(type(instance), instance.pk, self.field.column))
        except CannotOpen as error:
            log.error("A sealed secret of %s cannot be opened. %s", instance._meta.label, error)
            return ""

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):
    """Text that is stored sealed; set it to plain text, read it as plain text.

    What no key opens any more reads as empty: the network then says that we are logged out, and everything else goes on.
    `update()` takes only what `seal` gave for that very row.
    """

    descriptor_class = OpenedOnRead

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__[self.attname]
        if isinstance(value, Sealed) or not value:
            return value
        return seal(value, place_of(type(model_instance), model_instance.pk, self.column))

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, Sealed):
            return value.text
        if value:
            raise TypeError("A secret is stored only sealed for its row.")
        return ""

    def from_db_value(self, value: str | None, *_: object) -> Sealed | str:
        return Sealed(value) if value else ""


def _bytes_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


@lru_cache(maxsize=4)
def _keys_of_file(path: str, _changed: int, _number: int) -> tuple[str, ...]:
    with open(path, encoding="utf-8") as lines:
        return tuple(line.strip() for line in lines if line.strip())
