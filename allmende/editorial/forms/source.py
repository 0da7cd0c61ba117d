"""A feed that shall bring ideas."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.editorial import states
from allmende.editorial.actions import SourceWish
from allmende.plan.models import Objective


class SourceForm(forms.Form):
    """The address of a feed, or one that is read already; what its new entries become."""

    channel = forms.ChoiceField(label=_("Which feed?"), required=False)
    address = forms.CharField(
        label=_("Address of the page or of its feed"), max_length=500, required=False,
        help_text=_("Your own website, a partner, a press review. If the page names its feed, it is found from there."),
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://example.org/news"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("What is it called here?"),
        max_length=80,
        required=False,
        help_text=_("Left empty, as it calls itself."),
    )
    becomes = forms.ChoiceField(
        label=_("What becomes of a new entry?"), widget=forms.RadioSelect, initial=states.IDEA,
        choices=[(states.IDEA, _("an idea on the board")), (states.DRAFTING, _("a draft with title and address"))],
    )  # fmt: skip
    targets = forms.MultipleChoiceField(
        label=_("Channels the draft gets a text for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    serves_key = forms.ChoiceField(label=_("Serves the objective"), required=False)
    no_objective_reason = forms.CharField(
        label=_("If none: why?"), max_length=200, required=False, help_text=_("A draft has to say one of the two.")
    )
    newest = forms.TypedChoiceField(
        label=_("Of what stands there already"), coerce=int, initial=0,
        choices=[(0, _("take nothing")), (1, _("take the newest")), (3, _("take the newest three")), (5, _("take the newest five"))],
    )  # fmt: skip

    def __init__(
        self, *args: Any, feeds: Iterable[Channel], channels: Iterable[Channel], objectives: Iterable[Objective],
        may_connect: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.feeds = {str(one.pk): one for one in feeds}
        known = [(key, one.name) for key, one in self.feeds.items()]
        first = [("", _("a new one, by its address"))] if may_connect else [("", _("choose one"))]
        self.fields["channel"].choices = first + known  # type: ignore[attr-defined]
        self.fields["targets"].choices = [(str(one.pk), one.name) for one in channels]  # type: ignore[attr-defined]
        none = ("", _("none yet"))
        self.fields["serves_key"].choices = [  # type: ignore[attr-defined]
            none, *((one.key, f"{one.code} {one.short_name}") for one in objectives)
        ]  # fmt: skip
        if not may_connect:
            del self.fields["address"], self.fields["name"]
        elif not known:
            del self.fields["channel"]

    def clean(self) -> dict[str, Any]:
        """One of the two ways to name a feed."""
        typed: dict[str, Any] = super().clean() or {}
        if not typed.get("channel") and not typed.get("address", "").strip():
            where = "address" if "address" in self.fields else "channel"
            self.add_error(where, _("Not added. Say which feed."))
        return typed

    @property
    def chosen(self) -> Channel | None:
        """The feed that is read already, if one was chosen."""
        return self.feeds.get(self.cleaned_data.get("channel", ""))

    def wish(self) -> SourceWish:
        """As the actions take it."""
        typed = self.cleaned_data
        return SourceWish(
            typed["becomes"], typed["serves_key"], typed["no_objective_reason"].strip(),
            [UUID(one) for one in typed["targets"]], typed["newest"],
        )  # fmt: skip
