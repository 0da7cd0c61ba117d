"""What definitions ask for and no row of the ledger tells, from where people told it: groups and traits of members, labels of
conversations, public holidays (`domain.md` 4.7, examples 7, 11 and 12)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Max, Q, QuerySet, Value
from django.utils.translation import gettext as _

from allmende.behaviours.models import BehaviourDefinition, LabelRule
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain.folding import fold_text
from allmende.inbox.models import Entry, Tag
from allmende.ledger.definition import Definition
from allmende.ledger.facts import NO_FACTS, Facts, Stay
from allmende.ledger.files import Ledger
from allmende.members.catalogue import group_word, trait_word
from allmende.members.models import MemberTrait, Segment, is_known
from allmende.members.queries import stays_by_group, told_at, values_by_trait
from allmende.team.models import Workspace
from allmende.team.queries import public_holidays

GROUP, TRAIT, LABEL, TAG = "group", "trait", "label", "tag"


@dataclass(frozen=True)
class Missing:
    """Something nobody has told yet: `kind` is GROUP, TRAIT or LABEL, `name` what the definition calls it."""

    kind: str
    name: str

    @property
    def words(self) -> str:
        """As a part of a sentence."""
        if self.kind == TRAIT:
            return _("the trait “%(name)s” of members") % {"name": trait_word(self.name)}
        if self.kind == LABEL:
            return _("the label “%(name)s”") % {"name": self.name}
        return _("the group “%(name)s”") % {"name": group_word(self.name)}


def facts_for(workspace: Workspace, definition: Definition, as_of: datetime) -> Facts:
    """What the definition asks to be told, as it is told now; no query where it asks nothing."""
    if not definition.needs_facts and not definition.in_workdays:
        return NO_FACTS
    stays = stays_by_group(workspace, definition.segments) if definition.segments else {}
    across = definition.predicate.across
    return Facts(
        segments={key: [Stay(one.pseudonym, one.since, one.until) for one in told] for key, told in stays.items()},
        traits=values_by_trait(workspace, {across}) if across else {},
        labels=_labelled(workspace, definition.anchor.labels),
        holidays=public_holidays(workspace, _years(workspace, as_of)) if definition.in_workdays else frozenset(),
    )


def missing_facts(workspace: Workspace, definitions: Sequence[Definition]) -> list[tuple[Missing, ...]]:
    """For each definition what nobody has told yet; in one query at most, whatever their number."""
    told = _names_told(workspace) if any(one.needs_facts for one in definitions) else set()
    return [tuple(_missing(one, told)) for one in definitions]


def facts_told_at(workspace: Workspace) -> datetime | None:
    """When something that definitions may ask for was last told; None before."""
    labels = LabelRule.objects.filter(workspace=workspace).aggregate(at=Max("told_at"))["at"]
    return max((at for at in (told_at(workspace), labels) if at), default=None)


def uses_of_groups(workspace: Workspace) -> dict[str, list[BehaviourDefinition]]:
    """By a group's key, the definitions in force or drafted that ask for it."""
    found: dict[str, list[BehaviourDefinition]] = {}
    rows = BehaviourDefinition.objects.filter(workspace=workspace).exclude(state="superseded")
    for row in rows.select_related("workspace").order_by("key"):
        for key in {row.spec.get("segment", ""), row.spec.get("predicate", {}).get("segment", "")} - {""}:
            found.setdefault(key, []).append(row)
    return found


def _names_told(workspace: Workspace) -> set[tuple[str, str]]:
    """Every (kind, name) that stands for something here. A group kept by hand stands for nothing before somebody is in it."""
    groups = Segment.objects.filter(workspace=workspace, archived_at__isnull=True)
    by_hand = Q(trait="", met_from_date__isnull=True, met_until_date__isnull=True)
    traits = MemberTrait.objects.filter(is_known("member__"), member__workspace=workspace)
    labels, tags = LabelRule.objects.filter(workspace=workspace), Tag.objects.filter(workspace=workspace)
    kinds: tuple[tuple[str, QuerySet[Any], str], ...] = (
        (GROUP, groups.exclude(by_hand & Q(stays__isnull=True)), "key"), (TRAIT, traits, "name"),
        (LABEL, labels, "label"), (TAG, tags, "folded"),
    )  # fmt: skip
    first, *others = (
        rows.order_by().annotate(kind=Value(kind, CharField())).values_list("kind", name) for kind, rows, name in kinds
    )
    return set(first.union(*others))


def _missing(definition: Definition, told: set[tuple[str, str]]) -> Iterable[Missing]:
    yield from (Missing(GROUP, key) for key in sorted(definition.segments) if (GROUP, key) not in told)
    across = definition.predicate.across
    if across and (TRAIT, across) not in told:
        yield Missing(TRAIT, across)
    for label in definition.anchor.labels:
        if (LABEL, label) not in told and (TAG, fold_text(label)) not in told:
            yield Missing(LABEL, label)


def _labelled(workspace: Workspace, labels: Collection[str]) -> dict[str, list[int]]:
    """By label, the messages of the conversations that bear it; one nobody gave a meaning means the tag of its name."""
    rules: dict[str, list[LabelRule]] = {label: [] for label in labels}
    for rule in LabelRule.objects.filter(workspace=workspace, label__in=labels) if labels else ():
        rules[rule.label].append(rule)
    return {label: _messages(workspace, label, told) for label, told in rules.items()}


def _messages(workspace: Workspace, label: str, rules: Sequence[LabelRule]) -> list[int]:
    tags = [rule.tag for rule in rules if rule.tag] if rules else [fold_text(label)]
    situations = [rule.situation for rule in rules if rule.situation]
    is_labelled = Q(conversation__taggings__tag__folded__in=tags)
    is_labelled |= Q(conversation__is_rule_chosen_by_person=True, conversation__rule__situation__in=situations)
    rows = Entry.objects.filter(is_labelled, conversation__workspace=workspace)
    return sorted(set(rows.values_list("message_id", flat=True)))


def _years(workspace: Workspace, as_of: datetime) -> range:
    """From the year in which the data begin to the one after `as_of`, in which windows may end."""
    months = Ledger(ledger_root()).months(ledger_name(workspace))
    first = int(min(months)[:4]) if months else as_of.year
    return range(first, as_of.year + 2)
