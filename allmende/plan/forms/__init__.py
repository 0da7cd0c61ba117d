"""Forms of the plan."""

from allmende.plan.forms.elements import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.forms.whole import PlanForm, PublishForm, StartForm, StepReportForm

__all__ = ["ELEMENT_FORMS", "ElementForm", "PlanForm", "PublishForm", "StartForm", "StepReportForm", "form_for"]
