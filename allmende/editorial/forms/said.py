"""Other words for what is published."""

from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _


class ChangeSaidForm(forms.Form):
    """What shall stand there, and why. `seen`: when it was changed last, as the page showed it."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("There is no text. To remove the post, take it back below.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=200,
        help_text=_("Only the team reads it, beside the words that were there."),
        error_messages={"required": _("Say why; the team reads it beside the words that were there.")},
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        """None: never changed, as the page showed it, or no moment at all."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None
