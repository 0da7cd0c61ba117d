"""Fields the forms of the plan share. Shares are typed as per cent and handed on as fractions."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue import DIGITS, form_of_measure, read_value

NOT_CHOSEN = ("", pgettext_lazy("plan", "Choose"))


def chosen_from(words: Mapping[str, str | Promise], is_optional: bool = False) -> list[tuple[str, Any]]:
    """Choices of a catalogue; with an empty one first where nothing is chosen beforehand."""
    return [*([NOT_CHOSEN] if is_optional else []), *words.items()]


class ShareField(forms.Field):
    """A share typed as per cent ("47", "47,5 %"), a fraction between 0 and 1 in `cleaned_data`."""

    default_error_messages = {
        "invalid": _("“%(value)s” is no number. Write a percentage such as 47 or 47.5."),
        "range": _("%(value)s is beyond 0 to 100. A share lies between; a count of posts or people is no target."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "required": False,
                "widget": forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "placeholder": " "}),
                **options,
            }
        )

    def to_python(self, value: Any) -> float | None:
        text = str(value or "").replace("%", "").replace("\u00a0", " ").strip()
        if not text:
            return None
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from None
        if not number.is_finite() or not 0 <= number <= 100:
            raise forms.ValidationError(self.error_messages["range"], code="range", params={"value": value})
        return float(number / 100)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        return formats.number_format(Decimal(str(value)).scaleb(2).normalize(), use_l10n=True).rstrip()

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


class ValueField(forms.Field):
    """How often or how long, as people type it ("6 h", "90 min"; "0.8", "30 per 1,000"); hours or times per person and month
    in `cleaned_data`. Which of the two a bare number means, the measure says."""

    default_error_messages = {
        "invalid": _("“%(value)s” is no such figure. Write it like 6 h, 90 min or 2 days; or 0.8, or 30 per 1,000."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"size": 10, "placeholder": " "})
        super().__init__(**{"required": False, "widget": widget, **options})

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values or not str(value).strip():
            return None
        found = read_value(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value})
        return found.value

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        return formats.number_format(Decimal(str(round(value, DIGITS))).normalize(), use_l10n=True).rstrip()

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


class MeasureSelect(forms.Select):
    """The measures; each says whether it tells a share, how often or how long, so that only what belongs to it is asked."""

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **more)
        option["attrs"]["data-form"] = form_of_measure(str(value))
        return option


class AmountField(forms.DecimalField):
    """Money as people write it: "1.250,50", "1,250.50", "1250.5" or "1 250"; three digits after a mark are thousands."""

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[\s\u00a0€]", "", str(value or ""))
        cents = re.search(r"[.,](\d{1,2})$", text)
        whole = text[: cents.start()] if cents else text
        return super().to_python(re.sub(r"(?<=\d)[.,](?=\d{3})", "", whole) + (f".{cents[1]}" if cents else ""))


class DayInput(forms.DateInput):
    """The browser's own date field; it wants ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, is_required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=is_required, widget=DayInput(), help_text=help_text)


def with_revision(data: Mapping[str, Any], revision: int) -> QueryDict:
    """What was typed, now knowing the revision somebody else wrote."""
    known = QueryDict(mutable=True)
    known.update(data)
    known["seen_revision"] = str(revision)
    return known
