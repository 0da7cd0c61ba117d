"""Forms of the plan."""

from allmende.plan.forms.elements import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.forms.people import AnalysisForm, AnswerForm, AudienceForm, CanvasForm, ReleaseForm
from allmende.plan.forms.routines import EffectForm, PlatformChangeForm, RoutineForm, RoutineReviewForm
from allmende.plan.forms.short import short_form, values_of
from allmende.plan.forms.whole import PlanForm, PublishForm, StartForm, StepReportForm

__all__ = [
    "ELEMENT_FORMS",
    "AnalysisForm",
    "AnswerForm",
    "AudienceForm",
    "CanvasForm",
    "EffectForm",
    "ElementForm",
    "PlanForm",
    "PlatformChangeForm",
    "PublishForm",
    "ReleaseForm",
    "RoutineForm",
    "RoutineReviewForm",
    "StartForm",
    "StepReportForm",
    "form_for",
    "short_form",
    "values_of",
]
