"""Put a definition in force, or a new version of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.audit import ADOPTED
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.facts import Missing, missing_facts
from allmende.behaviours.queries.faults import fault_words
from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import InvalidDefinition
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace


class CannotAdopt(Exception):
    """Nothing was adopted; the message says why."""


class MissingFacts(CannotAdopt):
    """Nothing was adopted: it asks for what nobody has told yet."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            _(
                "Not adopted. It asks for %(what)s, and nobody has told that yet. Tell it under “Groups and labels”, or leave it"
                " out and count everybody."
            )
            % {"what": ", ".join(one.words for one in self.missing)}
        )


@transaction.atomic
def adopt_definition(
    *, workspace: Workspace, spec: Definition | Mapping[str, Any], person: Person | None, now: datetime, name: str = ""
) -> BehaviourDefinition:
    """Put the definition in force; the version before is superseded and stays, with what it counted (a new version
    breaks the series visibly). The same definition again changes nothing. Its version number is ours to give.

    `person` is None for the worker. Without a name a shipped definition keeps its own in every language. Raises
    CannotAdopt for values that define no behaviour, such as pure activity (S1-14).
    """
    if person is not None:
        require(person, "behaviours.definition.edit")
    values = spec.to_dict() if isinstance(spec, Definition) else dict(spec)
    lock_workspace(workspace.pk)  # one at a time numbers the versions
    versions = BehaviourDefinition.objects.filter(workspace=workspace, key=values.get("key", ""))
    numbers = versions.order_by("-number").values_list("number", flat=True)
    last = versions.exclude(state=states.DRAFT).order_by("-number").first()
    wanted = _checked(workspace, {**values, "version": next(iter(numbers), 0) + 1})
    if last and last.state == states.IN_FORCE and _same(last.spec, wanted) and name in ("", last.name):
        return last
    versions.filter(state=states.IN_FORCE).update(
        state=states.SUPERSEDED, superseded_at=now, updated_at=now, updated_by=person
    )
    definition = BehaviourDefinition.objects.create(
        workspace=workspace,
        key=wanted["key"],
        number=wanted["version"],
        name=name or (last.name if last else ""),
        spec=wanted,
        state=states.IN_FORCE,
        in_force_at=now,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    record_audit(
        workspace=workspace, person=person, verb=ADOPTED, target=definition, now=now,
        before={"spec": last.spec} if last else None, after={"spec": wanted},
    )  # fmt: skip
    return definition


def _checked(workspace: Workspace, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        definition = Definition.from_dict(values)
    except InvalidDefinition as refusal:
        said = " ".join(fault_words(fault) for fault in refusal.faults)
        raise CannotAdopt(_("Not adopted. %(faults)s") % {"faults": said}) from refusal
    (missing,) = missing_facts(workspace, [definition])
    if missing:
        raise MissingFacts(missing)
    return definition.to_dict()


def _same(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whatever schema the stored one was written in."""
    return Definition.from_dict({**stored, "version": wanted["version"]}) == Definition.from_dict(wanted)
