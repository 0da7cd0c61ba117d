"""An idea in two fields."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.models import Objective


class IdeaForm(forms.Form):
    """What one wants to say some day, and for which objective if one knows already."""

    title = forms.CharField(label=_("Idea"), max_length=160)
    idea = forms.CharField(
        label=_("What is it about?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    serves_key = forms.ChoiceField(label=_("Serves the objective"), required=False)

    def __init__(self, *args: Any, objectives: Sequence[Objective], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "idea-%s", **kwargs})
        choices = [("", _("not known yet")), *((one.key, f"{one.code} {one.short_name}") for one in objectives)]
        self.fields["serves_key"].choices = choices  # type: ignore[attr-defined]
