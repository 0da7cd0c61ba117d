"""When a text leaves, and what colleagues say about it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.editorial.actions import CannotSchedule, NoCare
from allmende.team.catalogue import WEEKDAYS


class SlotForm(forms.Form):
    """A slot in wall-clock time of the workspace's zone; `free`, a slot the house proposed, fills both fields.

    `knowingly`: why it may leave although nobody is on duty; asked for once that was refused (`is_uncovered`), for the
    slot or, `is_now`, for at once.
    """

    is_uncovered = is_now = False
    knowingly = forms.CharField(label=_("Why may it leave although nobody is on duty?"), required=False, max_length=300)
    on_date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_uncovered = "knowingly" in self.data
        self.is_now = "now" in self.data or self.data.get("knowing") == "now"

    def clean(self) -> dict[str, Any]:
        """Whoever schedules knowingly says why."""
        typed = super().clean() or {}
        if "knowing" in self.data and not typed.get("knowingly") and "knowingly" not in self.errors:
            self.add_error("knowingly", _("Say why; your name and the reason stay beside the text."))
        return typed

    def refuse(self, error: CannotSchedule) -> None:
        """Show why it was not scheduled; where nobody is on duty, the field for the reason too."""
        self.add_error(None, str(error))
        self.is_uncovered = isinstance(error, NoCare)


class MoveForm(SlotForm):
    """Another slot; without a time the house proposes one of that day."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "move-%s", **kwargs})
        self.fields["at_time"].required = False


class WeeklySlotForm(forms.Form):
    """A time of the week at which a channel speaks."""

    channel = forms.ChoiceField(label=_("Channel"))
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=list(enumerate(WEEKDAYS)))
    starts_at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, channels: Iterable[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {one.slug: one for one in channels}
        self.fields["channel"].choices = [(slug, one.name) for slug, one in self.channels.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `actions.add_slot` takes them."""
        return {**self.cleaned_data, "channel": self.channels[self.cleaned_data["channel"]]}


class CommentForm(forms.Form):
    """A word among colleagues, or for reviewers outside as well."""

    comment = forms.CharField(
        label=_("Say something about it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_for_guests = forms.BooleanField(label=_("Reviewers outside may read it too"), required=False)


def with_free_slot(typed: QueryDict, wall: str = "") -> QueryDict:
    """What was posted, with day and time of the free slot whose button was pressed; `wall` where no slot was typed."""
    day, _, clock = typed.get("free", "" if "on_date" in typed else wall).partition("T")
    if not clock:
        return typed
    filled = typed.copy()
    filled["on_date"], filled["at_time"] = day, clock
    return filled
