"""The form of a resource request: what is asked for, and how far which behaviour should move by when (S0-15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan import states
from allmende.plan.forms.decisions import (
    BoardForm,
    ConferenceForm,
    DecisionForm,
    GenericForm,
    HiringForm,
    text_area,
)
from allmende.plan.forms.fields import NOT_CHOSEN, AmountField, ValueField, day_field
from allmende.plan.forms.objective import missed_kind
from allmende.plan.models import DecisionCheck


class RequestForm(DecisionForm):
    tactics = forms.MultipleChoiceField(
        label=_("Which tactics does it make possible?"), widget=forms.CheckboxSelectMultiple
    )
    objective = forms.ChoiceField(label=_("Which behaviour should move?"))
    points = forms.DecimalField(
        label=_("By how many percentage points?"),
        min_value=0,
        max_value=100,
        decimal_places=1,
        localize=True,
        required=False,
    )
    amount = ValueField(
        label=_("Or by how much, where it is told as how long or how often?"),
        help_text=_("Such as 2 h or 30 min less; or 0.2, or 30 per 1,000 people and month more."),
    )
    until = day_field(_("By when?"), is_required=True)
    money = AmountField(label=_("Money in euro"), min_value=0, decimal_places=2, required=False, localize=True)
    hours = forms.DecimalField(label=_("Hours per week"), min_value=0, decimal_places=1, required=False, localize=True)
    without = text_area(_("What happens without it?"), 2)
    smaller = text_area(_("What would be the smaller option?"), 2)

    either = ("points", "amount")
    plain = ("objective", "points", "money", "hours", "without", "smaller")
    dated = ("until",)

    def choose(self) -> None:
        self.fields["tactics"].choices = self.tactic_choices()  # type: ignore[attr-defined]
        self.fields["objective"].choices = [NOT_CHOSEN, *self.objective_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        measures = {row.key: row.definition_key for row in self.ground.elements.objectives}
        fault = missed_kind(
            self.data.get(self.add_prefix("amount")) or "", measures.get(str(typed.get("objective")), "")
        )
        if fault:
            self.add_error("amount", fault)
        return typed

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        kept = {name: check.content.get(name) for name in ("tactics", "amount")}
        return super().typed_before(check) | kept

    def content(self) -> dict[str, Any]:
        return super().content() | {name: self.cleaned_data[name] for name in ("tactics", "amount")}

    def keys(self) -> list[str]:
        return [self.cleaned_data["objective"], *self.cleaned_data["tactics"]]

    def follow_up(self, content: Mapping[str, Any]) -> date | None:
        return self.cleaned_data.get("until")


DECISION_FORMS: dict[str, type[DecisionForm]] = {
    states.CONFERENCE: ConferenceForm,
    states.RESOURCE_REQUEST: RequestForm,
    states.HIRING: HiringForm,
    states.BOARD_MEETING: BoardForm,
    states.GENERIC: GenericForm,
}
