"""Forms of reviews and controls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan import states
from allmende.plan.catalogue import level_word
from allmende.plan.catalogue.decisions import RESOLUTION_WORDS, REVIEW_KIND_WORDS
from allmende.plan.catalogue.reviews import PROMISES, agenda_of
from allmende.plan.forms.fields import NOT_CHOSEN, chosen_from, day_field
from allmende.plan.models import Control, Review
from allmende.plan.queries import named_elements, promisable, tactics_to_stop
from allmende.team.models import Person
from allmende.team.queries import people_of


class ReviewForm(forms.Form):
    """When a review is, over which period, and what is promised for each verdict of each objective."""

    kind = forms.ChoiceField(label=_("Which kind?"), choices=lambda: chosen_from(REVIEW_KIND_WORDS))
    planned_date = day_field(_("When is it held?"), is_required=True)
    period_start_date = day_field(_("Looks back from"), is_required=True)
    period_end_date = day_field(_("Looks back until"), is_required=True)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, review: Review | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        told = review.commitments if review else {}
        self.objectives = promisable(person.workspace)
        for number, objective in enumerate(self.objectives):
            for verdict, words in PROMISES.items():
                known = told.get(objective.key, {}).get(verdict, "")
                self.fields[f"promise_{number}_{verdict}"] = forms.CharField(
                    label=str(words), max_length=200, required=False, initial=known
                )
        if review:
            self.fields["seen_revision"].initial = review.revision

    def frame(self) -> list[Any]:
        """The fields that are no promises."""
        return [field for field in self if not field.name.startswith("promise_")]

    def promises(self) -> Iterator[tuple[str, list[Any]]]:
        """(objective, its fields), objective by objective."""
        for number, objective in enumerate(self.objectives):
            yield (
                f"{objective.code} {objective.short_name}",
                [self[f"promise_{number}_{verdict}"] for verdict in PROMISES],
            )

    def values(self) -> dict[str, Any]:
        """As `actions.plan_review` takes them."""
        given = self.cleaned_data
        promised = {
            objective.key: {verdict: given[f"promise_{number}_{verdict}"] for verdict in PROMISES}
            for number, objective in enumerate(self.objectives)
        }
        names = ("kind", "planned_date", "period_start_date", "period_end_date")
        return {name: given[name] for name in names} | {"commitments": promised, "revision": given["seen_revision"]}


class MeetingForm(forms.Form):
    """Who was there, and what was said to each question of the agenda."""

    present = forms.CharField(label=_("Who was there?"), max_length=300, required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = agenda_of(kind)
        for key, text in self.asked.items():
            self.fields[key] = forms.CharField(
                label=str(text), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )

    def answers(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.asked}


class ResolutionForm(forms.Form):
    """One decision, and what it needs to be carried into the plan."""

    kind = forms.ChoiceField(label=_("What becomes of it?"), choices=lambda: chosen_from(RESOLUTION_WORDS))
    what = forms.CharField(label=_("What was decided?"), max_length=300)
    tactic_key = forms.ChoiceField(
        label=_("Which tactic is it about?"), required=False, help_text=_("For a tactic that stops and for a new step.")
    )
    level = forms.TypedChoiceField(
        label=_("On which level does the plan change?"), coerce=int, empty_value=None, required=False
    )
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who does the step?"), queryset=None, required=False, empty_label=pgettext_lazy("plan", "Choose")
    )
    due_date = day_field(_("Until when?"))

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        levels = [(level, level_word(level)) for level in range(1, len(states.LEVELS))]
        self.fields["tactic_key"].choices = [NOT_CHOSEN, *tactics_to_stop(person.workspace)]  # type: ignore[attr-defined]
        self.fields["level"].choices = [NOT_CHOSEN, *levels]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people_of(person.workspace)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Who was told what."""

    told = forms.CharField(
        label=_("Who was told what?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Example: the head of service, that the closing hour stops; the guides, why."),
    )


class ControlForm(forms.Form):
    """What is looked at, how often, by whom."""

    what = forms.CharField(
        label=_("What is looked at?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Example: Do the answers of the guides still agree with the reaction plan? Ten at random."),
    )
    key = forms.ChoiceField(label=_("Which part of the plan is it about?"), required=False)
    interval_days = forms.IntegerField(label=_("Every how many days?"), min_value=1, max_value=730, initial=28)
    controller: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who looks?"), queryset=None, empty_label=None
    )
    next_date = day_field(_("For the first time, or next, on"), is_required=True)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, person: Person, control: Control | None = None, begun: Any = None) -> None:
        names = ("what", "key", "interval_days", "next_date")
        known = {name: getattr(control, name) for name in names} if control else {}
        who = control.controller_id if control else person.pk
        revision = control.revision if control else None
        super().__init__(data, initial={**known, "controller": who, "seen_revision": revision, **(begun or {})})
        self.fields["key"].choices = [NOT_CHOSEN, *named_elements(person.workspace)]  # type: ignore[attr-defined]
        self.fields["controller"].queryset = people_of(person.workspace)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `actions.save_control` takes them."""
        given = dict(self.cleaned_data)
        return given | {"revision": given.pop("seen_revision")}


class ControlResultForm(forms.Form):
    """What a control showed."""

    is_fine = forms.TypedChoiceField(
        label=_("Is it as it should be?"),
        choices=[("1", pgettext_lazy("control", "Yes")), ("0", pgettext_lazy("control", "No, something is wrong"))],
        coerce=lambda typed: typed == "1",
        widget=forms.RadioSelect,
    )
    result = forms.CharField(label=_("What did you see?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    finding = forms.CharField(
        label=_("What is wrong?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It becomes a finding that waits for a decision."),
    )
