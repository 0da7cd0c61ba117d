"""Forms about what was noticed and what becomes of it, and the hours over which the line is drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue import FINDING_DECISION_WORDS
from allmende.plan.forms.fields import NOT_CHOSEN, chosen_from, day_field
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import named_elements, tactics_to_write
from allmende.team.models import Person
from allmende.team.queries import people_of


class HoursForm(forms.Form):
    """Hours per week to try out; what cannot be read is as good as nothing."""

    hours = forms.DecimalField(min_value=0, max_value=9999, max_digits=6, decimal_places=1, localize=True)

    def chosen(self) -> Decimal | None:
        return self.cleaned_data["hours"] if self.is_valid() else None


class FindingForm(forms.Form):
    """What was noticed, where it comes from, and which part of the plan it is about."""

    observation = forms.CharField(
        label=_("What did you notice?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Example: Three of eight guides do not answer at weekends."),
    )
    source = forms.CharField(
        label=_("Where does it come from?"), max_length=160, help_text=_("Example: talks with the guides")
    )
    element_key = forms.ChoiceField(label=_("Which part of the plan is it about?"))
    noticed_date = day_field(_("Noticed on"), is_required=True)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["element_key"].choices = [NOT_CHOSEN, *named_elements(person.workspace)]  # type: ignore[attr-defined]


class ImprovementForm(forms.Form):
    """What a result taught, and what changes because of it."""

    element_key = forms.ChoiceField(label=_("Which part of the plan is it about?"))
    result = forms.CharField(
        label=_("What came out?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Example: In the weeks with a personal thank-you, twice as many came back."),
    )
    explanation = forms.CharField(
        label=_("How do we explain it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    change = forms.CharField(
        label=_("What do we change because of it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["element_key"].choices = [NOT_CHOSEN, *named_elements(person.workspace)]  # type: ignore[attr-defined]


class DecideFindingForm(forms.Form):
    """What becomes of a finding; a step needs a tactic, who and until when."""

    decision = forms.ChoiceField(
        label=_("What comes of it?"), choices=lambda: chosen_from(FINDING_DECISION_WORDS), widget=forms.RadioSelect
    )
    what = forms.CharField(
        label=_("What happens?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    tactic_key = forms.ChoiceField(label=_("Which tactic does it belong to?"), required=False)
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who does it?"), queryset=None, required=False, empty_label=pgettext_lazy("plan", "Choose")
    )
    due_date = day_field(_("Until when?"))
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        help_text=_("Needed where nothing comes of it."),
    )

    def __init__(self, *args: Any, person: Person, plan: StrategicPlan, **options: Any) -> None:
        super().__init__(*args, **options)
        tactics = [(tactic.key, f"{tactic.code} {tactic.name}") for tactic in tactics_to_write(plan)]
        self.fields["tactic_key"].choices = [NOT_CHOSEN, *tactics]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people_of(person.workspace)  # type: ignore[attr-defined]
