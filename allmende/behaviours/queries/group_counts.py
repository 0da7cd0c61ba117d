"""The groups on a behaviour's page: how each stage, trait and group does it, beside all together. No ledger file is opened."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, CountedFrom, GroupCount
from allmende.behaviours.queries.belongings import rule_of
from allmende.members.catalogue import STAGE_WORDS, group_word, trait_word
from allmende.members.models import Segment


@dataclass(frozen=True)
class GroupLine:
    """One part by name with what was counted of it; `name` "" are those of whom nobody told one."""

    names: tuple[str, ...]
    count: GroupCount


@dataclass(frozen=True)
class GroupTable:
    """All parts of one kind, and `whole`, everybody; `name` is the trait's word."""

    kind: str
    name: str
    whole: GroupCount
    lines: tuple[GroupLine, ...]


def group_tables(definition: BehaviourDefinition, floor: int) -> tuple[GroupTable, ...]:
    """In the order in which they were counted; none where nobody is told apart, or where they were put together by another floor
    or rule: the next count, due at once, does that anew. Two queries at most."""
    by_rule = CountedFrom.objects.filter(definition=OuterRef("definition"), what=states.GROUPS, rule=rule_of(floor))
    counts = list(GroupCount.objects.filter(Exists(by_rule), definition=definition))
    if not counts:
        return ()
    keys = [one.values[0] for one in counts if one.kind == "group"]
    segments = Segment.objects.filter(workspace=definition.workspace, key__in=keys) if keys else ()
    named = {one.key: one.name for one in segments}
    whole, *parts = counts
    for one in counts:
        one.definition = definition
    return tuple(
        GroupTable(kind, trait_word(name) if name else "", whole, tuple(_line(one, named) for one in of_one))
        for (kind, name), of_one in groupby(parts, key=lambda one: (one.kind, one.name))
    )


def _line(count: GroupCount, named: dict[str, str]) -> GroupLine:
    if count.kind == "group":
        key = count.values[0]
        return GroupLine((named.get(key) or group_word(key),), count)
    if count.kind == "stage":
        return GroupLine(tuple(str(STAGE_WORDS[value]) if value else "" for value in count.values), count)
    return GroupLine(tuple(count.values), count)
