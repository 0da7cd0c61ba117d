"""Where an element stands from now on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.catalogue import STANDING_WORDS, TACTIC_END_WORDS
from allmende.plan.forms.fields import chosen_from
from allmende.plan.queries import Stand


class StandingForm(forms.Form):
    """The moves that are open, and what was learned when one ends it."""

    state = forms.ChoiceField(label=_("Where does it stand now?"), widget=forms.RadioSelect)
    ended_as = forms.ChoiceField(
        label=_("How did the tactic end?"),
        choices=lambda: chosen_from(TACTIC_END_WORDS, is_optional=True),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why? What did we learn?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where it ends."),
    )

    def __init__(self, data: Any = None, *, stand: Stand) -> None:
        super().__init__(data)
        self.fields["state"].choices = [(state, STANDING_WORDS[state]) for state in stand.moves]  # type: ignore[attr-defined]
        if stand.layer != "tactic":
            del self.fields["ended_as"]
