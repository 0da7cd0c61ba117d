"""What people say when cases are drawn or set aside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.behaviours.actions import LONGEST_REASON


def _typed() -> dict[str, Any]:
    return {
        "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        "error_messages": {"required": _("Choose a day."), "invalid": _("Choose a day, such as 2026-09-28.")},
    }


class DrawForm(forms.Form):
    """From which days cases are drawn, both included."""

    first_date = forms.DateField(label=_("Cases that began from"), **_typed())
    last_date = forms.DateField(label=_("until, this day included"), **_typed())


class AsideForm(forms.Form):
    """Why a sample is not coded to its end."""

    reason = forms.CharField(
        label=_("Why is it set aside?"), max_length=LONGEST_REASON,
        help_text=_("In a sentence, so that it can be understood later."),
        error_messages={"required": _("Say why, in a sentence.")},
    )  # fmt: skip
