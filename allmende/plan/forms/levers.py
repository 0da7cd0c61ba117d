"""The form of a lever."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue import DIRECTION_WORDS, EMOTIONS
from allmende.plan.forms.elements import ElementForm
from allmende.plan.forms.fields import chosen_from
from allmende.plan.models import AudienceAnalysis, Strategy
from allmende.plan.queries import findings_to_rest_on


class AnalysisField(forms.ModelChoiceField):
    """A finding about an audience, named so that a list can hold it."""

    def label_from_instance(self, obj: AudienceAnalysis) -> str:
        return f"{obj.audience.name}: {Truncator(obj.finding).chars(90)} ({obj.source}, {date_format(obj.on_date)})"


class StrategyForm(ElementForm):
    """The feeling, what is known of the audience that speaks for it, and why it may be used."""

    emotion = forms.CharField(
        label=_("Which feeling makes them do it?"),
        max_length=80,
        help_text=_("Example: pride in visible expertise"),
        widget=forms.TextInput(attrs={"list": "emotions"}),
    )
    statement = forms.CharField(
        label=_("What shall they feel?"),
        max_length=300,
        help_text=_("Example: Whoever masters the month-end closing shall feel that experts seek their judgement."),
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=lambda: chosen_from(DIRECTION_WORDS))
    insight = forms.CharField(
        label=_("What do you know of the audience that speaks for this feeling?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Where from, and since when? Example: five of eight said in interviews that being asked honours them."
        ),
    )
    analysis = AnalysisField(
        label=_("On which finding does it rest?"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("finding", "none yet"),
        help_text=_("Findings stand with your audiences, with source and day."),
    )
    ethics_note = forms.CharField(
        label=_("Why may this feeling be used?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for fear and shame: what makes it right, and how nobody is harmed."),
    )
    is_alternative = forms.BooleanField(label=_("An alternative in test beside the lever that counts"), required=False)
    suggestions = EMOTIONS

    class Meta:
        model = Strategy
        fields = ("emotion", "statement", "direction", "insight", "analysis", "ethics_note", "is_alternative")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = findings_to_rest_on(self.person.workspace, self.instance.analysis_id)
        self.fields["analysis"].queryset = known  # type: ignore[attr-defined]
