"""One question per screen: the short path of a small company (S3-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.catalogue import READINESS, VALUE_TYPE_WORDS
from allmende.plan.forms.fields import chosen_from
from allmende.plan.forms.whole import StartForm
from allmende.team.models import Person


class ShortOwnerForm(StartForm):
    """Who is responsible, and what the plan is called."""

    class Meta(StartForm.Meta):
        fields = ("owner", "unit", "title")  # type: ignore[assignment]

    community_type = None  # type: ignore[assignment]
    strategic_hours = None  # type: ignore[assignment]


class ShortGoalForm(forms.Form):
    """One goal in one sentence."""

    statement = forms.CharField(
        label=_("What does the organisation get from the community?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. Example: Customers solve accounting questions faster, without calling support."),
    )
    value_type = forms.ChoiceField(
        label=_("Which kind of value is that?"), choices=lambda: chosen_from(VALUE_TYPE_WORDS), widget=forms.RadioSelect
    )


class ShortAudienceForm(forms.Form):
    """One audience."""

    name = forms.CharField(
        label=_("Whom do you need for it?"),
        max_length=200,
        help_text=_("The people meant. Example: experienced accountants in small firms"),
    )


class ShortChannelForm(forms.Form):
    """One channel, one of ours or in words."""

    places = forms.CharField(
        label=_("Where do you meet them?"),
        max_length=300,
        widget=forms.TextInput(attrs={"list": "channels"}),
        help_text=_("One place is enough to begin. Example: our forum"),
    )


class ShortAnswerForm(forms.Form):
    """One question about our own procedures."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, question: str, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = READINESS[question]
        self.fields["text"].label = str(asked.text)
        self.fields["text"].help_text = _("Example: %(example)s") % {"example": asked.example}


def short_form(question: str, person: Person, data: Any, known: dict[str, Any], plan: Any) -> forms.BaseForm:
    """The form of one screen, filled with what was answered before."""
    if question == "owner":
        return ShortOwnerForm(data, person=person, instance=plan, initial=known)
    plain = {"goal": ShortGoalForm, "audience": ShortAudienceForm, "channel": ShortChannelForm}
    if question in plain:
        return plain[question](data, initial=known)
    return ShortAnswerForm(data, question=question, initial=known)


def values_of(form: forms.BaseForm, names: Sequence[str] = ()) -> dict[str, Any]:
    """What was typed, without the revision."""
    return {name: value for name, value in form.cleaned_data.items() if name != "seen_revision"}
