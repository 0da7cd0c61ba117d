"""Forms about recurrent work and about changes at the networks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import dates
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.models import Channel
from allmende.plan import states
from allmende.plan.catalogue.routines import (
    EFFECT_STATE_WORDS,
    FORMAT_WORDS,
    RHYTHM_WORDS,
    ROUTINE_RESULT_WORDS,
    network_choices,
)
from allmende.plan.forms.fields import chosen_from, day_field, with_revision
from allmende.plan.models import Routine
from allmende.plan.queries import presences_of
from allmende.team.models import Person
from allmende.team.queries import people_of


class RoutineForm(forms.ModelForm):
    """A routine and its work steps, one on each line."""

    name = forms.CharField(label=_("What is done again and again?"), max_length=120)
    purpose = forms.CharField(
        label=_("What for?"), max_length=300, required=False, help_text=_("What would be missing if nobody did it?")
    )
    steps = forms.CharField(
        label=_("Work steps, in their order"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("One on each line, so that somebody else could do it tomorrow."),
    )
    rhythm = forms.ChoiceField(label=_("How often?"), choices=lambda: chosen_from(RHYTHM_WORDS))
    weekday = forms.TypedChoiceField(
        label=_("On which weekday?"),
        choices=lambda: [("", pgettext_lazy("plan", "Choose")), *dates.WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Only for weekly and monthly work."),
    )
    channel: forms.ModelChoiceField[Channel] = forms.ModelChoiceField(
        label=_("Which presence does it look at?"), queryset=None, required=False, empty_label=_("All of them, or none")
    )
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who is responsible?"), queryset=None, empty_label=None
    )
    planned_minutes = forms.IntegerField(label=_("Minutes it may take"), min_value=1, max_value=600)
    review_interval_days = forms.IntegerField(
        label=_("Look at it again after so many days"), min_value=7, max_value=400, initial=91
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Routine
        fields = (
            *("name", "purpose", "rhythm", "weekday", "channel", "owner", "planned_minutes"),
            "review_interval_days",
        )

    field_order = (
        *("name", "purpose", "steps", "rhythm", "weekday", "channel", "owner", "planned_minutes"),
        "review_interval_days",
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people_of(person.workspace)  # type: ignore[attr-defined]
        self.fields["channel"].queryset = presences_of(person.workspace)  # type: ignore[attr-defined]
        if self.instance.owner_id is None:
            self.fields["owner"].initial = person.pk
        if self.instance.created_at:
            self.fields["seen_revision"].initial = self.instance.revision

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("rhythm") not in states.WEEKDAY_RHYTHMS:
            given["weekday"] = None
        elif given.get("weekday") is None:
            self.add_error("weekday", _("Work that comes once a week or a month needs its weekday."))
        return given

    def values(self) -> dict[str, Any]:
        """What `save_routine` takes."""
        known = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return known | {
            "steps": self.cleaned_data["steps"].splitlines(),
            "revision": self.cleaned_data["seen_revision"],
        }

    def know_revision(self, revision: int) -> None:
        self.data = with_revision(self.data, revision)


class RoutineReviewForm(forms.Form):
    """What the look at a routine came to."""

    result = forms.ChoiceField(
        label=_("Is it still worth its time?"),
        widget=forms.RadioSelect,
        choices=lambda: chosen_from(ROUTINE_RESULT_WORDS),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which step takes longest, and does it have to?"),
    )


class PlatformChangeForm(forms.Form):
    """Something that changes at a network."""

    network = forms.ChoiceField(label=_("Where?"))
    what = forms.CharField(
        label=_("What changes?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Example: answers are sorted by relevance, no longer by time."),
    )
    source_url = forms.URLField(
        label=_("Where does it say so?"), max_length=300, required=False, assume_scheme="https",
        help_text=_("The address of the network's note."),
    )  # fmt: skip
    noticed_date = day_field(_("Noticed on"), is_required=True)
    effective_date = day_field(_("In effect from"), help_text=_("Empty when nobody knows."))
    formats = forms.MultipleChoiceField(
        label=_("Which formats of ours may it touch?"),
        required=False,
        choices=lambda: list(FORMAT_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Items of these formats that are not out yet there say so. Our reaction plans there are asked about anyway."
        ),
    )

    def __init__(self, *args: Any, networks: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["network"].choices = network_choices(networks)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `note_platform_change` takes."""
        return dict(self.cleaned_data)


class EffectForm(forms.Form):
    """What a change means for one reaction plan or format."""

    state = forms.ChoiceField(choices=lambda: chosen_from(EFFECT_STATE_WORDS))
    note = forms.CharField(max_length=300, required=False)
    seen_revision = forms.IntegerField()
