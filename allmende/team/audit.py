"""The audit book: its digest, which covers the row before so that a change anywhere shows, and the words of its verbs."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from allmende.team.models import AuditRow

# What this room writes into the book. Each room has such a table in its own `audit` module.
VERBS: dict[str, str | Promise] = {
    "team.workspace.created": pgettext_lazy("audit", "opened the workspace"),
    "team.workspace.changed": pgettext_lazy("audit", "changed the workspace's settings"),
    "team.rehearsal.opened": pgettext_lazy("audit", "opened a copy to practise in"),
    "team.rehearsal.ended": pgettext_lazy("audit", "removed the copy to practise in"),
    "team.person.joined": pgettext_lazy("audit", "took somebody into the workspace"),
    "team.person.changed": pgettext_lazy("audit", "changed somebody's role or access"),
    "team.person.left": pgettext_lazy("audit", "ended somebody's access"),
    "team.person.linked": pgettext_lazy("audit", "made somebody a new log-in link"),
    "team.hours.added": pgettext_lazy("audit", "added service hours"),
    "team.hours.changed": pgettext_lazy("audit", "changed service hours"),
    "team.hours.closed": pgettext_lazy("audit", "entered a closed day"),
    "team.hours.opened": pgettext_lazy("audit", "removed a closed day"),
    "team.unit.saved": pgettext_lazy("audit", "wrote down a department or working group"),
    "team.unit.archived": pgettext_lazy("audit", "put a department or working group away"),
    "team.responsibility.given": pgettext_lazy("audit", "handed responsibility over"),
    "team.responsibility.ended": pgettext_lazy("audit", "ended a responsibility"),
    "team.time.released": pgettext_lazy("audit", "wrote down released hours"),
    "team.time.withdrawn": pgettext_lazy("audit", "took released hours back"),
    "team.shift.planned": pgettext_lazy("audit", "planned a shift or changed it"),
    "team.shift.moved": pgettext_lazy("audit", "moved a shift on"),
    "team.swap.offered": pgettext_lazy("audit", "offered to swap shifts, or took the offer back"),
    "team.swap.answered": pgettext_lazy("audit", "answered an offer to swap shifts"),
    "team.absence.saved": pgettext_lazy("audit", "wrote down an absence or its deputy"),
    "team.coverage.saved": pgettext_lazy("audit", "said which hours need somebody on duty"),
    "team.staffing.assumed": pgettext_lazy("audit", "wrote down an assumption about how many people are needed"),
    "team.rules.saved": pgettext_lazy("audit", "changed what the rota warns about"),
    "team.rest_day.saved": pgettext_lazy("audit", "wrote down a day of rest for a Sunday or holiday"),
    "team.gap.accepted": pgettext_lazy("audit", "accepted that nobody is on duty for a while"),
    "team.training.saved": pgettext_lazy("audit", "wrote down what is learnt here"),
    "team.training.moved": pgettext_lazy("audit", "wrote down how far somebody is with a training"),
    "team.exception.saved": pgettext_lazy("audit", "made an exception from a training, or ended it"),
    "team.profile.saved": pgettext_lazy("audit", "wrote down what a role asks for"),
    "team.skills.saved": pgettext_lazy("audit", "wrote down what somebody can and likes"),
    "team.briefing.confirmed": pgettext_lazy("audit", "confirmed having read the briefing"),
    "team.expert.saved": pgettext_lazy("audit", "wrote down an expert or what was agreed"),
    "team.guest.invited": pgettext_lazy("audit", "opened a door for a guest"),
    "team.guest.revoked": pgettext_lazy("audit", "closed a guest's door"),
}


def digest_of(
    previous: str, number: int, at: datetime, person_id: object, verb: str, object_kind: str, object_id: str
) -> str:
    """The chained digest (sha256, hex) of one row. The moment counts, not the zone it was told in."""
    parts = (previous, str(number), at.astimezone(UTC).isoformat(), str(person_id or ""), verb, object_kind, object_id)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def first_broken(rows: Iterable[AuditRow]) -> int | None:
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


def words_of(verb: str) -> str:
    """What a verb of the book says in the reader's language; the verb itself where its room has no words for it."""
    return str(_vocabulary().get(verb, verb))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, str | Promise]:
    """The tables of all rooms, found by name, as the caretaker finds their jobs: no room is imported by name here."""
    rooms = [config.name for config in apps.get_app_configs() if config.name.startswith("allmende.")]
    tables = [import_module(f"{room}.audit") for room in rooms if find_spec(f"{room}.audit")]
    return {verb: words for table in tables for verb, words in getattr(table, "VERBS", {}).items()}
