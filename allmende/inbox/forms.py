"""What a person types in the inbox."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.guidelines.models import ReactionRule
from allmende.inbox import states
from allmende.team.models import Person

CLOSE_WORDS = {
    "answered": _("answered"),
    "solved_by_members": _("solved by members"),
    "no_reply_needed": _("no reply needed"),
    "moved_elsewhere": _("goes on elsewhere"),
    "spam": _("spam"),
}

NO_REASON = _("Not closed. Please choose a reason; it shows later why nobody answered.")
NO_SITUATION = _("Not changed. The reaction plan in force has no such situation. Please choose one from the list.")


class ReplyForm(forms.Form):
    """An answer, and the newest message its writer saw."""

    text = forms.CharField(
        label=_("Public answer"),
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "r"}),
        error_messages={"required": _("The answer is still empty. Write what helps, then send it.")},
    )
    seen_until = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(forms.Form):
    """A note only the team reads."""

    text = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Not noted. The note is still empty. Write what the team should know.")},
    )


class CloseForm(forms.Form):
    """Why nothing more is to be done."""

    reason = forms.ChoiceField(
        label=_("Close, because"),
        choices=[(reason, CLOSE_WORDS[reason]) for reason in states.CLOSE_REASONS],
        error_messages={"required": NO_REASON, "invalid_choice": NO_REASON},
    )


class AssignForm(forms.Form):
    """Who takes care: one of `people` by id, or nobody."""

    assignee = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("Not assigned. This person does not work here any more. Please choose from the list.")
        },
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["assignee"].choices = [(key, person.name) for key, person in self.people.items()]  # type: ignore[attr-defined]

    def clean_assignee(self) -> Person | None:
        return self.people.get(self.cleaned_data["assignee"])


class SituationForm(forms.Form):
    """Which rule of the plan in force applies."""

    rule: "forms.ModelChoiceField[ReactionRule]" = forms.ModelChoiceField(
        queryset=None, error_messages={"required": NO_SITUATION, "invalid_choice": NO_SITUATION}
    )

    def __init__(self, *args: Any, rules: QuerySet[ReactionRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = rules  # type: ignore[attr-defined]
