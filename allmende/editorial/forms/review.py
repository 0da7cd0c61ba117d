"""What a reviewer answers, and who is asked."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.editorial import states
from allmende.editorial.actions import StepPlan
from allmende.team.models import Person


class ReviewForm(forms.Form):
    """A reviewer's answer with its words."""

    answer = forms.ChoiceField(
        label=_("May it appear like this?"),
        widget=forms.RadioSelect,
        choices=[
            (states.YES, _("I approve exactly this text.")),
            (states.CHANGES, _("Something should change first.")),
        ],
    )
    words = forms.CharField(
        label=pgettext_lazy("review", "In your words"),
        help_text=_("If something should change: what, and why."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GuestReviewForm(ReviewForm):
    """The same from somebody outside, who says their name."""

    name = forms.CharField(label=_("Your name"), max_length=120)


class GuestCommentForm(forms.Form):
    """A question or remark of somebody outside."""

    comment = forms.CharField(
        label=_("Ask or remark something"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


class StepForm(forms.Form):
    """Who shall answer next, by when, and who learns of it when nobody does."""

    people = forms.MultipleChoiceField(
        label=_("Colleagues"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    guest_name = forms.CharField(label=_("Somebody outside"), max_length=120, required=False)
    guest_email = forms.EmailField(
        label=_("Their e-mail"), required=False, help_text=_("Without one you hand the link over yourself.")
    )
    rule = forms.ChoiceField(
        label=_("How many must approve?"),
        choices=[(states.ALL, _("all of them")), (states.ANY, _("one of them is enough"))],
        initial=states.ALL,
    )
    due_date = forms.DateField(
        label=_("Answer by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    told_to = forms.ChoiceField(label=_("If nobody answers, tell"), required=False, choices=())

    def __init__(self, *args: Any, people: Sequence[Person], may_invite: bool = True, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "step-%s", **options})
        self.known = {str(one.pk): one for one in people}
        choices = [(pk, one.name) for pk, one in self.known.items()]
        people_field, told_field = self.fields["people"], self.fields["told_to"]
        people_field.choices = choices  # type: ignore[attr-defined]
        told_field.choices = [("", _("whoever asked")), *choices]  # type: ignore[attr-defined]
        if not may_invite:
            del self.fields["guest_name"], self.fields["guest_email"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("guest_email") and not given.get("guest_name"):
            self.add_error("guest_name", _("Write the name of whoever gets the mail."))
        if not self.errors and not given.get("people") and not given.get("guest_name"):
            self.add_error("people", _("Choose at least one person who shall answer."))
        return given

    def plan(self, zone: str) -> StepPlan:
        """What was chosen; a day means its evening where the workspace is at home."""
        given = self.cleaned_data
        day = given["due_date"]
        return StepPlan(
            people=[self.known[pk] for pk in given["people"]],
            guests=[(given["guest_name"], given["guest_email"])] if given.get("guest_name") else [],
            rule=given["rule"],
            due_at=datetime.combine(day, time(18), ZoneInfo(zone)) if day else None,
            told_to=self.known.get(given["told_to"]),
        )
