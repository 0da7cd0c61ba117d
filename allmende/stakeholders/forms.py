"""What people type about stakeholders and in reports."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.models import Objective, Stakeholder
from allmende.stakeholders.catalogue import INFLUENCE_WORDS, RELATION_WORDS
from allmende.stakeholders.models import Report


def _day(**attributes: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attributes}, format="%Y-%m-%d")


def _text(label: Any, most: int, rows: int, hint: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, help_text=hint)


class StakeholderForm(forms.Form):
    """One stakeholder."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As the report addresses them, such as Ms Brandt.")
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    influence = forms.ChoiceField(label=_("Influence"), choices=[*INFLUENCE_WORDS.items()])
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For questions about the plan and news of it. Without one you hand over links yourself."),
    )
    must_agree = forms.BooleanField(
        label=_("Must agree when goals or objectives change"),
        required=False,
        help_text=_("Asked over a link without an account, before such a version comes into force."),
    )
    objective_keys = forms.MultipleChoiceField(
        label=_("Which objectives concern them?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    agreement_interval_days = forms.IntegerField(
        label=_("Days until their agreement is asked anew"),
        min_value=0,
        max_value=1100,
        initial=182,
        help_text=_("Half a year has 182; 0 never asks again."),
    )
    contact = forms.ChoiceField(
        label=_("Who keeps in touch?"),
        required=False,
        help_text=_("One person or group. It is handed on with a handover, and the history keeps who did."),
    )
    interest = forms.CharField(
        label=_("What they need this year"),
        max_length=300,
        required=False,
        help_text=_("In their words: peaks at the end of the quarter, fewer returns."),
    )
    wanted_feeling = forms.CharField(
        label=_("How they shall feel after reading"),
        max_length=80,
        required=False,
        help_text=_("Safe, curious, proud, worried enough to act."),
    )
    relation = forms.ChoiceField(label=_("How we stand with them"), choices=[*RELATION_WORDS.items()])
    update_interval_days = forms.IntegerField(
        label=_("Days between two reports"),
        min_value=1,
        max_value=366,
        help_text=_("So that they never have to ask. Management 91, a head of service 28, product 14."),
    )
    next_due_date = forms.DateField(label=_("Next report due"), required=False, widget=_day())

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise ValidationError(_("A report needs somebody to be written for. Enter a name."))
        return name

    def __init__(
        self, *args: Any, objectives: Iterable[Objective], contacts: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["contact"].choices = contacts  # type: ignore[attr-defined]
        field = self.fields["objective_keys"]
        field.choices = [(one.key, f"{one.code} {one.short_name}") for one in objectives]  # type: ignore[attr-defined]
        if not field.choices:  # type: ignore[attr-defined]
            del self.fields["objective_keys"]

    @classmethod
    def of(
        cls,
        stakeholder: Stakeholder,
        contact: str,
        objectives: Iterable[Objective],
        contacts: Sequence[tuple[str, str]],
    ) -> "StakeholderForm":
        known = {name: getattr(stakeholder, name) for name in cls.base_fields if name != "contact"}
        return cls(initial={**known, "contact": contact}, objectives=objectives, contacts=contacts)


class PeriodForm(forms.Form):
    """First and last day of a report."""

    period_start_date = forms.DateField(label=pgettext_lazy("period", "From"), widget=_day())
    period_end_date = forms.DateField(label=pgettext_lazy("period", "Until"), widget=_day())


class TextsForm(forms.Form):
    """What a person adds to the frozen figures: heading, one true example, what failed, one ask."""

    title = forms.CharField(label=_("Heading"), max_length=200, help_text=_("The answer in one sentence."))
    story = _text(
        _("Example"),
        500,
        4,
        _("One true story that fits their need. Figures convince who leans our way already; a story moves people."),
    )
    story_by = forms.CharField(
        label=_("Whose words"),
        max_length=160,
        required=False,
        help_text=_("Leave it empty when nobody is quoted."),
    )
    has_story_consent = forms.BooleanField(label=_("This person agreed to be quoted in a report."), required=False)
    setback = _text(_("What did not work"), 400, 3, _("Who reads of failures believes the successes."))
    ask = _text(_("What we need"), 400, 3, _("One ask, with the day until which to decide, and what follows from it."))

    @classmethod
    def of(cls, report: Report) -> "TextsForm":
        return cls(initial={name: getattr(report, name) for name in cls.base_fields})


class ReleaseForm(forms.Form):
    """The revision that was read; a reason where the guard is overridden."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    override_reason = forms.CharField(
        label=_("Why it goes out all the same"), max_length=300, required=False, min_length=10
    )


def period_of(form: PeriodForm) -> dict[str, date]:
    """What `compose_report` takes."""
    return {name: form.cleaned_data[name] for name in ("period_start_date", "period_end_date")}
