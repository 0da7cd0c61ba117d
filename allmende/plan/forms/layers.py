"""The form of each layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allmende.plan.forms.elements import ElementForm, GoalForm, OutcomeForm, StepForm, TacticForm
from allmende.plan.forms.levers import StrategyForm
from allmende.plan.forms.objective import ObjectiveForm
from allmende.plan.models import Element
from allmende.team.models import Person

ELEMENT_FORMS: dict[str, type[ElementForm]] = {
    "goal": GoalForm,
    "objective": ObjectiveForm,
    "outcome": OutcomeForm,
    "strategy": StrategyForm,
    "tactic": TacticForm,
    "step": StepForm,
}


def form_for(
    layer: str,
    person: Person,
    data: Any = None,
    element: Element | None = None,
    initial: Mapping[str, Any] | None = None,
) -> ElementForm:
    """The form of a layer, empty, begun with `initial`, or for an element."""
    return ELEMENT_FORMS[layer](data, instance=element, person=person, initial=initial)
