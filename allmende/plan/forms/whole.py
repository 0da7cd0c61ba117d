"""Forms about the plan as a whole, its publication and its steps' progress."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue import (
    COMMUNITY_TYPE_WORDS,
    STEP_MOVE_WORDS,
)
from allmende.plan.forms.fields import chosen_from, with_revision
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import is_after_closed
from allmende.team.models import Person, ResponsibleUnit
from allmende.team.queries import led_units, people_of, responsible_unit


class PlanForm(forms.ModelForm):
    """The plan as a whole; begins one, and changes its settings."""

    title = forms.CharField(label=_("Name of the plan"), max_length=160)
    community_type = forms.ChoiceField(label=_("Kind of community"), choices=lambda: chosen_from(COMMUNITY_TYPE_WORDS))
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who is responsible for the plan?"), queryset=None, help_text=_("Exactly one person."), empty_label=None
    )
    unit: forms.ModelChoiceField[ResponsibleUnit] = forms.ModelChoiceField(
        label=_("For a department or working group?"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("plan", "no, the person alone"),
        help_text=_("Then whoever leads it answers for the plan."),
    )
    deputy: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who stands in?"),
        queryset=None,
        required=False,
        help_text=_("Publishes and reviews while the responsible person is away."),
        empty_label=pgettext_lazy("deputy", "Nobody"),
    )
    strategic_hours = forms.DecimalField(
        label=_("Hours per week for tactics"),
        min_value=0,
        max_value=9999,
        decimal_places=1,
        localize=True,
        help_text=_("Hours your line manager confirmed. They draw the cut line; 0 leaves it out."),
    )
    routine_hours = forms.DecimalField(
        label=_("Hours per week for daily work"), min_value=0, max_value=9999, decimal_places=1, localize=True
    )
    strategic_share_target = forms.IntegerField(
        label=_("Share of the time that shall serve tactics, in per cent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Held against the hours people note under Resources."),
    )
    review_interval_days = forms.IntegerField(
        label=_("Days until the next review"), min_value=7, max_value=400, help_text=_("A quarter has 91.")
    )
    reminder_days = forms.IntegerField(
        label=_("Days until somebody is reminded who has not said that they know a new version"),
        min_value=0,
        max_value=90,
        help_text=_("Once, in the app and by e-mail; 0 reminds nobody."),
    )
    dust_days = forms.IntegerField(
        label=_("Days until something gathers dust"),
        min_value=7,
        max_value=400,
        help_text=_("So long a part of the plan may stay without work, without a new figure and unopened."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = StrategicPlan
        fields = (
            *("title", "community_type", "owner", "unit", "deputy", "strategic_hours", "routine_hours"),
            *("strategic_share_target", "review_interval_days", "reminder_days", "dust_days"),
        )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("owner", "deputy"):
            if name in self.fields:
                self.fields[name].queryset = people_of(person.workspace)  # type: ignore[attr-defined]
        self._offer_units(person)
        if self.instance.owner_id is None:
            self.fields["owner"].initial = person.pk
        if self.instance.created_at:
            self.fields["seen_revision"].initial = self.instance.revision

    def _offer_units(self, person: Person) -> None:
        units = led_units(person.workspace)
        if not units.exists():
            del self.fields["unit"]
            return
        field = cast("forms.ModelChoiceField[ResponsibleUnit]", self.fields["unit"])
        field.queryset = units
        if self.instance.created_at:
            field.initial = responsible_unit(person.workspace, "plan", str(self.instance.pk))

    def clean_strategic_share_target(self) -> int:
        target = self.cleaned_data["strategic_share_target"]
        return self.instance.strategic_share_target if target is None else target

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_revision"}

    def know_revision(self, revision: int) -> None:
        self.data = with_revision(self.data, revision)


class StartForm(PlanForm):
    """As little as a plan needs to begin; after a closed plan also why it begins from nothing."""

    from_nothing_reason = forms.CharField(
        label=_("Why does the new plan begin from nothing?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A plan was closed here. It stays readable, and what it taught can be taken over by hand."),
    )

    class Meta(PlanForm.Meta):
        fields = ("title", "community_type", "owner", "unit", "strategic_hours")  # type: ignore[assignment]

    routine_hours = None  # type: ignore[assignment]
    review_interval_days = None  # type: ignore[assignment]
    reminder_days = None  # type: ignore[assignment]
    strategic_share_target = None  # type: ignore[assignment]
    deputy = None  # type: ignore[assignment]
    dust_days = None  # type: ignore[assignment]

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, person=person, **options)
        if self.instance.created_at or not is_after_closed(person.workspace):
            del self.fields["from_nothing_reason"]


class StepReportForm(forms.Form):
    """How far a step is."""

    state = forms.ChoiceField(label=_("How far is it?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What should others know?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, moves: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = [(state, STEP_MOVE_WORDS[state]) for state in moves]  # type: ignore[attr-defined]
