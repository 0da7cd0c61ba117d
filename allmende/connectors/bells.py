"""Webhooks as bells: how a network proves that a delivery is its own. That something is new is all that is taken from it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bell:
    """`header` carries "sha256=" and the HMAC-SHA256 of the body in hex. `is_shared`: its key is one that a person enters at
    the network; else the network signs with the application's own and first asks back whether we meant it."""

    header: str
    is_shared: bool

    def is_proven(self, headers: Mapping[str, str], body: bytes, key: str) -> bool:
        """Whether whoever sent this knows the key; without a key nobody does."""
        told = {name.lower(): value for name, value in headers.items()}.get(self.header, "")
        expected = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
        return bool(key) and hmac.compare_digest(told.encode(), expected.encode())
