"""The newest judgement of each objective, as screens and reports show it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from math import log, log1p
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, Verdict
from allmende.behaviours.queries.definitions import name_of, version_name
from allmende.domain.verdict import TOO_NOISY, Interval
from allmende.ledger.definition import SHARES
from allmende.ledger.measure import member_months
from allmende.plan.queries import versions_held_back
from allmende.plan.states import BEHAVIOUR
from allmende.team.models import Workspace
from allmende.team.queries import Prepared


@dataclass(frozen=True)
class Figure:
    """People, times and share since the cut and before it, with what is needed to report it (S1-15, S1-19).

    Where a sample shows how often the counting is right, shares, difference and word are put right by it; `k` of `n` and
    `counted_share` stay what was counted (None without one).

    What differs, and `value`, are the form's own (`models.Verdict`); shares are fractions. `interval` is the share's own
    (Wilson 95 %), `low` and `high` bound the `difference`. `before_share` is None without a baseline, `share` without complete
    units. `least` is the least relevant difference. `word` is one of `plan.states.VERDICTS`, `before_word` that of the period
    before, "" if there was none or nobody asked for it.
    """

    objective_key: str
    definition_key: str
    definition_name: str
    definition_version: str
    form: str
    period_start: datetime
    period_end: datetime
    people: int
    times: int
    k: int
    n: int
    share: float | None
    interval: Interval | None
    before_start: datetime
    before_people: int
    before_times: int
    before_k: int
    before_n: int
    before_share: float | None
    value: float | None
    before_value: float | None
    difference: float | None
    low: float | None
    high: float | None
    least: float | None
    word: str
    flags: tuple[str, ...]
    reason_code: str
    missing_units: int | None
    open_units: int
    judged_at: datetime
    url: str
    before_word: str = ""
    exposure_months: float | None = None
    before_p90: float | None = None
    counted_share: float | None = None
    counted_before_share: float | None = None

    @property
    def is_share(self) -> bool:
        """Its figure is a share: k of n."""
        return self.form in SHARES

    @property
    def drawn(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Difference, bounds and least relevant difference for a drawing with nothing in its middle: ratios as logarithms."""
        if self.form == "F3":
            least = None if self.least is None else log1p(self.least)
            difference, low, high = (log(one) if one else None for one in (self.difference, self.low, self.high))
            return difference, low, high, least
        is_time = self.form == "F4" and self.least is not None and self.before_value is not None
        least = (self.least or 0.0) * (self.before_value or 0.0) if is_time else self.least
        return self.difference, self.low, self.high, least

    @property
    def is_changed(self) -> bool:
        """It says something else than the verdict of the period before."""
        return bool(self.before_word) and self.before_word != self.word

    @property
    def is_clearly(self) -> bool:
        return "clearly" in self.flags

    @property
    def is_with_damage(self) -> bool:
        return "with_damage" in self.flags


def verdicts_of(workspace: Workspace) -> QuerySet[Verdict]:
    """The newest verdict of each objective under the definition in force."""
    rows = Verdict.objects.filter(definition__workspace=workspace, definition__state=states.IN_FORCE)
    newest = rows.filter(objective_key=OuterRef("objective_key"), definition=OuterRef("definition"))
    newest = newest.order_by("-period_end", "-judged_at")
    found = rows.filter(pk=Subquery(newest.values("pk")[:1])).select_related("definition__workspace")
    return found.order_by("objective_key", "judged_at")


def figures_for(workspace: Workspace, objective_keys: Collection[str]) -> dict[str, Figure]:
    """The newest figure of each objective, in one query; objectives without a judgement are absent."""
    found = ((_verdict(row), row[-1] or "") for row in _NEWEST(workspace_id=workspace.pk))
    return {
        one.objective_key: replace(figure_of(one, workspace), before_word=before)
        for one, before in found
        if one.objective_key in objective_keys
    }


def _newest(workspace_id: UUID) -> "QuerySet[Any, Any]":
    earlier = Verdict.objects.filter(
        objective_key=OuterRef("objective_key"),
        definition=OuterRef("definition"),
        period_end__lt=OuterRef("period_end"),
    ).order_by("-period_end", "-judged_at")
    rows = verdicts_of(Workspace(pk=workspace_id)).select_related(None)
    return rows.annotate(before=Subquery(earlier.values("word")[:1])).values_list(*_COLUMNS, *_DEFINITION, "before")


def _verdict(row: tuple[Any, ...]) -> Verdict:
    verdict = Verdict.from_db(None, _COLUMNS, row[: len(_COLUMNS)])
    names = [name.removeprefix("definition__") for name in _DEFINITION]
    verdict.definition = BehaviourDefinition.from_db(None, names, row[len(_COLUMNS) : len(_COLUMNS) + len(names)])
    return verdict


# Today asks at every look: the newest verdicts without the text of their definitions, in SQL that is written once.
_COLUMNS = [field.attname for field in Verdict._meta.concrete_fields]
_DEFINITION = ("definition__id", "definition__key", "definition__number", "definition__name")
_NEWEST = Prepared(_newest)


def figure_of(row: Verdict, workspace: Workspace) -> Figure:
    """A stored verdict as a figure."""
    return Figure(
        objective_key=row.objective_key,
        definition_key=row.definition.key,
        definition_name=name_of(row.definition),
        definition_version=version_name(row.definition),
        form=row.form,
        period_start=row.period_start,
        period_end=row.period_end,
        people=row.people,
        times=row.times,
        k=row.k,
        n=row.n,
        share=row.told_share,
        interval=Interval(row.told_share or 0.0, *row.told_range) if row.told_range else None,
        before_start=row.before_start,
        before_people=row.before_people,
        before_times=row.before_times,
        before_k=row.before_k,
        before_n=row.before_n,
        before_share=row.told_before_share,
        value=row.value,
        before_value=row.before_value,
        difference=row.difference,
        low=row.low,
        high=row.high,
        least=row.least_relevant_difference,
        word=row.word,
        flags=tuple(row.flags),
        reason_code=row.reason_code,
        missing_units=row.missing_units,
        open_units=row.open_units,
        judged_at=row.judged_at,
        exposure_months=member_months(row.exposure_seconds) if row.exposure_seconds is not None else None,
        before_p90=row.before_p90_seconds,
        url=definition_url(workspace, row.definition.key),
        counted_share=row.share if row.true_share is not None else None,
        counted_before_share=row.before_share if row.before_true_share is not None else None,
    )


def definition_url(workspace: Workspace, key: str) -> str:
    """Where a behaviour is shown."""
    return reverse("behaviours:definition", kwargs={"slug": workspace.slug, "key": key})


def too_noisy(workspace: Workspace) -> set[tuple[str, str]]:
    """(objective, definition version) of which a sample showed that it is counted right too seldom to be reported, of no period
    (4.5); one query."""
    return versions_held_back(workspace, kind=BEHAVIOUR, reason=TOO_NOISY)
