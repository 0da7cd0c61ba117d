"""What is asked in a drill on a copy: what members write about, and at its end what was learnt and who took part."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.config.rehearsal.waves import FEW, LONGEST_WHAT, STORM, WAVE
from allmende.crisis.forms import PracticeForm
from allmende.team.models import Workspace


class WaveForm(forms.Form):
    """Let invented members write."""

    what = forms.CharField(
        label=_("What do they write about?"), max_length=LONGEST_WHAT,
        help_text=_("A few words, such as: the outage since this morning."),
    )  # fmt: skip
    size = forms.TypedChoiceField(
        label=_("How many?"), coerce=int, initial=WAVE, widget=forms.RadioSelect,
        choices=((FEW, _("a few critics (6)")), (WAVE, _("a wave (24)")), (STORM, _("a storm (60)"))),
    )  # fmt: skip


class EndRehearsalForm(PracticeForm):
    """The drill is over: what stays of it."""

    learnt = forms.CharField(
        label=_("What did you learn?"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands on the crisis page of the community. Everything else of the copy goes."),
    )  # fmt: skip
    field_order = ("learnt", "unit", "people")

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(workspace, *args, **kwargs)
        self.fields["unit"].required = False
        self.fields["unit"].empty_label = _("not written down")  # type: ignore[attr-defined]
        if not self.has_units:
            del self.fields["unit"], self.fields["people"]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.cleaned_data
        return {"learnt": given["learnt"], "unit": given.get("unit"), "people": list(given.get("people") or ())}
