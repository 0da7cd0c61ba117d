"""What the screens of groups, traits and labels show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmende.behaviours.models import BehaviourDefinition, LabelRule
from allmende.behaviours.queries.definitions import awaiting, name_of
from allmende.behaviours.queries.facts import Missing, uses_of_groups
from allmende.guidelines.catalogue import BY_NUMBER
from allmende.inbox.models import Tag
from allmende.ledger.definition import Definition
from allmende.ledger.shipped import SHIPPED
from allmende.members.models import Member, Segment
from allmende.members.queries import SHOWN, group_rows, people_of, put_away_groups
from allmende.plan.catalogue import measure_word
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Use:
    """A definition that asks for a group; `key` is "" for a draft."""

    name: str
    key: str


@dataclass(frozen=True)
class GroupShown:
    """A group with how many belong to it, and what counts by it."""

    segment: Segment
    people: int
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Awaiting:
    """A shipped behaviour that cannot be counted yet, and what somebody must tell for it."""

    key: str
    name: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class GroupsPage:
    """All groups; `awaiting` what waits for one, `put_away` what can be brought back."""

    groups: tuple[GroupShown, ...]
    awaiting: tuple[Awaiting, ...]
    put_away: Sequence[Segment]


@dataclass(frozen=True)
class GroupPage:
    """One group; `people` are the newest of those in it now, `is_cut` where there are more."""

    group: GroupShown
    people: tuple[Member, ...]
    is_cut: bool


@dataclass(frozen=True)
class LabelShown:
    """A label, what stands for it (row key and words), and what asks for it."""

    label: str
    rules: tuple[tuple[int, str], ...]
    uses: tuple[Use, ...]


def groups_page(workspace: Workspace, now: datetime) -> GroupsPage:
    """The groups of a workspace, by name."""
    uses = uses_of_groups(workspace)
    shown = tuple(
        GroupShown(row.segment, row.people, _uses(uses.get(row.segment.key, ()))) for row in group_rows(workspace, now)
    )
    return GroupsPage(shown, awaited(workspace), list(put_away_groups(workspace)))


def group_page(segment: Segment, now: datetime) -> GroupPage:
    """One group with its people."""
    workspace = segment.workspace
    rows = {row.segment.pk: row.people for row in group_rows(workspace, now)}
    uses = uses_of_groups(workspace).get(segment.key, ())
    people = tuple(people_of(segment, now))
    count = rows.get(segment.pk, len(people))
    return GroupPage(GroupShown(segment, count, _uses(uses)), people, len(people) >= SHOWN)


def awaited(workspace: Workspace) -> tuple[Awaiting, ...]:
    """What ships and waits until somebody tells who or what is meant."""
    return tuple(awaiting_as_shown(*one) for one in awaiting(workspace))


def awaiting_as_shown(definition: Definition, missing: tuple[Missing, ...]) -> Awaiting:
    """By the name people know."""
    return Awaiting(definition.key, measure_word(definition.key), missing)


def labels_page(workspace: Workspace) -> tuple[LabelShown, ...]:
    """The labels that definitions ask for or that were told, by name."""
    asked = _labels_asked(workspace)
    rules: dict[str, list[LabelRule]] = {label: [] for label in asked}
    for rule in LabelRule.objects.filter(workspace=workspace):
        rules.setdefault(rule.label, []).append(rule)
    names = dict(Tag.objects.filter(workspace=workspace).values_list("folded", "name"))
    return tuple(
        LabelShown(label, tuple((rule.pk, _rule_words(rule, names)) for rule in told), tuple(asked.get(label, ())))
        for label, told in sorted(rules.items())
    )


def tags_of(workspace: Workspace) -> list[str]:
    """The tags conversations bear here, by name."""
    return list(Tag.objects.filter(workspace=workspace).order_by("name").values_list("name", flat=True))


def _labels_asked(workspace: Workspace) -> dict[str, list[Use]]:
    asked: dict[str, list[Use]] = {}
    for one in SHIPPED:
        for label in one.anchor.labels:
            asked.setdefault(label, []).append(Use(measure_word(one.key), ""))
    rows = BehaviourDefinition.objects.filter(workspace=workspace).exclude(state="superseded")
    for row in rows.order_by("key"):
        for label in row.spec.get("anchor", {}).get("labels", ()):
            known = [use for use in asked.get(label, []) if use.name != name_of(row)]
            asked[label] = [*known, _use(row)]
    return asked


def _rule_words(rule: LabelRule, tags: dict[str, str]) -> str:
    if rule.tag:
        return tags.get(rule.tag, rule.tag)
    known = BY_NUMBER.get(rule.situation)
    return f"{rule.situation}: {known.name}" if known else str(rule.situation)


def _uses(rows: Sequence[BehaviourDefinition]) -> tuple[Use, ...]:
    return tuple(_use(row) for row in rows)


def _use(row: BehaviourDefinition) -> Use:
    return Use(name_of(row), row.key if row.state == "in_force" else "")
