"""Signing as Standard Webhooks want it: HMAC-SHA256 over "id.timestamp.body" with the bytes behind `whsec_`."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64


def key_of(secret: str) -> bytes:
    """The bytes a secret stands for. Raises ValueError for what is none: `whsec_` and 24 to 64 bytes in base64."""
    if not secret.startswith(PREFIX):
        raise ValueError("prefix")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("base64") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError("length")
    return key


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`; `timestamp` in seconds since 1970."""
    signed = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def is_signed(secrets: str, webhook_id: str, timestamp: int, body: bytes, signatures: str) -> bool:
    """Whether one of the signatures (with blanks between, as they come) is made with one of the secrets; two of them while a
    new one takes the place of the old."""
    keys = [key_of(secret) for secret in secrets.split()]
    made = [signature(key, webhook_id, timestamp, body).encode() for key in keys]
    given = [one.encode("utf-8", "replace") for one in signatures.split(" ")[:10]]
    # Each is compared, so that the time tells nothing.
    matches = [hmac.compare_digest(one, other) for one in made for other in given]
    return any(matches)
