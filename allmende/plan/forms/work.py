"""Forms about steps on other days, and about hours and money that were used."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.forms.fields import NOT_CHOSEN, AmountField, day_field
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import tactics_in_force

CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


class MoveForm(forms.Form):
    """Another day for a step."""

    to_day = day_field(_("On which day?"), is_required=True)
    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)

    def __init__(self, *args: Any, is_late: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_late:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("Its day has passed; the reason stays with it.")


class WorkedField(forms.DecimalField):
    """Hours as people write them: "1,5", "1.5" or "1:30"."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if clock := CLOCK.fullmatch(text):
            minutes = Decimal(int(clock[1]) * 60 + int(clock[2]))
            return (minutes / 60).quantize(Decimal("0.01"))
        return super().to_python(text.replace(",", "."))


class TimeForm(forms.Form):
    """Hours of one's own, in one line."""

    hours = WorkedField(
        label=_("Hours"), max_digits=4, decimal_places=2, max_value=24,
        widget=forms.TextInput(attrs={"inputmode": "text", "size": 5, "data-key": "n", "autocomplete": "off"}),
    )  # fmt: skip
    tactic_key = forms.ChoiceField(label=_("What for?"), required=False)
    on_date = day_field(_("When?"), is_required=True)
    note = forms.CharField(label=_("What was it?"), max_length=160, required=False)

    def __init__(self, *args: Any, plan: StrategicPlan, **options: Any) -> None:
        super().__init__(*args, **{"prefix": "t", **options})
        self.fields["tactic_key"].choices = [("", _("Daily work")), *tactics_in_force(plan)]  # type: ignore[attr-defined]


class MoneyForm(forms.Form):
    """Money spent for a tactic, in one line."""

    amount = AmountField(
        label=_("Amount"), max_digits=9, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8, "autocomplete": "off"}),
    )  # fmt: skip
    tactic_key = forms.ChoiceField(label=_("For which tactic?"))
    on_date = day_field(_("When?"), is_required=True)
    note = forms.CharField(label=_("What was it?"), max_length=160, required=False)

    def __init__(self, *args: Any, plan: StrategicPlan, **options: Any) -> None:
        super().__init__(*args, **{"prefix": "m", **options})
        self.fields["tactic_key"].choices = [NOT_CHOSEN, *tactics_in_force(plan)]  # type: ignore[attr-defined]
