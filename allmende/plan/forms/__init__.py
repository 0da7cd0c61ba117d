"""Forms of the plan."""

from allmende.plan.forms.agreeing import (
    AnswerForm,
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
from allmende.plan.forms.elements import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.forms.routines import EffectForm, PlatformChangeForm, RoutineForm, RoutineReviewForm
from allmende.plan.forms.whole import PlanForm, StartForm, StepReportForm

__all__ = [
    "ELEMENT_FORMS",
    "AnswerForm",
    "ConfirmForm",
    "EffectForm",
    "ElementForm",
    "EventForm",
    "NeedForm",
    "PlanForm",
    "PlatformChangeForm",
    "ProposeForm",
    "PublishForm",
    "ReaderForm",
    "ReviseForm",
    "RoutineForm",
    "RoutineReviewForm",
    "StartForm",
    "StepReportForm",
    "TakeBackForm",
    "form_for",
    "judgements_of",
]
