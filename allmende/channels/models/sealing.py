"""Secrets at rest: sealed with keys that are kept outside the database."""

import base64
import hashlib
import logging
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

log = logging.getLogger("allmende.channels")


def _seal() -> MultiFernet:
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in settings.SEALING_KEYS
    )


class SealedField(models.TextField):
    """Text that is stored sealed (Fernet) with a key kept outside the database; keys rotate, the newest seals.

    What no key opens any more reads as empty: the network then says that we are logged out, and everything else goes on.
    """

    def get_prep_value(self, value: Any) -> str:
        return _seal().encrypt(value.encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        try:
            return _seal().decrypt(value.encode()).decode() if value else ""
        except InvalidToken:
            log.error("A sealed secret cannot be opened: the key it was sealed with is not among the sealing keys.")
            return ""
