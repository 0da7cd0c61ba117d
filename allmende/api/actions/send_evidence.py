"""Take in what a program delivers, once, however often it is sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.api.catalogue import ROW_FAULTS
from allmende.api.models import ApiToken, Delivery, SentRow
from allmende.plan.actions import CannotTellValues, RowRefused, Telling, tell_values
from allmende.plan.queries import version_in_force
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

KNOWN = "known"


class KeyReused(Exception):
    """Nothing was taken in: something else was sent with this key before."""


class PlanChanged(Exception):
    """Nothing was taken in: another version is in force than the sender expects (0: none)."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected, self.found = expected, found
        super().__init__(expected, found)


class RowIdReused(Exception):
    """Nothing was taken in: rows of these ids said something else before."""

    def __init__(self, rows: Sequence[RowRefused]) -> None:
        self.rows = tuple(rows)
        super().__init__(len(rows))


@dataclass(frozen=True)
class Sent:
    """One row of a delivery, with the id its sender gave it (empty: none)."""

    telling: Telling
    row_id: str = ""

    @property
    def digest(self) -> str:
        return _digest(asdict(self.telling))


@transaction.atomic
def send_evidence(
    *, token: ApiToken, rows: Sequence[Sent], plan_version: int | None, key: str, now: datetime
) -> tuple[dict[str, Any], bool]:
    """What became of each row, and whether this very delivery had been answered before: then nothing is done again.

    Raises KeyReused, PlanChanged, RowIdReused, and CannotTellValues with the rows that do not hold; then nothing changed.
    """
    # One delivery at a time: two that carry the same key wait for one another here.
    lock_workspace(token.workspace_id)
    digest = _digest([plan_version, [[row.row_id, row.digest] for row in rows]])
    answered = Delivery.objects.filter(person=token.person_id, key=key).first() if key else None
    if answered:
        if answered.digest != digest:
            raise KeyReused(key)
        return answered.answer, True
    _expect(token.workspace, plan_version)
    seen = _seen(token.person, rows)
    fresh = {number: row.telling for number, row in enumerate(rows) if number not in seen}
    became = tell_values(person=token.person, name=token.name, tellings=fresh, now=now) if fresh else {}
    answer = _answer(rows, became)
    named = [SentRow(person=token.person, name=rows[number].row_id, digest=rows[number].digest, at=now)
             for number in fresh if rows[number].row_id]  # fmt: skip
    SentRow.objects.bulk_create(named, batch_size=200)
    if key:
        Delivery.objects.create(person=token.person, key=key, digest=digest, answer=answer, at=now)
    return answer, False


def _expect(workspace: Workspace, number: int | None) -> None:
    if number is None:
        return
    version = version_in_force(workspace)
    found = version.number if version else 0
    if found != number:
        raise PlanChanged(number, found)


def _seen(person: Person, rows: Sequence[Sent]) -> set[int]:
    """Numbers of the rows that came before and said the same."""
    names: dict[str, int] = {}
    twice = []
    for number, row in enumerate(rows):
        if row.row_id and names.setdefault(row.row_id, number) != number:
            words = _of(ROW_FAULTS, "id_twice", {"row": names[row.row_id]})
            twice.append(RowRefused(number, "id", words))
    if twice:
        raise CannotTellValues(twice)
    known = dict(SentRow.objects.filter(person=person, name__in=names).values_list("name", "digest"))
    came = {number for name, number in names.items() if name in known}
    other = sorted(number for number in came if known[rows[number].row_id] != rows[number].digest)
    if other:
        raise RowIdReused([RowRefused(number, "id", _of(ROW_FAULTS, "id_reused")) for number in other])
    return came


def _answer(rows: Sequence[Sent], became: Mapping[int, str]) -> dict[str, Any]:
    states = [became.get(number, KNOWN) for number in range(len(rows))]
    told = [
        {"row": number, "id": row.row_id or None, "key": row.telling.key, "became": states[number]}
        for number, row in enumerate(rows)
    ]
    return {"rows": told, **{state: states.count(state) for state in ("taken", "replaced", KNOWN)}}


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _of(words: Mapping[str, Any], name: str, values: Mapping[str, Any] | None = None) -> str:
    text = str(words[name])
    return text % values if values else text
