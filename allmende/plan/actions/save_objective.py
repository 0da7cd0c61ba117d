"""Write what a named audience shall do: "[audience] shall [behaviour], so that [effect]." """

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.actions.save_audience import link_audience
from allmende.plan.actions.save_element import CannotSaveElement, save_element
from allmende.plan.models import Element, Objective, PlanVersion
from allmende.plan.queries import Lesson, lint_objective, refusals
from allmende.team.models import Person


class ObjectiveValues(TypedDict, total=False):
    """Fields of an objective, as `models.Objective` names them; shares are fractions, values in the unit of the measure."""

    code: str
    short_name: str
    audience: str
    behaviour: str
    effect: str
    quality_condition: str
    activity_reason: str
    definition_key: str
    baseline_share: float | None
    target_share: float | None
    baseline_value: float | None
    target_value: float | None
    target_date: date | None
    least_relevant_difference: float | None
    guardrail: str
    guardrail_key: str
    starts_date: date | None
    review_date: date | None


class CannotSaveObjective(CannotSaveElement):
    """The objective breaks the grammar; `lessons` say where and what helps, `lesson.field` names the field."""

    def __init__(self, lessons: tuple[Lesson, ...]) -> None:
        self.lessons = lessons
        super().__init__(_("Not saved: this is no objective yet."), lessons[0].field)


def save_objective(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    goal_key: str = "",
    key: str = "",
    revision: int | None = None,
    **values: Unpack[ObjectiveValues],
) -> Objective:
    """Create an objective under the goal `goal_key`, or change the one named by `key`.

    Raises CannotSaveObjective when the plan check refuses it: mere activity, "we" as the subject, a target on a count
    of activity (S1-14, I-08). See `save_element` for what else may go wrong.
    """
    stands = _as_it_would_stand(version, key, values)
    refused = refusals(lint_objective(stands))
    if refused:
        raise CannotSaveObjective(refused)
    _check_days(stands)
    _check_guardrail(stands)
    if not key and not values.get("short_name"):
        values["short_name"] = _shortened(values.get("behaviour", ""))
    saved = _save(
        person=person,
        version=version,
        layer="objective",
        key=key,
        parent_key=goal_key,
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Objective, saved)


@transaction.atomic
def _save(*, person: Person, values: ObjectiveValues, **rest: Any) -> Element:
    saved = save_element(person=person, values=values, **rest)
    if "audience" in values:
        link_audience(person=person, objective_key=saved.key, text=values["audience"])
    return saved


def _as_it_would_stand(version: PlanVersion, key: str, values: ObjectiveValues) -> Mapping[str, object]:
    stored = Objective.objects.filter(version=version, key=key).values().first() if key else None
    return {**(stored or {}), **values}


def _check_days(stands: Mapping[str, object]) -> None:
    starts, target = stands.get("starts_date"), stands.get("target_date")
    if isinstance(starts, date) and isinstance(target, date) and starts > target:
        raise CannotSaveElement(
            _(
                "Not saved: work on it would begin after the day the target shall be reached. Change one of the two days."
            ),
            "starts_date",
        )


def _check_guardrail(stands: Mapping[str, object]) -> None:
    if stands.get("guardrail_key") and stands["guardrail_key"] == stands.get("definition_key"):
        raise CannotSaveElement(
            _("Not saved: a behaviour cannot watch over itself. Choose another one as the guardrail, or none."),
            "guardrail_key",
        )


def _shortened(behaviour: str) -> str:
    words = behaviour.split()
    while len(" ".join(words)) > 60:
        words.pop()
    return " ".join(words) or behaviour[:60]
