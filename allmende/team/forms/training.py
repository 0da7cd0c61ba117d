"""What a person types about training, role profiles and skills."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.team import states
from allmende.team.catalogue import GATE_WORDS, ROLE_WORDS, SKILL_LEVEL_WORDS, TRAINING_KIND_WORDS, TRAINING_STATE_WORDS
from allmende.team.models import Person, PersonSkill, RoleProfile, TrainingRecord, TrainingUnit
from allmende.team.queries import people_of

ROWS = 8


class TrainingUnitForm(forms.Form):
    """Something that is learnt."""

    name = forms.CharField(label=_("What is learnt?"), max_length=120)
    kind = forms.ChoiceField(label=_("What is it?"), choices=[*TRAINING_KIND_WORDS.items()])
    about = forms.CharField(
        label=_("Where and how?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    roles = forms.MultipleChoiceField(
        label=_("Which roles need it?"),
        required=False,
        choices=[*ROLE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    gates_duty = forms.BooleanField(label=_("Nobody stands duty without it"), required=False)
    gates_moderation = forms.BooleanField(label=_("Nobody decides about somebody's words without it"), required=False)
    gates_publishing = forms.BooleanField(label=_("Nobody approves or publishes without it"), required=False)
    gates_crisis = forms.BooleanField(label=_("Nobody leads or speaks in a crisis without it"), required=False)
    skill = forms.CharField(label=_("Which skill of the role profiles does it teach?"), required=False, max_length=80)
    level = forms.TypedChoiceField(
        label=_("Up to which level?"), choices=SKILL_LEVEL_WORDS[1:], coerce=int, required=False
    )
    valid_months = forms.IntegerField(
        label=_("Valid for so many months"), required=False, min_value=1, max_value=240, help_text=_("Empty: for good.")
    )

    def clean_level(self) -> int:
        return self.cleaned_data["level"] or 1

    @classmethod
    def of(cls, unit: TrainingUnit) -> "TrainingUnitForm":
        return cls(initial={name: getattr(unit, name) for name in cls.base_fields})


class TrainForm(forms.Form):
    """How far somebody is."""

    to = forms.ChoiceField(label=_("How far is the training?"))
    on = forms.DateField(
        label=_("On which day?"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day it is booked for, or was attended. From a valid one its end follows."),
    )  # fmt: skip

    def __init__(self, typed: Any, record: TrainingRecord | None) -> None:
        now = record.state if record else states.REQUIRED
        day = record.completed_date or record.booked_date if record else None
        super().__init__(typed, initial={"to": now, "on": day})
        steps = [one for one in states.TRAINING_STATES if one != states.EXPIRED]
        allowed = [one for one in steps if record is None or one == now or one in states.TRAINING_MOVES[now]]
        self.fields["to"].choices = [(one, TRAINING_STATE_WORDS[one]) for one in allowed]  # type: ignore[attr-defined]


class ExceptionForm(forms.Form):
    """Who may do what without its training, until when, and why."""

    colleague: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("For whom?"), queryset=None, empty_label=None
    )
    gate = forms.ChoiceField(label=_("What may they do without its training?"), choices=[*GATE_WORDS.items()])
    until_date = forms.DateField(
        label=_("Until which day?"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("It stands beside your name, for everybody in the team to read.")
    )

    def __init__(self, typed: Any, person: Person) -> None:
        super().__init__(typed)
        self.fields["colleague"].queryset = people_of(person.workspace).exclude(pk=person.pk)  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """What a role asks for, and who is measured against it."""

    name = forms.CharField(label=_("Name of the role"), max_length=120)
    characteristics = forms.CharField(
        label=_("What is somebody like who does it well?"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("One characteristic a line."),
    )  # fmt: skip
    holders: "forms.ModelMultipleChoiceField[Person]" = forms.ModelMultipleChoiceField(
        label=_("Who has this role?"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, typed: Any, person: Person, profile: RoleProfile | None = None) -> None:
        asked = list(profile.competencies.all()) if profile else []
        first = {
            "name": profile.name, "characteristics": "\n".join(profile.characteristics),
            "holders": [one.person_id for one in profile.holders.all()],
        } if profile else {}  # fmt: skip
        super().__init__(typed, initial=first)
        self.fields["holders"].queryset = people_of(person.workspace)  # type: ignore[attr-defined]
        self.number = max(ROWS, len(asked) + 2)
        for row in range(self.number):
            one = asked[row] if row < len(asked) else None
            self.fields |= {
                f"skill_{row}": forms.CharField(
                    label=_("Skill"), max_length=80, required=False, initial=one.skill if one else ""
                ),
                f"level_{row}": _level(_("Level needed"), SKILL_LEVEL_WORDS[1:], one.level if one else 1),
                f"must_{row}": forms.BooleanField(
                    label=_("the role fails without it"), required=False, initial=bool(one and one.is_essential)
                ),
            }

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each competency."""
        return [(self[f"skill_{row}"], self[f"level_{row}"], self[f"must_{row}"]) for row in range(self.number)]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        rows = [(said[f"skill_{row}"], said[f"level_{row}"] or 1, said[f"must_{row}"]) for row in range(self.number)]
        return {
            "name": said["name"], "characteristics": said["characteristics"].splitlines(), "holders": said["holders"],
            "competencies": [one for one in rows if one[0].strip()],
        }  # fmt: skip


class SkillsForm(forms.Form):
    """What somebody can, and what they like."""

    def __init__(self, typed: Any, skills: Sequence[PersonSkill], asked: Sequence[str]) -> None:
        super().__init__(typed)
        known = {one.skill.casefold() for one in skills}
        shown = [(one.skill, one.level, one.is_passion) for one in skills]
        shown += [(one, 0, False) for one in asked if one.casefold() not in known]
        self.number = len(shown) + 3
        for row in range(self.number):
            skill, level, liked = shown[row] if row < len(shown) else ("", 0, False)
            self.fields |= {
                f"skill_{row}": forms.CharField(label=_("Skill"), max_length=80, required=False, initial=skill),
                f"level_{row}": _level(_("Level"), SKILL_LEVEL_WORDS, level),
                f"must_{row}": forms.BooleanField(label=_("with pleasure"), required=False, initial=liked),
            }

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each skill."""
        return [(self[f"skill_{row}"], self[f"level_{row}"], self[f"must_{row}"]) for row in range(self.number)]

    def values(self) -> list[tuple[str, int, bool]]:
        """What the action takes."""
        said = self.cleaned_data
        rows = [(said[f"skill_{row}"], said[f"level_{row}"] or 0, said[f"must_{row}"]) for row in range(self.number)]
        return [one for one in rows if one[0].strip()]


def _level(label: Any, words: Sequence[tuple[int, Any]], initial: int) -> "forms.TypedChoiceField":
    return forms.TypedChoiceField(
        label=label, choices=words, coerce=int, empty_value=None, required=False, initial=initial
    )
