"""How an item shall come again, and where one time of it moves to."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.editorial.actions import SeriesWish
from allmende.editorial.catalogue import STEP_WORDS

AFTER, ON = "after", "on"
THIS, FOLLOWING = "this", "following"


class SeriesForm(forms.Form):
    """A rhythm or a place in the pool, and its end. Nothing comes again without an end."""

    step = forms.ChoiceField(label=_("How does it come again?"), choices=list(STEP_WORDS.items()), required=False)
    every = forms.IntegerField(
        label=_("How far apart?"), min_value=1, max_value=60, required=False,
        help_text=_("1: every time, 2: every other time."),
    )  # fmt: skip
    starts_date = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    starts_at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On each channel's own clock; after the clocks change it stays the same time."),
    )  # fmt: skip
    ends = forms.ChoiceField(
        label=_("When does it end?"), widget=forms.RadioSelect,
        choices=[(AFTER, _("after a number of times")), (ON, _("on a day"))],
    )  # fmt: skip
    ends_after = forms.IntegerField(label=_("Number of times"), min_value=1, max_value=500, required=False)
    ends_date = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cool_down_days = forms.IntegerField(
        label=_("Days the same words rest in a channel"), min_value=0, max_value=1000, required=False,
        help_text=_("A time that comes earlier is passed over. 0: they need no rest."),
    )  # fmt: skip
    knowingly = forms.CharField(
        label=_("Why may it come although nobody is on duty?"), max_length=300, required=False,
        help_text=_("It holds for each time of the series, with your name."),
    )  # fmt: skip
    is_uncovered = False

    def clean(self) -> dict[str, Any]:
        """What the chosen rhythm and the chosen end need."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("step"):
            self._need("every", _("Say how far apart: 1 is every time."))
            self._need("starts_at", _("Say at what time it comes."))
        elif not typed.get("cool_down_days"):
            self._need(
                "cool_down_days", _("Say how many days must pass before the same words come again, at least one.")
            )
        if typed.get("ends") == ON:
            self._need("ends_date", _("Say on which day it ends."))
        elif typed.get("ends") == AFTER:
            self._need("ends_after", _("Say after how many times it ends."))
        return typed

    def _need(self, name: str, why: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, why)

    def wish(self) -> SeriesWish:
        """As typed, or before that as the form begins."""
        told = self.cleaned_data if self.is_bound else self.initial
        is_on = told["ends"] == ON
        return SeriesWish(
            starts_date=told["starts_date"], step=told["step"], starts_at=told["starts_at"] if told["step"] else None,
            every=(told["every"] or 1) if told["step"] else 1, ends_date=told["ends_date"] if is_on else None,
            ends_after=None if is_on else told["ends_after"], cool_down_days=told["cool_down_days"] or 0,
            knowingly=told.get("knowingly", ""),
        )  # fmt: skip


def begins_at(wall: datetime) -> dict[str, Any]:
    """What the form of a series proposes: weekly from `wall` on, ten times."""
    return {
        "step": "weekly", "every": 1, "starts_date": wall.date(), "starts_at": wall.time(), "ends": AFTER,
        "ends_after": 10, "ends_date": None, "cool_down_days": 0,
    }  # fmt: skip


class TimeForm(forms.Form):
    """Another day and time for one time of a series, or for it and all that follow."""

    on_date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    scope = forms.ChoiceField(
        label=_("What moves?"), widget=forms.RadioSelect, initial=THIS,
        choices=[
            (THIS, pgettext_lazy("series", "only this one")),
            (FOLLOWING, pgettext_lazy("series", "this one and all that follow")),
        ],
    )  # fmt: skip
    knowingly = forms.CharField(label=_("Why may it leave although nobody is on duty?"), max_length=300, required=False)
    is_uncovered = False

    def __init__(self, *args: Any, has_following: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_following = has_following
        if not has_following:
            del self.fields["scope"]

    @property
    def is_for_following(self) -> bool:
        return self.cleaned_data.get("scope") == FOLLOWING

    @property
    def wall(self) -> datetime:
        return datetime.combine(self.cleaned_data["on_date"], self.cleaned_data["at_time"])
