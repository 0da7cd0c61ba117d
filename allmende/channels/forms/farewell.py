"""How a presence ends, as a person types it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue import ARCHIVE_WORDS
from allmende.channels.states import ARCHIVE_DECISIONS


class FarewellForm(forms.Form):
    """What members are told, what becomes of what was said there, where they go, the last day (domain 3.8)."""

    told = forms.CharField(
        label=_("What were members told?"), max_length=5000, widget=forms.Textarea({"rows": 3}),
        help_text=_("The words, or their gist: why the channel ends, when, and where it goes on."),
        error_messages={"required": _("Nobody closes a door without a word. Say what members were told.")},
    )  # fmt: skip
    told_url = forms.URLField(
        label=_("Where does that stand?"), max_length=500, required=False, assume_scheme="https",
        help_text=_("The address of the post."),
        error_messages={"invalid": _("This is no address. It looks like https://example.org/post.")},
    )  # fmt: skip
    archive = forms.ChoiceField(
        label=_("What becomes of what was said there?"), widget=forms.RadioSelect,
        choices=[(one, ARCHIVE_WORDS[one]) for one in ARCHIVE_DECISIONS],
        error_messages={"required": _("Decide it now: later nobody does.")},
    )  # fmt: skip
    leads_to = forms.CharField(
        label=_("Where do members go from now on?"), max_length=500, required=False,
        help_text=_("Another channel or an address."),
    )  # fmt: skip
    why_nowhere = forms.CharField(
        label=_("If nowhere: why?"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    last_date = forms.DateField(
        label=_("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until then we listen, answer and may post. After it the channel closes by itself."),
        error_messages={"required": _("Say until when we are there."), "invalid": _("This is no date.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("leads_to") or cleaned.get("why_nowhere")) and "leads_to" not in self.errors:
            self.add_error("leads_to", _("Say where members go from now on, or below why nowhere."))
        return cleaned
