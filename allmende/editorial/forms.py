"""What a person types about an item."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.editorial.actions import ItemText
from allmende.editorial.queries import Draft
from allmende.plan.models import Objective


class ItemForm(forms.Form):
    """An item, and one text per channel (`text-<channel id>`)."""

    title = forms.CharField(label=_("Working title"), max_length=160)
    serves_key = forms.ChoiceField(label=_("Serves the objective"), required=False)
    no_objective_reason = forms.CharField(
        label=_("Why it serves none"),
        max_length=200,
        required=False,
        help_text=_("Needed only when no objective is chosen, such as: outage, legal duty."),
    )
    expected_behaviour = forms.CharField(
        label=_("What members shall do then"),
        max_length=200,
        required=False,
        widget=forms.TextInput,
    )
    expected_replies = forms.IntegerField(label=_("Replies we expect"), required=False, min_value=0, max_value=9999)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, objectives: Sequence[Objective], drafts: Sequence[Draft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drafts = drafts
        serves = self.fields["serves_key"]
        assert isinstance(serves, forms.ChoiceField)  # noqa: S101 - for the type checker
        serves.choices = [("", _("none")), *((one.key, f"{one.code} {one.short_name}") for one in objectives)]
        for draft in drafts:
            self.fields[self.name_of(draft)] = forms.CharField(
                label=draft.channel.name,
                required=False,
                initial=draft.variant.text if draft.variant else "",
                widget=forms.Textarea(attrs=_count(draft)),
            )

    @staticmethod
    def name_of(draft: Draft) -> str:
        return f"text-{draft.channel.pk}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("serves_key") and not cleaned.get("no_objective_reason"):
            self.add_error(
                "no_objective_reason",
                _("Choose an objective above, or say here why this serves none. Work without a reason gets lost."),
            )
        return cleaned

    def written(self) -> ItemText:
        """What was typed, as the action takes it. A text field left empty means no variant unless there was one."""
        texts: dict[UUID, str] = {draft.channel.pk: self.cleaned_data[self.name_of(draft)] for draft in self.drafts}
        return ItemText(
            title=self.cleaned_data["title"],
            serves_key=self.cleaned_data["serves_key"],
            no_objective_reason=self.cleaned_data["no_objective_reason"],
            expected_behaviour=self.cleaned_data["expected_behaviour"],
            expected_replies=self.cleaned_data["expected_replies"],
            texts=texts,
        )


def _count(draft: Draft) -> dict[str, Any]:
    counting = draft.counting
    return {
        "rows": 5,
        "data-count": f"count-{draft.channel.pk}",
        "data-max": counting.maximum or "",
        "data-link": counting.link_length or "",
        "data-unit": "grapheme" if counting.rule == "graphemes" else "",
    }


class SlotForm(forms.Form):
    """A slot in wall-clock time of the workspace's zone; `free`, a slot the house proposed, fills both fields."""

    on_date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class MoveForm(SlotForm):
    """Another slot; without a time the house proposes one of that day."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "move-%s", **kwargs})
        self.fields["at_time"].required = False


def with_free_slot(typed: QueryDict) -> QueryDict:
    """What was posted, with day and time of the free slot whose button was pressed."""
    day, _, clock = typed.get("free", "").partition("T")
    if not clock:
        return typed
    filled = typed.copy()
    filled["on_date"], filled["at_time"] = day, clock
    return filled
