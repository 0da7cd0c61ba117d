"""What shall happen to many dispatches at once, and what the queue shows."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.channels.actions import SettleWish
from allmende.channels.queries import PARTS, QueueFilters


class SettleForm(forms.Form):
    """A kind of decision, the reason of a drop, and the person's statement that they looked at the network."""

    kind = forms.CharField(max_length=10, required=False)
    reason = forms.CharField(label=_("Why are they dropped?"), max_length=300, required=False)
    is_looked = forms.BooleanField(label=_("I looked at the network for each of the picked ones."), required=False)

    def wish(self) -> SettleWish:
        """What the person asks for; the action says what is missing."""
        typed = self.cleaned_data
        return SettleWish(typed["kind"], typed["reason"], typed["is_looked"])


def picked_in(typed: QueryDict) -> dict[UUID, int | None]:
    """What is ticked, each with the fence the person saw; what names nothing is left out."""
    picked: dict[UUID, int | None] = {}
    for one in typed.getlist("picked"):
        key, _dot, fence = one.partition(".")
        try:
            picked[UUID(key)] = int(fence) if fence.isdecimal() and len(fence) < 9 else None
        except ValueError:
            continue
    return picked


def filters_in(typed: QueryDict) -> QueueFilters:
    """The filters of the address; a state nobody knows shows all."""
    state = typed.get("state", "")
    return QueueFilters(state if state in PARTS else "", typed.get("channel", "")[:80])
