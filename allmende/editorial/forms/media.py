"""Pictures, and what is known about one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.editorial.catalogue import GROUND_WORDS
from allmende.editorial.forms.item import PicturesField


class PicturesForm(forms.Form):
    """Pictures for the library."""

    pictures = PicturesField(label=_("Add pictures or films"))


class RightForm(forms.Form):
    """What a picture shows, who made it, on what ground and until when we may show it."""

    alt = forms.CharField(
        label=_("What the picture shows, for all who do not see it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("New items begin with it; what items say already stays."),
    )
    ground = forms.ChoiceField(label=_("We may show it by"), choices=list(GROUND_WORDS.items()), required=False)
    holder = forms.CharField(label=_("Who made it or holds the rights"), max_length=200, required=False)
    ends_date = forms.DateField(
        label=_("Last day of the right"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: without end. After that day no text with this picture can be scheduled."),
    )
    note = forms.CharField(
        label=pgettext_lazy("right", "Where it is written down"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: contract of 3 May, credit “Photo: Name”, only on our own channels."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As `actions.save_right` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision"), **given}
