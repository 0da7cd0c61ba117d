"""What shall happen to many planned texts at once, and why."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.editorial import states
from allmende.editorial.actions import PlanWish


class PlanChangeForm(forms.Form):
    """A kind of change, the reason the plan keeps, and for a move how far; fewer than 0 is earlier."""

    kind = forms.ChoiceField(choices=[(one, "") for one in states.CHANGE_KINDS])
    reason = forms.CharField(label=_("Why? The plan keeps the reason."), max_length=300)
    days = forms.IntegerField(label=_("days"), required=False, min_value=-366, max_value=366)
    hours = forms.IntegerField(label=_("hours"), required=False, min_value=-23, max_value=23)
    is_knowing = forms.BooleanField(
        label=_("Move also what nobody is on duty for; the reason says why"), required=False
    )

    def wish(self) -> PlanWish:
        """What the person asks for; days and hours count for a move alone."""
        typed: dict[str, Any] = self.cleaned_data
        is_move = typed["kind"] == states.MOVE
        days, hours = (typed["days"] or 0, typed["hours"] or 0) if is_move else (0, 0)
        return PlanWish(typed["kind"], typed["reason"], days, hours, is_move and typed["is_knowing"])


def picked_in(typed: QueryDict) -> dict[UUID, int | None]:
    """The texts that are ticked, each with the revision the person saw; what names no text is left out."""
    picked: dict[UUID, int | None] = {}
    for one in typed.getlist("picked"):
        key, _dot, revision = one.partition(".")
        try:
            picked[UUID(key)] = int(revision) if revision.isdecimal() and len(revision) < 9 else None
        except ValueError:
            continue
    return picked
