"""What the screens of versions show: the list, a proposal, receipts, two versions side by side in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.domain.plan_check import Change
from allmende.plan import states
from allmende.plan.catalogue import (
    CONFIDENCE_WORDS,
    DIRECTION_WORDS,
    SOURCE_WORDS,
    SPACES_WORDS,
    TACTIC_STATE_WORDS,
    VALUE_TYPE_WORDS,
    measure_word,
)
from allmende.plan.models import Agreement, Element, Objective, PlanVersion, Receipt, Resolution, StrategicPlan
from allmende.plan.queries.agreeing import (
    AgreementStanding,
    Comparison,
    agreement_standing,
    compared,
    is_publisher,
    is_solo,
    told_stakeholders,
    who_must_agree,
)
from allmende.plan.queries.book_words import AIMS, aim_in_words, day
from allmende.plan.queries.elements import Elements, name_of
from allmende.plan.queries.judgements import judged_for
from allmende.team.access import may
from allmende.team.models import Person

CODES = {
    "state": TACTIC_STATE_WORDS,
    "confidence": CONFIDENCE_WORDS,
    "value_type": VALUE_TYPE_WORDS,
    "spaces": SPACES_WORDS,
    "source": SOURCE_WORDS,
    "direction": DIRECTION_WORDS,
}


@dataclass(frozen=True)
class VersionRow:
    """A line of the list: a version, and how many of those told have seen and acknowledged it."""

    version: PlanVersion
    told: int
    seen: int
    acknowledged: int


@dataclass(frozen=True)
class FieldChange:
    """One field in words, before and after; empty where there was nothing."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """One element that differs, in words."""

    key: str
    layer: str
    how: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class ProposalPage:
    """A version that is proposed or agreed: what differs, who answered what, and what this person may do now."""

    version: PlanVersion
    base: PlanVersion | None
    differences: tuple[Difference, ...]
    standing: AgreementStanding
    needs: str
    is_solo: bool
    is_reader: bool
    may_publish: bool
    waited_days: int


@dataclass(frozen=True)
class GuestPage:
    """What a stakeholder reads: goals and objectives of the version in plain words, and what differs there."""

    version: PlanVersion
    goals: tuple[tuple[Any, tuple[Objective, ...]], ...]
    differences: tuple[Difference, ...]
    earlier: tuple[Agreement, ...]


def version_rows(plan: StrategicPlan) -> tuple[VersionRow, ...]:
    """Every version but the draft and those discarded, newest first, in one query."""
    rows = PlanVersion.objects.filter(plan=plan, state__in=(states.PROPOSED, states.AGREED, *states.IN_FORCE_ONCE))
    counted = rows.select_related("published_by", "proposed_by", "second_reader").annotate(
        told=Count("receipts"),
        seen=Count("receipts", filter=Q(receipts__seen_at__isnull=False)),
        acknowledged=Count("receipts", filter=Q(receipts__acknowledged_at__isnull=False)),
    )
    return tuple(VersionRow(one, one.told, one.seen, one.acknowledged) for one in counted.order_by("-number"))


def receipts_of(version: PlanVersion) -> tuple[Receipt, ...]:
    """Who was told, those who have not looked first."""
    rows = version.receipts.select_related("person", "stakeholder")
    return tuple(sorted(rows, key=lambda one: (bool(one.acknowledged_at), bool(one.seen_at), one.reader_name)))


def agreements_of(version: PlanVersion) -> tuple[Agreement, ...]:
    """Every answer ever given to this version, earlier proposals included."""
    rows = version.agreements.exclude(answer="").select_related("stakeholder")
    return tuple(rows.order_by("answered_at"))


def proposal_page(person: Person, version: PlanVersion, now: datetime) -> ProposalPage:
    """The page of the proposal; a constant number of queries."""
    base = PlanVersion.objects.filter(plan=version.plan_id, state=states.PUBLISHED).first()
    level, solo = version.change_level or 0, is_solo(person.workspace)
    needs = "agreement" if level >= states.AGREEMENT_LEVEL else "reader" if level == states.SECOND_READER_LEVEL else ""
    is_own = person.pk in (version.proposed_by_id, version.plan.owner_id)
    today = person.workspace.day_at(now)
    return ProposalPage(
        version=version,
        base=base,
        differences=in_words(compared(base, version)),
        standing=agreement_standing(version),
        needs=needs,
        is_solo=solo,
        is_reader=may(person, "plan.version.agree") and (solo or not is_own),
        may_publish=is_publisher(person, version.plan),
        waited_days=(today - person.workspace.day_at(version.proposed_at or now)).days,
    )


def guest_page(version: PlanVersion, keys: set[str], agreement: Agreement | None = None) -> GuestPage:
    """The version for a stakeholder: only goals and objectives, those of `keys` (none: all)."""
    comparison = compared(version.base, version)
    elements = comparison.after
    goals = tuple(
        (goal, tuple(one for one in elements.objectives if one.goal_id == goal.pk and (not keys or one.key in keys)))
        for goal in elements.goals
    )
    of_concern = tuple(
        one
        for one in in_words(comparison)
        if one.layer == "goal"
        or (one.layer == "objective" and (not keys or one.key in keys))
        or one.layer == "strategy"
    )
    earlier: tuple[Agreement, ...] = ()
    if agreement:
        rows = version.agreements.filter(stakeholder=agreement.stakeholder_id).exclude(answer="")
        earlier = tuple(rows.exclude(pk=agreement.pk))
    return GuestPage(version, tuple(row for row in goals if row[1] or not keys), of_concern, earlier)


def proposal_ahead(person: Person, version: PlanVersion) -> dict[str, Any]:
    """What proposing or publishing this version asks for, as templates name it: who must agree, who is told, what this
    person may do, and what stands in the way."""
    base = PlanVersion.objects.filter(plan=version.plan_id, state=states.PUBLISHED).first()
    comparison = compared(base, version)
    keys, level = comparison.objective_keys, int(comparison.level)
    is_agreed, solo = version.state == states.AGREED, is_solo(person.workspace)
    needs_reader = level == states.SECOND_READER_LEVEL and not is_agreed
    return {
        "version": version,
        "base": base,
        "differences": in_words(comparison),
        "level": level,
        "must_agree": who_must_agree(person.workspace, keys) if level >= states.AGREEMENT_LEVEL else (),
        "told": told_stakeholders(person.workspace, level, keys),
        "needs_reason": level >= states.AGREEMENT_LEVEL and not is_agreed,
        "needs_reader": needs_reader and not solo,
        "needs_self_check": needs_reader and solo,
        "is_publisher": is_publisher(person, version.plan),
        "standing": agreement_standing(version),
    }


def draft_facts(person: Person, version: PlanVersion) -> dict[str, Any]:
    """What stands above a draft: who wanted changes, what events, reviews and judged values ask of it."""
    round_before = version.agreements.filter(round=version.proposal, answer=states.CHANGES)
    return {
        "wanted": tuple(round_before.select_related("stakeholder")) if version.proposal else (),
        "events": tuple(version.change_events.prefetch_related("assessments")),
        "resolved": tuple(Resolution.objects.filter(version=version, kind="change", archived_at__isnull=True)),
        "judged": judged_for(version),
        "is_publisher": is_publisher(person, version.plan),
    }


def said_by_key(comparison: Comparison) -> dict[str, list[tuple[str, str, str]]]:
    """Of each changed element its fields with both values, all as text in the language that is active, for what is sent."""
    return {
        one.key: [(field.name, _plain(field.before), _plain(field.after)) for field in one.fields]
        for one in in_words(comparison)
        if one.fields
    }


def _plain(value: Any) -> str:
    if value in ("", None):
        return "–"
    if isinstance(value, date):
        return day(value)
    return formats.localize(value) if isinstance(value, int | float | Decimal) else str(value)


def in_words(comparison: Comparison) -> tuple[Difference, ...]:
    """Each difference with what stood there and what stands there now, highest layer first."""
    before, after = _by_key(comparison.before), _by_key(comparison.after)
    parents = _names(comparison.before) | _names(comparison.after) | _helpers(comparison)
    return tuple(_difference(change, before, after, parents) for change in comparison.changes)


def _difference(
    change: Change,
    before: dict[str, tuple[str, Element]],
    after: dict[str, tuple[str, Element]],
    parents: dict[Any, str],
) -> Difference:
    layer, element = after.get(change.key) or before[change.key]
    old, new = before.get(change.key), after.get(change.key)
    fields: tuple[FieldChange, ...] = ()
    if old and new:
        fields = tuple(
            FieldChange(name.removesuffix("_id"), _said(old[1], name, parents), _said(new[1], name, parents))
            for name in change.fields
        )
    return Difference(change.key, layer, change.how, name_of(layer, element), fields)


def _by_key(elements: Elements) -> dict[str, tuple[str, Element]]:
    return {row.key: (layer, row) for layer, rows in elements.by_layer() for row in rows}


def _names(elements: Elements) -> dict[Any, str]:
    """How a parent is called, by its layer and row."""
    return {(f"{layer}_id", row.pk): name_of(layer, row) for layer, rows in elements.by_layer() for row in rows}


def _helpers(comparison: Comparison) -> dict[Any, str]:
    """Those who do a step too, where that changed; one query then."""
    if not any("also_by" in change.fields for change in comparison.changes):
        return {}
    ids = {one for step in (*comparison.before.steps, *comparison.after.steps) for one in step.also_by}
    return {("also_by", str(one.pk)): one.name for one in Person.objects.filter(pk__in=ids)}


def _said(row: Element, name: str, parents: dict[Any, str]) -> Any:
    """The value of a field as a person reads it; days and numbers are written by the page."""
    value = getattr(row, name)
    if name == "also_by":
        return ", ".join(parents.get((name, one), one) for one in value)
    if (name, value) in parents:
        return parents[name, value]
    if value is None or value == "":
        return ""
    if name in AIMS:
        return aim_in_words(row, name, value)
    if name in CODES:
        return str(CODES[name].get(value, value))
    if name in ("definition_key", "guardrail_key"):
        return measure_word(value)
    if name.endswith("_id"):
        return str(getattr(row, name.removesuffix("_id")) or "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


def compare_choices(plan: StrategicPlan) -> Sequence[PlanVersion]:
    """The versions that may be put side by side, the newest first."""
    return list(PlanVersion.objects.filter(plan=plan).exclude(state=states.DISCARDED).order_by("-number"))


def review_due(plan: StrategicPlan, published_at: datetime | None) -> date | None:
    """When the next review is due: an interval after the version in force came out, or was last confirmed (S0-02)."""
    last = max((one for one in (published_at, plan.confirmed_at) if one), default=None)
    if last is None:
        return None
    return plan.workspace.day_at(last) + timedelta(days=plan.review_interval_days)
