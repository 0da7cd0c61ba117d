"""One form per layer of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue import (
    CONFIDENCE_WORDS,
    LIKELY_SPACES,
    LIKELY_VALUES,
    SOURCE_WORDS,
    SPACES_WORDS,
    TACTIC_STATE_WORDS,
    VALUE_TYPE_WORDS,
)
from allmende.plan.forms.fields import (
    AmountField,
    chosen_from,
    day_field,
    with_revision,
)
from allmende.plan.models import Goal, Outcome, Stakeholder, Step, Tactic
from allmende.plan.queries import current_plan, sponsors_of
from allmende.team.models import Person
from allmende.team.queries import people_of


class ElementForm(forms.ModelForm):
    """What the forms of the five layers share: the revision that was read, and what somebody else wrote meanwhile."""

    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        if self.instance.pk:
            self.fields["seen_revision"].initial = self.instance.revision

    def _get_validation_exclusions(self) -> set[str]:
        """The action and the findings say in words what does not hold; the database's checks would say it in theirs."""
        return {field.name for field in self.instance._meta.fields}

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of the model's fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_revision"}

    def typed(self) -> dict[str, Any]:
        """The values that are valid so far; for the findings shown while somebody types."""
        self.is_valid()
        return self.values()

    def offered(self) -> dict[str, Any]:
        """What the empty form stands at."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}

    def know_revision(self, revision: int) -> None:
        """A second attempt knows what the other wrote."""
        self.data = with_revision(self.data, revision)

    def beside(self, theirs: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
        """Label, theirs and ours of every field that differs."""
        ours = self.values()
        return [
            (self.fields[name].label, self._as_read(name, value), self._as_read(name, ours[name]))
            for name, value in theirs.items()
            if name in ours and name in self.fields and value != ours[name]
        ]

    def _as_read(self, name: str, value: Any) -> Any:
        """A value as the form shows it: a share in per cent, a choice in its words."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return value
        if isinstance(field, forms.ChoiceField):
            offered: Any = field.choices
            return dict(offered).get(value, value)
        return field.prepare_value(value)


class GoalForm(ElementForm):
    statement = forms.CharField(
        label=_("What does the organisation get from the community?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. Example: Customers solve accounting questions faster, without calling support."),
    )
    plain_statement = forms.CharField(
        label=_("In one sentence for the management"),
        max_length=200,
        help_text=_(
            "In their language, at most 200 characters. Example: More questions are solved before they reach us."
        ),
    )
    value_type = forms.ChoiceField(
        label=_("Which kind of value is that?"), choices=lambda: chosen_from(VALUE_TYPE_WORDS, True)
    )
    organisational_goal = forms.CharField(
        label=_("Which goal of the organisation does it serve?"), max_length=300, required=False
    )
    measure = forms.CharField(
        label=_("By what would the organisation notice?"),
        max_length=200,
        required=False,
        help_text=_("A figure from elsewhere, such as questions that reach the service."),
    )
    horizon_date = day_field(_("Until when?"))

    sponsor: forms.ModelChoiceField[Stakeholder] = forms.ModelChoiceField(
        label=_("Who stands behind it?"),
        queryset=None,
        required=False,
        empty_label=_("nobody yet"),
        help_text=_("Somebody from the list of stakeholders who wants this goal."),
    )
    spaces = forms.ChoiceField(
        label=_("What is the community's part in it?"),
        choices=lambda: chosen_from(SPACES_WORDS, True),
        required=False,
    )

    class Meta:
        model = Goal
        fields = (
            *("statement", "plain_statement", "value_type", "spaces", "organisational_goal", "measure"),
            *("horizon_date", "sponsor"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sponsor"].queryset = sponsors_of(self.person.workspace)  # type: ignore[attr-defined]
        self._propose()

    def _propose(self) -> None:
        """What a community of this type is mostly there for stands first and says so (S0-30)."""
        plan = current_plan(self.person.workspace)
        likely = LIKELY_VALUES.get(plan.community_type, ()) if plan else ()
        if not plan or not likely:
            return
        words = {name: VALUE_TYPE_WORDS[name] for name in (*likely, *(n for n in VALUE_TYPE_WORDS if n not in likely))}
        self.fields["value_type"].choices = chosen_from(words, True)  # type: ignore[attr-defined]
        self.fields["value_type"].help_text = _("Communities of this kind mostly bring: %(values)s.") % {
            "values": ", ".join(str(VALUE_TYPE_WORDS[name]) for name in likely)
        }
        if not self.instance.pk:
            self.fields["spaces"].initial = LIKELY_SPACES.get(plan.community_type, "")


class OutcomeForm(ElementForm):
    """The effect between behaviour and goal: by what it is noticed outside, and what would show that we are wrong."""

    name = forms.CharField(
        label=_("Which effect lies between?"), max_length=120, help_text=_("Example: questions solved without support")
    )
    measure = forms.CharField(
        label=_("By which figure is it noticed?"),
        max_length=200,
        help_text=_("Measured outside the community. Example: solved without contact, from the survey in the post"),
    )
    source = forms.ChoiceField(label=_("Where does the figure come from?"), choices=lambda: chosen_from(SOURCE_WORDS))
    source_detail = forms.CharField(
        label=_("Which one exactly?"), max_length=120, required=False, help_text=_("Whoever has it, or its name.")
    )
    link = forms.CharField(
        label=_("Why does the behaviour lead to it, and it to the goal?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    confidence = forms.ChoiceField(label=_("How sure is that?"), choices=lambda: chosen_from(CONFIDENCE_WORDS))
    falsifier = forms.CharField(
        label=_("What would show that it is wrong?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Said beforehand. Example: more first answers, yet as many calls two quarters later"),
    )

    class Meta:
        model = Outcome
        fields = ("name", "measure", "source", "source_detail", "link", "confidence", "falsifier")


REACHES = ((1, _("1, few of this audience")), (2, _("2, many")), (3, _("3, nearly all")))
DEPTHS = ((1, _("1, hardly felt")), (2, _("2, felt")), (3, _("3, deep")))
LENGTHS = ((1, _("1, over soon")), (2, _("2, for weeks")), (3, _("3, lasting")))


class TacticForm(ElementForm):
    name = forms.CharField(label=_("What do you do, in a few words?"), max_length=120)
    description = forms.CharField(label=_("How does it work?"), max_length=300, required=False)
    reach = forms.TypedChoiceField(label=_("Reach"), coerce=int, choices=REACHES, initial=2)
    depth = forms.TypedChoiceField(label=_("Depth"), coerce=int, choices=DEPTHS, initial=2)
    length = forms.TypedChoiceField(label=_("Length"), coerce=int, choices=LENGTHS, initial=2)
    effort_hours = forms.DecimalField(
        label=_("Hours per week"), min_value=0, max_value=999, max_digits=4, decimal_places=1, localize=True
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("plan", "State"), choices=lambda: chosen_from(TACTIC_STATE_WORDS), initial="running"
    )
    expected_effect = forms.CharField(label=_("What do you expect of it?"), max_length=200, required=False)
    stop_rule = forms.CharField(
        label=_("When do you stop it?"),
        max_length=200,
        required=False,
        help_text=_("Agreed beforehand, it hurts less."),
    )
    starts_date = day_field(_("Since or from"))
    confidence = forms.ChoiceField(
        label=_("How sure is the effect?"),
        choices=lambda: chosen_from(CONFIDENCE_WORDS),
        initial="assumed",
        required=False,
    )
    budget = AmountField(
        label=_("Money, all in all"),
        min_value=0,
        max_digits=9,
        decimal_places=2,
        localize=True,
        required=False,
        initial=0,
    )
    skills = forms.CharField(
        label=_("Which skills does it need?"),
        max_length=200,
        required=False,
        help_text=_("With commas between. Example: interviewing, moderating"),
    )

    def clean_confidence(self) -> str:
        return self.cleaned_data["confidence"] or "assumed"

    def clean_budget(self) -> Decimal:
        return self.cleaned_data["budget"] or Decimal(0)

    class Meta:
        model = Tactic
        fields = (
            *("name", "description", "reach", "depth", "length", "effort_hours", "state", "expected_effect"),
            *("stop_rule", "starts_date", "confidence", "budget", "skills"),
        )


class StepForm(ElementForm):
    what = forms.CharField(
        label=_("What happens?"), max_length=300, help_text=_("Example: Call three new guides and ask what drives them")
    )
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who does it?"), queryset=None, empty_label=pgettext_lazy("plan", "Choose")
    )
    starts_date = day_field(_("From when?"))
    due_date = day_field(_("Until when?"), is_required=True)
    where = forms.CharField(label=_("Where?"), max_length=120, required=False)
    how = forms.CharField(label=_("How?"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    means = forms.CharField(label=_("What is needed for it?"), max_length=200, required=False)
    also_by: forms.ModelMultipleChoiceField[Person] = forms.ModelMultipleChoiceField(
        label=_("Who does it too?"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    accountable: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who answers for it?"),
        queryset=None,
        required=False,
        empty_label=_("whoever does it"),
        help_text=_("Exactly one person."),
    )
    controller: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who checks it?"), queryset=None, required=False, empty_label=_("nobody in particular")
    )
    control_date = day_field(_("Checked on"))

    class Meta:
        model = Step
        fields = (
            *("what", "how", "where", "starts_date", "due_date", "owner", "also_by", "accountable", "means"),
            *("controller", "control_date"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = people_of(self.person.workspace)
        for name in ("owner", "controller", "accountable", "also_by"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if people.count() < 2:  # alone, nobody else does it, answers for it or checks it (S4-14)
            self.fields["owner"].initial = self.person.pk
            for name in ("also_by", "accountable", "controller"):
                del self.fields[name]

    def clean_also_by(self) -> list[str]:
        return [str(person.pk) for person in self.cleaned_data["also_by"]]
