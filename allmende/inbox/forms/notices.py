"""What a person answers to a notice from outside."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.inbox.models import ModerationDecision
from allmende.inbox.queries import MEASURE_WORDS, OUTCOME_WORDS, RESULT_WORDS


class AnswerNoticeForm(forms.Form):
    """What comes of it, by which decision, and why: whoever reported it reads the answer."""

    outcome = forms.ChoiceField(
        label=_("What do we decide?"), choices=[*OUTCOME_WORDS.items()], widget=forms.RadioSelect
    )
    decision = forms.ChoiceField(label=_("By which decision about the words?"), required=False)
    answer = forms.CharField(
        label=_("What do we answer, and why?"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Not answered. Whoever reported it is owed the reasons.")},
        help_text=_("Whoever reported it reads exactly this. How to object stands below it by itself."),
    )  # fmt: skip

    def __init__(self, decisions: Sequence[ModerationDecision], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in decisions}
        listed = [(key, f"{MEASURE_WORDS[one.measure]}: {one.facts[:80]}") for key, one in self.known.items()]
        self.fields["decision"].choices = [("", _("none")), *listed]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.cleaned_data
        return {
            "outcome": given["outcome"], "decision": self.known.get(given["decision"]), "answer": given["answer"]
        }  # fmt: skip


class AnswerObjectionForm(forms.Form):
    """Looked at again."""

    result = forms.ChoiceField(
        label=_("Does the answer stand?"), choices=[*RESULT_WORDS.items()], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("What do we answer, and why?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
