"""The audit book's digest: each row's digest covers the row before it, so that a change anywhere shows."""

import hashlib
from datetime import datetime

from allmende.team.models import AuditRow


def digest_of(
    previous: str, number: int, at: datetime, person_id: object, verb: str, object_kind: str, object_id: str
) -> str:
    """The chained digest (sha256, hex) of one row."""
    parts = (previous, str(number), at.isoformat(), str(person_id or ""), verb, object_kind, object_id)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def first_broken(rows: list[AuditRow]) -> int | None:
    """The number of the first row whose digest does not fit, or None when the chain holds. `rows` by number from 1."""
    previous = ""
    for expected, row in enumerate(rows, start=1):
        fits = row.digest == digest_of(
            previous, row.number, row.at, row.person_id, row.verb, row.object_kind, row.object_id
        )
        if row.number != expected or not fits:
            return expected
        previous = row.digest
    return None
