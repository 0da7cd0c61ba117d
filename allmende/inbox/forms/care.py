"""What a person types about protection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.inbox.models import ProtectionRules


class ProtectionForm(forms.Form):
    """What protects the people who answer."""

    conflict_replies = forms.IntegerField(
        label=_("After so many answers a day in conflicts a colleague is proposed"), min_value=1, max_value=200
    )
    cool_down_minutes = forms.IntegerField(
        label=_("An answer in a conflict leaves after so many minutes"),
        min_value=0,
        max_value=240,
        help_text=_("Until then it can be taken back. What a second reader approved leaves at once."),
    )
    most_open = forms.IntegerField(
        label=_("So many open conversations lie with one person at most"), required=False, min_value=1, max_value=500,
        help_text=_("Empty: no limit. Whoever gives somebody more must say why."),
    )  # fmt: skip
    measures_people = forms.BooleanField(label=_("Show response times by person"), required=False)
    works_council_note = forms.CharField(
        label=_("What was agreed with the works council about that?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def of(cls, rules: ProtectionRules) -> "ProtectionForm":
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})


class BudgetForm(forms.Form):
    """How many minutes a day one wants to spend in the networks."""

    minutes = forms.IntegerField(label=_("Minutes a day"), required=False, min_value=5, max_value=720)
