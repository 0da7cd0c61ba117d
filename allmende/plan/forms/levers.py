"""The form of a lever."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.plan.catalogue import DIRECTION_WORDS, EMOTIONS
from allmende.plan.forms.elements import ElementForm
from allmende.plan.forms.fields import chosen_from
from allmende.plan.models import Strategy


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
        fields = ("emotion", "statement", "direction", "insight", "ethics_note", "is_alternative")
