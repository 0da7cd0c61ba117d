"""What a person types about experts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.team.catalogue import EXPERT_WAY_WORDS
from allmende.team.models import Expert, Person, ResponsibleUnit
from allmende.team.queries import experts_of, led_units, people_of


class ExpertForm(forms.Form):
    """An expert and the agreement with them."""

    name = forms.CharField(label=_("Name"), max_length=120)
    topics = forms.CharField(
        label=_("Topics"),
        max_length=600,
        help_text=_("Separated by commas, in the words members use: VAT, annual accounts, interfaces."),
    )
    unit: "forms.ModelChoiceField[ResponsibleUnit]" = forms.ModelChoiceField(
        label=_("Department"), queryset=None, required=False, empty_label=pgettext_lazy("department", "none")
    )
    way = forms.ChoiceField(label=_("How are they asked?"), choices=[*EXPERT_WAY_WORDS.items()])
    email = forms.EmailField(label=_("E-mail"), required=False)
    colleague: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Person with an account"), queryset=None, required=False, empty_label=pgettext_lazy("person", "none")
    )
    hours_per_month = forms.DecimalField(
        label=_("Hours a month, as agreed"), min_value=0.1, max_value=200, max_digits=4, decimal_places=1, localize=True
    )
    answer_days = forms.IntegerField(label=_("Answers within so many working days"), min_value=1, max_value=60)
    most_open = forms.IntegerField(
        label=_("At most so many open questions"),
        min_value=1,
        max_value=50,
        help_text=_("Further questions go to the deputy."),
    )
    deputy: "forms.ModelChoiceField[Expert]" = forms.ModelChoiceField(
        label=_("Deputy"), queryset=None, required=False, empty_label=pgettext_lazy("person", "none")
    )
    is_named = forms.BooleanField(label=_("Members may read the name"), required=False)
    agreement = forms.CharField(
        label=_("What else was agreed?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, person: Person, expert: Expert | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = person.workspace
        others = experts_of(place).exclude(pk=expert.pk) if expert else experts_of(place)
        for name, rows in (("colleague", people_of(place)), ("deputy", others), ("unit", led_units(place))):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    @classmethod
    def of(cls, expert: Expert, person: Person) -> "ExpertForm":
        names = ("name", "unit", "way", "email", "hours_per_month", "answer_days", "most_open", "deputy", "is_named")
        values = {name: getattr(expert, name) for name in (*names, "agreement")}
        topics = ", ".join(expert.topics)
        return cls(person=person, expert=expert, initial={**values, "topics": topics, "colleague": expert.person})

    @classmethod
    def fresh(cls, person: Person) -> "ExpertForm":
        return cls(person=person, initial={"hours_per_month": 2, "answer_days": 2, "most_open": 3})

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "topics": self.cleaned_data["topics"].split(",")}
