"""Tell one person something."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allmende.team.models import Notice, Person


def send_notice(
    *, person: Person, kind: str, values: Mapping[str, Any], url: str, once_key: str, now: datetime
) -> bool:
    """Leave a notice for `person`, once per `once_key`; False when they were told before.

    `kind` is `<room>.<what>` (`channels.dispatch_refused`); its sentence is the template
    `<room>/notices/<what>.html`, rendered in the reader's language with the JSON-able `values`. `url` leads there.
    """
    _, created = Notice.objects.get_or_create(
        person=person,
        once_key=once_key[:120],
        defaults={"kind": kind, "values": dict(values), "url": url, "created_at": now},
    )
    return created
