"""Forms of the plan."""

from allmende.plan.forms.elements import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.forms.routines import EffectForm, PlatformChangeForm, RoutineForm, RoutineReviewForm
from allmende.plan.forms.whole import PlanForm, PublishForm, StartForm, StepReportForm

__all__ = [
    "ELEMENT_FORMS",
    "EffectForm",
    "ElementForm",
    "PlanForm",
    "PlatformChangeForm",
    "PublishForm",
    "RoutineForm",
    "RoutineReviewForm",
    "StartForm",
    "StepReportForm",
    "form_for",
]
