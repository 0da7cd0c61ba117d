"""Webhooks as bells: how a network proves that a delivery is its own. That something is new is all that is taken from it."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

# Seconds that a signed delivery may be under way.
LONGEST_WAY = 300
_SECONDS, _WORD = re.compile(r"\d{1,11}", re.ASCII), re.compile(r"[\w.=+/-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bell:
    """`header` carries "sha256=" and the HMAC-SHA256 of the body in hex. `is_shared`: its key is one that a person enters at
    the network; else the network signs with the application's own and first asks back whether we meant it. `stamp`: the header
    with the time that is signed as well, as Slack does ("v0=", Verifying requests); what is older than minutes is no ring."""

    header: str
    is_shared: bool
    stamp: str = ""

    def is_proven(self, headers: Mapping[str, str], body: bytes, key: str) -> bool:
        """Whether whoever sent this knows the key; without a key nobody does."""
        given = {name.lower(): value for name, value in headers.items()}
        told, at = given.get(self.header, ""), given.get(self.stamp, "")
        if self.stamp and not _is_young(at):
            return False
        signed, prefix = (f"v0:{at}:".encode() + body, "v0=") if self.stamp else (body, "sha256=")
        expected = prefix + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
        return bool(key) and hmac.compare_digest(told.encode(), expected.encode())

    def challenge_in(self, body: bytes) -> str:
        """The word that a network wants to hear back which asks in a signed delivery whether we meant to be told; "" in others."""
        try:
            told = json.loads(body) if self.stamp else {}
        except (RecursionError, ValueError):
            return ""
        asks = isinstance(told, Mapping) and told.get("type") == "url_verification"
        word = told.get("challenge") if asks else ""
        return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def _is_young(stamp: str) -> bool:
    return bool(_SECONDS.fullmatch(stamp)) and abs(time.time() - int(stamp)) <= LONGEST_WAY
