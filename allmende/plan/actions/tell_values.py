"""Write down many measured values that a program sends, all of them or none (S0-03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.actions.take_values import TELL, Spot, is_same, known_facts, spot_of, write_rows
from allmende.plan.actions.tell_evidence import CannotTellEvidence, Telling, measured_from
from allmende.plan.models import Evidence, EvidenceUpload
from allmende.plan.queries.facts import DELIVERED
from allmende.plan.queries.values import Measured, known_keys
from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

TAKEN, REPLACED, KNOWN = "taken", "replaced", "known"


@dataclass(frozen=True)
class RowRefused:
    """Why the row of this number does not hold: `field` of the Telling to mend, in a sentence."""

    place: int
    field: str
    sentence: str


class CannotTellValues(Exception):
    """Nothing was written down; `rows` says what is wrong with which."""

    def __init__(self, rows: Sequence[RowRefused]) -> None:
        self.rows = tuple(rows)
        super().__init__(_("Nothing was written down. Mend the rows named and send all of them again."))


@transaction.atomic
def tell_values(*, person: Person, name: str, tellings: Mapping[int, Telling], now: datetime) -> dict[int, str]:
    """What became of each row, by its number: "taken", "replaced" another value of the same days, or "known" already.

    What changed something stands under `name` among the tables of the plan, from where it can be taken out again, whole.
    Raises CannotTellValues; then nothing was written.
    """
    require(person, TELL)
    lock_workspace(person.workspace_id)
    rows = _measured(person, tellings, now)
    if not rows:
        return {}
    before = known_facts(person, rows)
    became = {row.line: _became(row, before) for row in rows}
    if set(became.values()) == {KNOWN}:
        return became
    upload = EvidenceUpload(
        workspace=person.workspace,
        file_name=name[:200],
        created_at=now,
        created_by=person,
        origin="connector",
    )
    write_rows(person=person, upload=upload, rows=rows, before=before, now=now, flags=[DELIVERED])
    return became


def _measured(person: Person, tellings: Mapping[int, Telling], now: datetime) -> list[Measured]:
    zone = ZoneInfo(person.workspace.zone)
    known = known_keys(person.workspace, {told.key for told in tellings.values()})
    rows: dict[Spot, Measured] = {}
    refused = []
    for place, told in tellings.items():
        try:
            if told.key not in known:
                raise CannotTellEvidence(_("Not written down: the plan has no such part."), "key")
            row = measured_from(told, place, zone, now)
            first = rows.setdefault(spot_of(row), row)
            if first is not row:
                where = {"row": first.line}
                raise CannotTellEvidence(_("Row %(row)s tells the same figure of the same days already.") % where)
        except CannotTellEvidence as why:
            refused.append(RowRefused(place, why.field, str(why)))
    if refused:
        raise CannotTellValues(refused)
    return list(rows.values())


def _became(row: Measured, before: Mapping[Spot, Evidence]) -> str:
    known = before.get(spot_of(row))
    return TAKEN if known is None else KNOWN if is_same(row, known) else REPLACED
