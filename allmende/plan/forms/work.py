"""Forms about steps on other days, and about hours and money that were used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.forms.fields import day_field


class MoveForm(forms.Form):
    """Another day for a step."""

    to_day = day_field(_("On which day?"), is_required=True)
    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)

    def __init__(self, *args: Any, is_late: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_late:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("Its day has passed; the reason stays with it.")
