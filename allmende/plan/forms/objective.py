"""The form of an objective: its sentence, its measure with the target in that measure's unit, its guardrail and its days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.plan.catalogue import MEASURES, form_of_measure, read_value
from allmende.plan.forms.elements import ElementForm
from allmende.plan.forms.fields import MeasureSelect, ShareField, ValueField, chosen_from, day_field
from allmende.plan.models import Objective
from allmende.plan.queries import audience_names

KIND_MISSED = {
    "rate": _("This measure says how often; what is typed here is a length of time."),
    "duration": _("This measure says how long; what is typed here says how often."),
}


def missed_kind(typed: str, measure: str) -> str:
    """What to say of a length of time where the measure says how often, and the other way round; "" where it fits."""
    found, form = read_value(typed), form_of_measure(measure)
    is_missed = found and found.kind and form != "share" and found.kind != form
    return str(KIND_MISSED[form]) if is_missed else ""


class ObjectiveForm(ElementForm):
    """The sentence "[audience] shall [behaviour], so that [effect]", its measure and its target."""

    audience = forms.CharField(
        label=_("Who?"),
        max_length=200,
        help_text=_("The people meant. Example: experienced accountants in small firms"),
        widget=forms.TextInput(attrs={"list": "audiences"}),
    )
    behaviour = forms.CharField(
        label=_("shall do what?"),
        max_length=300,
        help_text=_("Something one could watch. Example: be the first to answer other people's questions"),
    )
    effect = forms.CharField(
        label=_("so that"),
        max_length=300,
        help_text=_("What comes of it. Example: the question is confirmed as solved"),
    )
    short_name = forms.CharField(
        label=_("Short name"), max_length=60, required=False, help_text=_("Stands beside everything that serves this.")
    )
    quality_condition = forms.CharField(
        label=_("When is it done well?"),
        max_length=300,
        required=False,
        help_text=_("Example: confirmed as solved within 7 days"),
    )
    activity_reason = forms.CharField(
        label=_("Why does just this have value here?"),
        max_length=300,
        required=False,
        help_text=_("Only where mere reading, joining or visiting is meant."),
    )
    definition_key = forms.ChoiceField(
        label=_("How is it counted?"),
        required=False,
        choices=lambda: chosen_from(MEASURES, True),
        widget=MeasureSelect,
        help_text=_("Only behaviours can be chosen. Counts of posts, members or likes say nothing about the goal."),
    )
    baseline_share = ShareField(label=_("Coming from, in %"))
    target_share = ShareField(label=_("Target, in %"))
    baseline_value = ValueField(label=_("Coming from, in the measure's unit"))
    target_value = ValueField(
        label=_("Target, in the measure's unit"),
        help_text=_(
            "How long: the time after which half are done, such as 6 h, 90 min or 2 days. How often: times per person and month, such"
            " as 0.8, or 30 per 1,000."
        ),
    )
    target_date = day_field(_("reached by"))
    least_relevant_difference = ShareField(
        label=_("Difference that matters, in points"),
        help_text=_(
            "From which difference on would you decide differently? Without it nobody can ever say “not moving”. Where the"
            " measure says how often or how long: as a percentage of what it was before."
        ),
    )
    guardrail = forms.CharField(
        label=_("What must not get worse meanwhile?"),
        max_length=200,
        required=False,
        help_text=_("Example: satisfaction with the answer, at least 4.2"),
    )
    guardrail_key = forms.ChoiceField(
        label=_("How is that counted?"),
        required=False,
        choices=lambda: chosen_from(MEASURES, True),
        help_text=_("If this behaviour gets worse meanwhile, every success is called one with damage."),
    )
    starts_date = day_field(_("Worked on since"), help_text=_("Left empty: from the publication on."))
    review_date = day_field(_("Looked at together on"))

    class Meta:
        model = Objective
        fields = (
            *(
                "audience",
                "behaviour",
                "effect",
                "short_name",
                "quality_condition",
                "activity_reason",
                "definition_key",
            ),
            *("baseline_share", "target_share", "baseline_value", "target_value", "target_date"),
            *("least_relevant_difference", "guardrail"),
            *("guardrail_key", "starts_date", "review_date"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.audiences = audience_names(self.person.workspace)

    def clean_target_date(self) -> date | None:
        day: date | None = self.cleaned_data["target_date"]
        if day and day != self.instance.target_date and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. By which day shall it be reached?"))
        return day

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name in ("baseline_value", "target_value"):
            fault = missed_kind(self.data.get(self.add_prefix(name)) or "", typed.get("definition_key") or "")
            if fault:
                self.add_error(name, fault)
        return typed
