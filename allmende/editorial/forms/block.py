"""A text block."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.models import Channel
from allmende.editorial.catalogue import BLOCK_WORDS


class BlockForm(forms.Form):
    """Kind, name, words, and the channel it is meant for."""

    kind = forms.ChoiceField(label=pgettext_lazy("block", "Kind"), choices=list(BLOCK_WORDS.items()))
    name = forms.CharField(label=pgettext_lazy("block", "Name"), max_length=80)
    text = forms.CharField(
        label=pgettext_lazy("block", "Words"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A gap to fill in stands in square brackets: [Name]. No text leaves while one is left."),
    )
    channel = forms.ChoiceField(label=_("Only for"), required=False)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, channels: Iterable[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {str(one.pk): one for one in channels}
        choices = [("", _("every channel")), *((pk, one.name) for pk, one in self.channels.items())]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `actions.save_block` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision"), **given, "channel": self.channels.get(given["channel"])}
