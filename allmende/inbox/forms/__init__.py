"""What a person types in the inbox."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Message
from allmende.guidelines.catalogue import SITUATIONS
from allmende.guidelines.models import GuidelineRule, ReactionRule
from allmende.inbox import states
from allmende.inbox.forms.answer import MomentField
from allmende.inbox.forms.answer import PictureRow as PictureRow
from allmende.inbox.forms.answer import ReplyForm as ReplyForm
from allmende.inbox.queries import MEASURE_WORDS
from allmende.team.models import Person, choices
from allmende.team.states import ASSUMED

CLOSE_WORDS = {
    "answered": _("answered"),
    "solved_by_members": _("solved by members"),
    "no_reply_needed": _("no reply needed"),
    "moved_elsewhere": _("goes on elsewhere"),
    "spam": _("spam"),
}

MOST_PICKED = 100
NOTHING_PICKED = _("Nothing was changed. Tick the conversations first, at most 100.")
NO_REASON = _("Not closed. Please choose a reason; it shows later why nobody answered.")
NO_SITUATION = _("Not changed. The reaction plan in force has no such situation. Please choose one from the list.")


class DeclineForm(forms.Form):
    """Why a colleague's answer must not leave so."""

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Not declined. Say why, so that the answer can become better."),
            "max_length": _("Not declined. At most 500 characters, please."),
        },
    )


class EditSaidForm(forms.Form):
    """Other words for an answer that is out, and why. `seen`: when it was changed last, as the page showed it."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("There is no text. To remove an answer, delete it at the network.")},
    )
    reason = forms.CharField(
        label=_("Why is it changed?"),
        max_length=200,
        help_text=_("Only the team reads it, beside the words that were there."),
        error_messages={"required": _("Say why; the team reads it beside the words that were there.")},
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        """None: never changed, as the page showed it, or no moment at all."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None


class NoteForm(forms.Form):
    """A note only the team reads; "@Name" tells a colleague."""

    text = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Not noted. The note is still empty. Write what the team should know.")},
    )


class HandUpForm(forms.Form):
    """What whoever decides is to decide."""

    reason = forms.CharField(
        label=_("What is to be decided?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Not handed over. Say what is to be decided; whoever decides reads it first."),
            "max_length": _("Not handed over. At most 1000 characters, please."),
        },
    )


class TagForm(forms.Form):
    """One tag."""

    tag = forms.CharField(
        label=_("Tag"),
        max_length=80,
        error_messages={"required": _("Not tagged. Write a word with at least one letter.")},
    )


class ViewForm(forms.Form):
    """The name of a part of the list."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        error_messages={
            "required": _("Not kept. Give the view a name."),
            "max_length": _("Not kept. At most 60 characters, please."),
        },
    )
    is_shared = forms.BooleanField(label=_("For everybody here"), required=False)


class PatternForm(forms.Form):
    """Words that answers may begin with."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    situation = forms.TypedChoiceField(
        label=_("Situation"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("any")), *((one.number, f"{one.number} {one.name}") for one in SITUATIONS)],
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A gap such as [Name] has to be filled in before the answer leaves."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As `actions.save_pattern` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class CloseForm(forms.Form):
    """Why nothing more is to be done."""

    reason = forms.ChoiceField(
        label=_("Close, because"),
        choices=[(reason, CLOSE_WORDS[reason]) for reason in states.CLOSE_REASONS],
        error_messages={"required": NO_REASON, "invalid_choice": NO_REASON},
    )


class AssignForm(forms.Form):
    """Who takes care: one of `people` by id, or nobody. `is_over`: too much lies with the `chosen` one; why all the same?"""

    assignee = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("Not assigned. This person does not work here any more. Please choose from the list.")
        },
    )
    why = forms.CharField(label=_("Why all the same?"), required=False, max_length=300)
    is_over = False
    chosen: UUID | None = None

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


class SnoozeForm(forms.Form):
    """Until when to lay it aside: one of the offered moments by its code, or a moment of one's own ("at")."""

    until = forms.CharField(required=False)
    at = MomentField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Not laid aside. Write day and time, or choose one of the moments on offer.")},
    )

    def __init__(self, *args: Any, moments: Mapping[str, datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moments = moments

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["moment"] = cleaned.get("at") or self.moments.get(cleaned.get("until", ""))
        if not cleaned["moment"] and "at" not in self.errors:
            self.add_error(
                "until", _("Not laid aside. Please choose until when; this moment is not on offer any more.")
            )
        return cleaned


def picked_id(tick: str) -> UUID:
    """Which conversation a tick of the list stands for. Raises ValueError."""
    return UUID(tick.partition(".")[0])


class SeveralForm(forms.Form):
    """What to do with several conversations: "close" with a reason, "assign" or "tag". A tick says which conversation, and after
    a dot with whom it lay when the page was made."""

    what = forms.ChoiceField(choices=[("close", ""), ("assign", ""), ("tag", "")])
    tag = forms.CharField(required=False, max_length=80)
    picked = forms.TypedMultipleChoiceField(
        coerce=picked_id, required=False, error_messages={"invalid_choice": NOTHING_PICKED}
    )
    reason = forms.ChoiceField(choices=[(one, CLOSE_WORDS[one]) for one in states.CLOSE_REASONS], required=False)
    assignee = forms.ChoiceField(required=False)
    why = forms.CharField(label=_("Why all the same?"), max_length=300, required=False)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["assignee"].choices = [(key, person.name) for key, person in self.people.items()]  # type: ignore[attr-defined]
        self.fields["picked"].choices = [(one, one) for one in self.ticks]  # type: ignore[attr-defined]

    @property
    def ticks(self) -> list[str]:
        """As they were sent."""
        return self.data.getlist("picked")[:MOST_PICKED]  # type: ignore[attr-defined]

    def seen(self) -> dict[UUID, str]:
        """With whom each lay when the page was made, "" for nobody; of a page that does not say it, nothing."""
        return {picked_id(tick): tick.partition(".")[2] for tick in self.ticks if "." in tick}

    def clean_assignee(self) -> Person | None:
        return self.people.get(self.cleaned_data["assignee"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("picked") and "picked" not in self.errors:
            raise forms.ValidationError(NOTHING_PICKED)
        if cleaned.get("what") == "close" and not cleaned.get("reason"):
            raise forms.ValidationError(NO_REASON)
        return cleaned


class AssumptionForm(forms.Form):
    """What a team assumes instead of a measured or usual figure, and where that comes from (S2-18)."""

    name = forms.ChoiceField(choices=choices(ASSUMED), widget=forms.HiddenInput)
    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=9, decimal_places=2, localize=True)
    reason = forms.CharField(label=_("Where does the figure come from?"), max_length=300)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        name, value = cleaned.get("name"), cleaned.get("value")
        if name == "shrinkage" and value is not None and value >= 100:
            self.add_error("value", _("Nobody would ever be there. Write less than 100."))
        if name in ("utilisation", "answer_share") and value is not None and value > 100:
            self.add_error("value", _("More than everything cannot be. Write 100 or less."))
        if name in ("utilisation", "weekly_hours", "handling_minutes") and value == 0:
            self.add_error("value", _("With nothing at all there is nothing to calculate. Write more than 0."))
        return cleaned


class ModerateForm(forms.Form):
    """What is done to somebody's words, and on which ground; `statement` is proposed and read before anything is decided."""

    measure = forms.ChoiceField(label=_("What is to be done?"), choices=[*MEASURE_WORDS.items()])
    until_date = forms.DateField(
        label=_("Until when, if only for a time?"), required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    rule = forms.ChoiceField(label=_("Which rule of the netiquette does it break?"), required=False)
    law = forms.CharField(label=_("Or which law?"), max_length=200, required=False)
    facts = forms.CharField(
        label=_("What happened?"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The facts, for somebody who was not there. That we are criticised is no reason."),
        error_messages={"required": _("Not decided. Say what happened; criticism alone is no reason.")},
    )  # fmt: skip
    is_notice = forms.BooleanField(label=_("Somebody reported it to us"), required=False)
    proposed_for = forms.CharField(required=False, widget=forms.HiddenInput)
    statement = forms.CharField(
        label=_("The reasons for the author"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
    )

    def __init__(self, typed: Any, rules: Sequence[GuidelineRule], *, is_notice: bool = False) -> None:
        super().__init__(typed, initial={"is_notice": is_notice})
        self.known = {str(one.pk): one for one in rules}
        listed = [(str(one.pk), f"{number}. {one.text}") for number, one in enumerate(rules, 1)]
        self.fields["rule"].choices = [("", _("none")), *listed]  # type: ignore[attr-defined]

    @property
    def source(self) -> str:
        """Somebody's notice, or our own initiative (DSA Art. 17(3) b)."""
        return states.NOTICE if self.cleaned_data["is_notice"] else states.OWN

    def ground(self) -> dict[str, Any]:
        """Measure, rule or law, facts and time, as the proposal of the statement and the action take them."""
        given = self.cleaned_data
        return {
            "measure": given["measure"],
            "rule": self.known.get(given["rule"]),
            "law": given["law"],
            "facts": given["facts"],
        }


class ModerateSeveralForm(ModerateForm):
    """One measure, one ground and one reason for several people's words; `proposed_for`: the reasons that were shown."""

    words = forms.TypedMultipleChoiceField(
        coerce=int, widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Tick the words it is about.")}
    )
    carries_out = forms.BooleanField(label=_("Let the networks do it at once where they can"), required=False)

    def __init__(self, typed: Any, rules: Sequence[GuidelineRule], words: Sequence[Message]) -> None:
        super().__init__(typed, rules)
        del self.fields["statement"]
        self.said = {one.pk: one for one in words}
        self.fields["words"].choices = [(one, one) for one in self.said]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> set[int]:
        """Which words are ticked: what was sent, and at first where nobody else is in the conversation."""
        if self.is_bound:
            sent = self.data.getlist("words")  # type: ignore[attr-defined]
            return {one for one in self.said if str(one) in sent}
        return {pk for pk, one in self.said.items() if one.is_alone}  # type: ignore[attr-defined]

    def basis(self) -> str:
        """What the reasons were proposed for, as the page keeps it."""
        given = self.cleaned_data
        parts = [
            given["measure"],
            given["rule"],
            given["law"].strip(),
            given["facts"].strip(),
            given["until_date"] or "",
        ]
        return "|".join(map(str, [*parts, given["is_notice"], *sorted(given["words"])]))
