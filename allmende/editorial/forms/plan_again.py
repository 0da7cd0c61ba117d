"""When what was refused or missed shall leave instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.editorial.actions import When
from allmende.editorial.actions.plan_again import KEPT


class PlanAgainForm(forms.Form):
    """Now, or a day; without a time its first free one is taken. Tried again or released, it keeps its slot."""

    kind = forms.ChoiceField(choices=[("now", ""), ("slot", ""), *((one, "") for one in KEPT)])
    day = forms.DateField(label=_("Day"), required=False)
    clock = forms.TimeField(label=_("Time"), required=False)
    is_uncovered = False
    knowingly = forms.CharField(
        label=_("Why may they leave although nobody is on duty?"), required=False, max_length=300
    )

    def clean(self) -> dict[str, Any]:
        """A new slot needs a day."""
        typed = super().clean() or {}
        if typed.get("kind") == "slot" and not typed.get("day") and "day" not in self.errors:
            self.add_error("day", _("Nothing changed. Choose the day on which they should leave."))
        return typed

    def when(self) -> When:
        """When they leave."""
        typed = self.cleaned_data
        day, clock = (typed["day"], typed["clock"]) if typed["kind"] == "slot" else (None, None)
        return When(day, clock, typed["knowingly"], typed["kind"] if typed["kind"] in KEPT else "")
