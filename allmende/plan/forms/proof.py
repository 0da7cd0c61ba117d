"""Forms of evidence: a value by hand, a table, its columns, a judgement, a guest's link."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.queries.tables import DATE_FORMATS, DATE_WORDS
from allmende.plan.catalogue.proof import JUDGEMENT_WORDS, VALUE_FIELD_WORDS
from allmende.plan.forms.fields import day_field
from allmende.plan.models import EvidenceUpload
from allmende.plan.queries.values import Place, Values, read_number

COLUMN = "column_"


class NumberField(forms.CharField):
    """A number as people write it: "7,9", "7.9", "1.234,5"."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        number = read_number(text.removesuffix("%"))
        if number is None:
            raise forms.ValidationError(_("This is no number, or could be two. Write it like 7.9 or 1234."))
        return number


class EvidenceForm(forms.Form):
    """A measured value, with its days and what measured it."""

    source = forms.CharField(
        label=_("What was measured?"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "measures", "autocomplete": "off"}),
        help_text=_("Always the same words, so that the values line up."),
    )
    number = NumberField(label=pgettext_lazy("measured", "Value"), max_length=24)
    unit = forms.CharField(
        label=_("In which unit?"), max_length=24, required=False, help_text=_("Such as points, hours, euro, or %.")
    )
    ends = day_field(_("Measured on, or until"), is_required=True)
    begins = day_field(_("Since, if it is a period"))
    n = forms.IntegerField(label=_("Out of how many?"), required=False, min_value=0, max_value=10**9)
    note = forms.CharField(
        label=pgettext_lazy("measured", "Note"),
        max_length=200,
        required=False,
        help_text=_("What one should know to read the value, such as who was asked."),
    )

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("source", "number", "unit", "ends", "n", "note")
        return {**{name: given[name] for name in names}, "begins": given["begins"] or given["ends"]}


class UploadForm(forms.Form):
    """A table of measured values."""

    file = forms.FileField(
        label=_("Table (CSV)"), help_text=_("One value per line: part of the plan, what was measured, date, value.")
    )


class ColumnsForm(forms.Form):
    """Which column is what, and what holds where there is none."""

    dates = forms.ChoiceField(label=_("Dates look like"))
    key = forms.ChoiceField(label=_("Part of the plan, where none is named"), required=False)
    source = forms.CharField(label=_("What was measured, where it is not named"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit, where none is named"), max_length=24, required=False)

    def __init__(self, upload: EvidenceUpload, values: Values, places: Sequence[Place], data: Any = None) -> None:
        wishes = upload.wishes
        first = {name: wishes.get(name, "") for name in ("key", "source", "unit")} | {"dates": values.dates}
        super().__init__(data, initial=first)
        self.fields["dates"].choices = [(form, DATE_WORDS.get(form, form)) for form in DATE_FORMATS]  # type: ignore[attr-defined]
        self.fields["key"].choices = chosen_place(places)  # type: ignore[attr-defined]
        headers = [("", _("no column")), *((header, header) for header in upload.headers if header)]
        for field, words in VALUE_FIELD_WORDS.items():
            self.fields[COLUMN + field] = forms.ChoiceField(
                label=str(words), choices=headers, required=False, initial=values.columns.get(field, "")
            )

    @property
    def columns(self) -> "Iterator[forms.BoundField]":
        return (self[name] for name in self.fields if name.startswith(COLUMN))

    @property
    def wishes(self) -> dict[str, Any]:
        given = self.cleaned_data
        columns = {name.removeprefix(COLUMN): given[name] for name in given if name.startswith(COLUMN) and given[name]}
        return {"columns": columns, **{name: given[name] for name in ("dates", "key", "source", "unit")}}


class JudgementForm(forms.Form):
    """Keep, change or watch, why, and for watching until when."""

    answer = forms.ChoiceField(
        label=_("What follows from it?"), widget=forms.RadioSelect, choices=lambda: list(JUDGEMENT_WORDS.items())
    )
    reason = forms.CharField(
        label=pgettext_lazy("judgement", "Why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence. It stands beside the value for ever."),
    )
    again_date = day_field(
        _("If you watch: when do we look again?"), help_text=_("On that day whoever answers for it is asked again.")
    )


class ChainLinkForm(forms.Form):
    """For whom the chain is opened, and for how long."""

    guest_name = forms.CharField(label=_("Who may read the chain?"), max_length=120)
    days = forms.ChoiceField(
        label=_("For how long?"), choices=(("7", _("a week")), ("30", _("30 days")), ("90", _("90 days")))
    )


def chosen_place(places: Sequence[Place]) -> list[tuple[str, Any]]:
    """The parts of the plan to choose from."""
    return [("", pgettext_lazy("plan", "Choose")), *((place.key, place.label) for place in places)]
