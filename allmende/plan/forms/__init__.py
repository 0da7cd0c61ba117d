"""Forms of the plan."""

from allmende.plan.forms.decisions import (
    DECISION_FORMS,
    ConferenceForm,
    DecideForm,
    DecisionForm,
    DiscussForm,
    OutcomeForm,
)
from allmende.plan.forms.elements import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.forms.routines import EffectForm, PlatformChangeForm, RoutineForm, RoutineReviewForm
from allmende.plan.forms.whole import PlanForm, PublishForm, StartForm, StepReportForm

__all__ = [
    "DECISION_FORMS",
    "ELEMENT_FORMS",
    "ConferenceForm",
    "DecideForm",
    "DecisionForm",
    "DiscussForm",
    "EffectForm",
    "ElementForm",
    "OutcomeForm",
    "PlanForm",
    "PlatformChangeForm",
    "PublishForm",
    "RoutineForm",
    "RoutineReviewForm",
    "StartForm",
    "StepReportForm",
    "form_for",
]
