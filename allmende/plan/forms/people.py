"""Forms about audiences, readiness, released hours and the canvas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan import states
from allmende.plan.catalogue import LAYER_WORDS, STATE_WORDS
from allmende.plan.forms.fields import DayInput, with_revision
from allmende.plan.models import Audience
from allmende.team.models import Person
from allmende.team.queries import people_of


class RevisedForm(forms.Form):
    """A form that knows which revision of its record was read."""

    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_revision"}

    def know_revision(self, revision: int) -> None:
        self.data = with_revision(self.data, revision)


def _lines(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AudienceForm(forms.ModelForm, RevisedForm):
    """Who these people are, what moves them, how they are reached and how they take part (S3-09)."""

    name = forms.CharField(
        label=_("Who are they?"), max_length=200, help_text=_("Example: experienced accountants in small firms")
    )
    description = forms.CharField(label=_("In a few words"), required=False, widget=_lines())
    needs = forms.CharField(label=_("What do they need?"), required=False, widget=_lines())
    emotions_now = forms.CharField(label=_("What do they feel today?"), max_length=300, required=False)
    emotions_wanted = forms.CharField(label=_("What shall they feel?"), max_length=300, required=False)
    places = forms.CharField(label=_("Where are they?"), max_length=300, required=False)
    reach_path = forms.CharField(label=_("How do we reach them?"), required=False, widget=_lines())
    involvement_path = forms.CharField(
        label=_("How do they take part?"),
        required=False,
        widget=_lines(),
        help_text=_("Beyond reading: what they do with us."),
    )
    size_estimate = forms.IntegerField(
        label=_("About how many are they?"),
        required=False,
        min_value=0,
        help_text=_("For us only; no report names it."),
    )

    class Meta:
        model = Audience
        fields = (
            *("name", "description", "needs", "emotions_now", "emotions_wanted", "places", "reach_path"),
            *("involvement_path", "size_estimate"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.created_at:
            self.fields["seen_revision"].initial = self.instance.revision

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in Audience._meta.fields}


class AnalysisForm(forms.Form):
    """What is known, from where, since when."""

    finding = forms.CharField(label=_("What do we know about them?"), widget=_lines())
    source = forms.CharField(
        label=_("From where?"), max_length=200, help_text=_("Example: twelve telephone calls in May")
    )
    on_date = forms.DateField(label=_("When was that?"), widget=DayInput(), initial=timezone.localdate)


class AnswerForm(RevisedForm):
    """The answer to a question before the launch."""

    text = forms.CharField(label=_("Your answer"), required=False, widget=_lines())
    state = forms.ChoiceField(
        label=pgettext_lazy("plan", "State"),
        choices=lambda: list(STATE_WORDS.items()),
        initial=states.SETTLED,
        widget=forms.RadioSelect,
    )


class CanvasForm(RevisedForm):
    """What stands in a theme, and which elements of the plan belong to it."""

    text = forms.CharField(label=_("In your words"), required=False, widget=_lines(6))
    element_keys = forms.MultipleChoiceField(
        label=_("Which parts of the plan belong to it?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, elements: list[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(key, f"{LAYER_WORDS[layer]}: {name}") for layer, key, name in elements]
        self.fields["element_keys"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["element_keys"]


class ReleaseForm(forms.Form):
    """How many hours a week somebody has, and which line manager said so (S3-11)."""

    colleague: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("For whom?"), queryset=None, empty_label=pgettext_lazy("plan", "Choose")
    )
    hours = forms.DecimalField(
        label=_("Hours per week"), min_value=0, max_value=168, max_digits=4, decimal_places=1, localize=True
    )
    manager: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who confirmed it?"),
        queryset=None,
        required=False,
        empty_label=_("somebody who has no place here"),
        help_text=_("Whoever works here sees on this page what became of their yes."),
    )
    manager_name = forms.CharField(label=_("Otherwise their name"), max_length=120, required=False)
    confirmed_date = forms.DateField(label=_("Confirmed on"), widget=DayInput(), initial=timezone.localdate)
    until_date = forms.DateField(label=_("Valid until"), widget=DayInput())

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("colleague", "manager"):
            self.fields[name].queryset = people_of(person.workspace)  # type: ignore[attr-defined]
