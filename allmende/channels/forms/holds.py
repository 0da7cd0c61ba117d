"""A stop of publishing as a person types it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.channels.queries import speaking_channels
from allmende.team.models import Workspace


class HoldForm(forms.Form):
    """Stop publishing: where, what and why."""

    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        queryset=None, label=_("Where?"), required=False, empty_label=_("all channels")
    )
    includes_replies = forms.BooleanField(
        label=_("Stop replies and holding statements too"), required=False,
        help_text=_("Usually they go on: whoever asks shall get an answer."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Colleagues read it wherever something is held."),
        error_messages={"required": _("Say why, so that colleagues know when it can go on.")},
    )  # fmt: skip

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = speaking_channels(workspace)  # type: ignore[attr-defined]
