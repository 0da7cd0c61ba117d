"""What people type about knowledge and handovers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.handover.catalogue import HAND_WORDS, KIND_WORDS, OUTCOME_WORDS, QUESTIONS
from allmende.handover.models import Handover, KnowledgeNote
from allmende.handover.queries import people_to_name
from allmende.team.models import Person, Workspace

LARGEST_BOOK = 100 * 2**20


class NoteForm(forms.Form):
    """An answer, who knows it, who has done it once."""

    question = forms.CharField(
        label=_("Question"), max_length=200, required=False, help_text=_("What would a successor ask on the first day?")
    )
    answer = forms.CharField(
        label=_("Answer"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("As you would tell a colleague. Write no personal data of members here."),
    )  # fmt: skip
    holder: forms.ModelChoiceField[Person] = forms.ModelChoiceField(None, label=_("Who knows it"), empty_label=None)
    second: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        None, label=_("Who else has done it once"), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, data: Mapping[str, Any] | None, workspace: Workspace, **more: Any) -> None:
        self.question_key = more.pop("question_key", "")
        note: KnowledgeNote | None = more.pop("note", None)
        if note:
            more["initial"] = {"answer": note.answer, "holder": note.holder_id, "second": note.second_id}
        super().__init__(data, **more)
        chosen = people_to_name(workspace, note)
        for name in ("holder", "second"):
            self.fields[name].queryset = chosen  # type: ignore[attr-defined]
        if note or self.question_key in QUESTIONS:
            del self.fields["question"]


class AnnounceForm(forms.Form):
    """Who leaves, who comes, why and until when."""

    leaver: forms.ModelChoiceField[Person] = forms.ModelChoiceField(None, label=_("Whose work"), empty_label=None)
    successor: forms.ModelChoiceField[Person] = forms.ModelChoiceField(None, label=_("Goes to"), empty_label=None)
    kind = forms.ChoiceField(label=_("How"), choices=[*KIND_WORDS.items()])
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Both read it, and so does the next one."))
    last_date = forms.DateField(
        label=_("Last working day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The looks back come 30 and 90 days after it."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, workspace: Workspace, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("leaver", "successor"):
            self.fields[name].queryset = people_to_name(workspace)  # type: ignore[attr-defined]
        self._propose()

    def _propose(self) -> None:
        """Two different people to begin with: the first by name hands over, to whoever asks or else to the second."""
        names = [one.pk for one in self.fields["leaver"].queryset]  # type: ignore[attr-defined]
        asked = self.initial.get("successor")
        others = [one for one in names[1:] if one == asked] or names[1:]
        self.initial.update({"leaver": names[0] if names else None, "successor": others[0] if others else None})


class HandOnForm(forms.Form):
    """To whom the duties of each kind go; the successor, where nothing else is said."""

    def __init__(self, data: Mapping[str, Any] | None, *, handover: Handover, **more: Any) -> None:
        super().__init__(data, **more)
        people = people_to_name(handover.workspace).exclude(pk=handover.leaver_id)
        for kind in HAND_WORDS:
            self.fields[f"to_{kind}"] = forms.ModelChoiceField(
                people, label=_("To whom?"), initial=handover.successor_id, required=False, empty_label=None
            )

    def receivers(self) -> dict[str, Person]:
        """By kind, as far as somebody was chosen."""
        if not self.is_bound or not self.is_valid():
            return {}
        given = {kind: self.cleaned_data.get(f"to_{kind}") for kind in HAND_WORDS}
        return {kind: person for kind, person in given.items() if person}

    def field_of(self, kind: str) -> forms.BoundField:
        """Where one says to whom the duties of this kind go."""
        return self[f"to_{kind}"]


class PointForm(forms.Form):
    """What is to be said about one point, and whether it is settled."""

    note = forms.CharField(max_length=4000, required=False)
    is_settled = forms.BooleanField(required=False)
    revision = forms.IntegerField(required=False)


class UploadForm(forms.Form):
    """A book, as the file it is kept in; cleans to `file_name` and `text`."""

    file = forms.FileField(
        label=_("Book or plan (JSON)"),
        help_text=_("The file “For another Allmende” on the page of the book, or what “allmende plan export” wrote."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> dict[str, str]:
        given = self.cleaned_data["file"]
        if given.size > LARGEST_BOOK:
            raise ValidationError(_("This file is larger than 100 MB. Read it in with “allmende plan import”."))
        try:
            text = given.read().decode()
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is no text. Choose the JSON file of a book or a plan.")) from error
        return {"file_name": given.name, "text": text}


class AcceptForm(forms.Form):
    """Why somebody else accepts for the successor; who accepts their own says nothing."""

    reason = forms.CharField(
        label=_("Why do they not accept it themselves?"),
        required=False,
        max_length=300,
        help_text=_("It stands in the handover and in the audit book."),
    )


class LookForm(forms.Form):
    """The answers of a look back."""

    missing = forms.CharField(
        label=_("What was missing?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What did the successor have to find out by themselves?"),
    )  # fmt: skip
    in_one_head = forms.CharField(
        label=_("What is still only in one head?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write “nothing” if it is nothing."),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("How does it go?"), choices=lambda: list(OUTCOME_WORDS.items()), widget=forms.RadioSelect
    )
    next_step = forms.CharField(
        label=_("What happens now?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the successor does not carry it alone."),
    )  # fmt: skip


class RevokeForm(forms.Form):
    """Why the access ends although work is still in somebody's hands."""

    reason = forms.CharField(
        label=_("Why may it stay open?"), required=False, max_length=300, help_text=_("It stands in the audit book.")
    )
