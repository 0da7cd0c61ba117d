"""Definitions in force, as values and by name."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.facts import Missing, missing_facts
from allmende.ledger.definition import Definition
from allmende.ledger.shipped import SHIPPED
from allmende.plan.catalogue import measure_word
from allmende.team.models import Workspace


def definitions_in_force(workspace: Workspace) -> QuerySet[BehaviourDefinition]:
    """What is counted here, in the order of the keys."""
    rows = BehaviourDefinition.objects.filter(workspace=workspace, state=states.IN_FORCE).select_related("workspace")
    return rows.order_by("key")


def counted_as(row: BehaviourDefinition) -> Definition:
    """The stored definition as the ledger counts it."""
    spec: Mapping[str, Any] = row.spec
    return Definition.from_dict(spec)


def name_of(row: BehaviourDefinition) -> str:
    """What people call it: the name given, else the shipped one's in the reader's language, else its key."""
    return row.name or measure_word(row.key)


def version_name(row: BehaviourDefinition) -> str:
    """How reports name the version: `first_answer_by_member_24h/2`."""
    return f"{row.key}/{row.number}"


def offered(workspace: Workspace) -> tuple[Definition, ...]:
    """Shipped definitions that are not in force here and can be counted at once."""
    return tuple(one for one, missing in not_in_force(workspace) if not missing)


def awaiting(workspace: Workspace) -> tuple[tuple[Definition, tuple[Missing, ...]], ...]:
    """Shipped definitions that are not in force here, with what somebody must tell before they can be counted."""
    return tuple((one, missing) for one, missing in not_in_force(workspace) if missing)


def not_in_force(workspace: Workspace) -> list[tuple[Definition, tuple[Missing, ...]]]:
    """Shipped definitions that are not in force here, each with what must be told first; two queries."""
    taken = set(definitions_in_force(workspace).values_list("key", flat=True))
    free = [one for one in SHIPPED if one.key not in taken]
    return list(zip(free, missing_facts(workspace, free), strict=True))
