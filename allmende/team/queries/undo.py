"""The address at which a change can be taken back: signed, bound to one person, open for a short while."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse

from allmende.team.models import Person, Revised

SALT = "allmende.undo"
# The offer stands half a minute on the screen, longer while somebody rests on it.
OPEN_FOR = timedelta(minutes=5)


def undo_url(person: Person, kind: str, **values: Any) -> str:
    """Where `person` takes back what they just did: give it to `messages.success(…, extra_tags=undo_url(…))`.

    `kind` is `<room>.<what>`; `allmende.<room>.actions.UNDO[what]` gets `values` (JSON-able; ids may be UUIDs) again.
    """
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
    token = signing.dumps([str(person.pk), kind, plain], salt=SALT, compress=True)
    return reverse("team:undo", args=[person.workspace.slug, token])


def read_undo(person: Person, token: str) -> tuple[str, Mapping[str, Any]] | None:
    """Kind and values of an undo address; None if it is forged, somebody else's or too old."""
    try:
        owner, kind, values = signing.loads(token, salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    return (kind, values) if owner == str(person.pk) else None


def kept(record: Revised, *names: str) -> dict[str, Any]:
    """What the record holds in these fields, JSON-able: ask before a change, give it to `undo_of` after it."""
    fields = [record._meta.get_field(name) for name in names]
    return {field.attname: _plain(getattr(record, field.attname)) for field in fields}  # type: ignore[union-attr]


def undo_of(person: Person, kind: str, record: Revised, before: Mapping[str, Any], **more: Any) -> str:
    """Where `person` writes back what `record` held before the change that was just made (`actions.undo_fields`)."""
    return undo_url(person, kind, pk=str(record.pk), revision=record.revision, before=dict(before), **more)


def _plain(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | float | str | list | dict)
    return value if is_plain else value.isoformat() if hasattr(value, "isoformat") else str(value)
