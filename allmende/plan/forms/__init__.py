"""Forms of the plan."""

from allmende.plan.forms.agreeing import (
    AnswerForm,
    CloseForm,
    ConfirmForm,
    EventForm,
    NeedForm,
    ProposeForm,
    PublishForm,
    ReaderForm,
    ReviseForm,
    TakeBackForm,
    judgements_of,
)
from allmende.plan.forms.decisions import (
    ConferenceForm,
    DecideForm,
    DecisionForm,
    DiscussForm,
    OutcomeForm,
)
from allmende.plan.forms.elements import ElementForm
from allmende.plan.forms.layers import ELEMENT_FORMS, form_for
from allmende.plan.forms.people import AnalysisForm, AudienceForm, CanvasForm, ReadinessForm, ReleaseForm
from allmende.plan.forms.request import DECISION_FORMS
from allmende.plan.forms.routines import EffectForm, PlatformChangeForm, RoutineForm, RoutineReviewForm
from allmende.plan.forms.short import short_form, values_of
from allmende.plan.forms.whole import PlanForm, StartForm, StepReportForm

__all__ = [
    "DECISION_FORMS",
    "ELEMENT_FORMS",
    "AnalysisForm",
    "AnswerForm",
    "AudienceForm",
    "CanvasForm",
    "CloseForm",
    "ConferenceForm",
    "ConfirmForm",
    "DecideForm",
    "DecisionForm",
    "DiscussForm",
    "EffectForm",
    "ElementForm",
    "EventForm",
    "NeedForm",
    "OutcomeForm",
    "PlanForm",
    "PlatformChangeForm",
    "ProposeForm",
    "PublishForm",
    "ReaderForm",
    "ReadinessForm",
    "ReleaseForm",
    "ReviseForm",
    "RoutineForm",
    "RoutineReviewForm",
    "StartForm",
    "StepReportForm",
    "TakeBackForm",
    "form_for",
    "judgements_of",
    "short_form",
    "values_of",
]
