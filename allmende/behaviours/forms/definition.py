"""What people choose in a definition: each part of the sentence with its fields."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.behaviours.queries.editor import Place, faults_in, places_of
from allmende.behaviours.queries.faults import length_words
from allmende.behaviours.queries.phrases import (
    ANCHORS,
    ASKED,
    DONE,
    MARKED,
    MARKED_WHERE,
    PERIOD_WORDS,
    WHO,
    WITHOUT,
)
from allmende.behaviours.queries.statement import SILENT, nested
from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import InvalidDefinition

_LENGTH = re.compile(r"(\d{1,7})\s*([a-zäöü]*)\.?")
_UNITS = (("d", 86_400), ("t", 86_400), ("h", 3600), ("st", 3600), ("w", 7 * 86_400), ("m", 60), ("s", 1))

# field -> path in the definition
PATHS = {
    "population": "population", "segment": "segment", "anchor_kind": "anchor.kind", "anchor_acts": "anchor.acts",
    "anchor_period": "anchor.period", "anchor_labels": "anchor.labels", "acts": "predicate.acts",
    "actor_classes": "predicate.actor_classes", "is_first": "predicate.is_first", "doers_segment": "predicate.segment",
    "by_owner": "predicate.by_owner", "across": "predicate.across", "marks": "quality.any_of",
    "helpful_votes": "quality.helpful_votes", "mark_on": "quality.on", "outside": "quality.outside_own_thread",
    "window": "window_seconds", "opens_after": "opens_after_seconds", "in_workdays": "in_workdays", "spans": "spread.spans",
    "at_least": "spread.at_least", "minimum": "minimum", "exclusions": "exclusions", "channels": "channels",
    "lag": "lag_seconds", "anchor_counts": "anchor_counts",
}  # fmt: skip
_ALWAYS = {
    "place": ("channels",),
    "quality": ("marks", "helpful_votes", "mark_on", "outside", "lag"),
    "without": ("exclusions",),
}
_WINDOW = ("window", "in_workdays", "opens_after", "anchor_counts", "at_least", "spans")
# The fields of each part of the sentence, by unit.
_PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "member": {
        "subject": ("population", "segment", "anchor_acts", "anchor_others"),
        "window": _WINDOW,
        "act": ("minimum", "acts", "other_acts", "actor_classes"),
    },
    "opportunity": {
        "subject": ("anchor_kind", "anchor_acts", "anchor_others", "population", "segment", "anchor_labels"),
        "window": _WINDOW,
        "act": ("is_first", "minimum", "acts", "other_acts", "actor_classes", "doers_segment", "by_owner", "across"),
    },
    "member_period": {
        "subject": ("population", "segment", "anchor_acts", "anchor_others"),
        "period": ("anchor_period",),
        "act": ("minimum", "acts", "other_acts", "actor_classes"),
    },
}
# What a form does not ask.
_NOT_ASKED = {
    "F3": {"minimum"},
    "F4": {"minimum", "is_first", "in_workdays", "opens_after", "at_least", "spans"},
    "F6": {"minimum"},
}
_LENGTHS = ("window", "opens_after", "lag")
_USUAL_WINDOW = 30 * 86_400
_LISTS = {"acts": "other_acts", "anchor_acts": "anchor_others"}


class LengthField(forms.CharField):
    """A length of time as people write it: "24 hours", "30 Tage", "3 d"; cleans to seconds, empty to 0."""

    def clean(self, value: str | None) -> int:
        text = (super().clean(value) or "").strip().lower()
        if not text:
            return 0
        found = _LENGTH.fullmatch(text)
        scale = next((seconds for word, seconds in _UNITS if found and (found[2] or "d").startswith(word)), None)
        if found is None or scale is None:
            raise ValidationError(
                _("“%(typed)s” is no length of time. Write a number and what it counts, such as 24 hours or 30 days."),
                params={"typed": value},
            )
        return int(found[1]) * scale


def written(seconds: int) -> str:
    """Seconds as `LengthField` reads them; nothing for 0."""
    return length_words(seconds) if seconds else ""


class NamesField(forms.CharField):
    """Names with commas between; cleans to a tuple."""

    def clean(self, value: str | None) -> tuple[str, ...]:
        return tuple(filter(None, (one.strip() for one in (super().clean(value) or "").split(","))))


def _several(label: Any, options: Mapping[str, Any], **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(options.items()), required=False, widget=forms.CheckboxSelectMultiple, **more
    )


class DefinitionForm(forms.Form):
    """The parts of a definition. `values` holds them by path once the form is valid; `faults` what keeps them out of force."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("What is asked"), choices=list(ASKED.items()))
    population = _several(_("Who is counted"), WHO)
    segment = forms.SlugField(label=_("Only of the group"), max_length=60, required=False)
    anchor_kind = forms.ChoiceField(label=_("Of all"), choices=list(ANCHORS.items()))
    anchor_acts = _several(_("What begins it"), DONE, help_text=_("Nothing chosen: whatever they wrote."))
    anchor_others = NamesField(label=_("Other acts, by their names"), max_length=300, required=False)
    anchor_period = forms.ChoiceField(label=_("Counted by"), choices=list(PERIOD_WORDS.items()))
    anchor_labels = NamesField(label=_("Only with one of these labels"), max_length=300, required=False)
    window = LengthField(label=_("Within"), max_length=30, required=False)
    in_workdays = forms.BooleanField(label=_("Only working days count"), required=False)
    opens_after = LengthField(label=_("Not before"), max_length=30, required=False)
    anchor_counts = forms.BooleanField(label=_("The beginning itself counts, too"), required=False)
    at_least = forms.IntegerField(label=_("Done in at least so many parts"), min_value=1, max_value=100, required=False)
    spans = forms.IntegerField(label=_("Equal parts of that time"), min_value=1, max_value=100, required=False)
    is_first = forms.BooleanField(label=_("Only the first counts"), required=False)
    minimum = forms.IntegerField(label=_("At least so many times"), min_value=1, max_value=10_000, required=False)
    acts = _several(_("What they do"), DONE, help_text=_("Nothing chosen: whatever they write."))
    other_acts = NamesField(label=_("Other acts, by their names"), max_length=300, required=False)
    actor_classes = _several(_("By whom"), WHO, help_text=_("Nothing chosen: anybody who is not left out."))
    doers_segment = forms.SlugField(label=_("Only by the group"), max_length=60, required=False)
    by_owner = forms.BooleanField(label=_("Whoever began does it"), required=False)
    across = forms.SlugField(
        label=_("From somebody who differs in"), max_length=60, required=False, help_text=_("Such as department.")
    )
    marks = _several(_("Counts only if it was"), MARKED)
    helpful_votes = forms.IntegerField(label=_("Helpful for so many"), min_value=1, max_value=10_000, required=False)
    mark_on = forms.ChoiceField(label=_("What must be marked"), choices=list(MARKED_WHERE.items()))
    outside = forms.BooleanField(label=_("Only outside their own threads"), required=False)
    lag = LengthField(label=_("Time to wait for such marks"), max_length=30, required=False)
    exclusions = _several(_("Who is left out"), WITHOUT)
    channels = _several(_("Only in"), {}, help_text=_("Nothing chosen: in all channels."))

    def __init__(self, *args: Any, names: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.names = names
        self.fields["channels"].choices = list(names.items())  # type: ignore[attr-defined]
        self.form, self.unit = self._kind()
        if self.is_bound:
            self.data = self._completed()
        self.parts = {
            slot: [field for field in fields if field not in _NOT_ASKED.get(self.form, ())]
            for slot, fields in {**_PARTS[self.unit], **_ALWAYS}.items()
        }
        asked = {"name", "kind", *(field for fields in self.parts.values() for field in fields)}
        for field in set(self.fields) - asked:
            del self.fields[field]
        if self.form != "F4" and "window" in self.fields:
            self.fields["window"].required = True
        self.fields["population"].required = True

    @property
    def places(self) -> "list[tuple[Place, list[forms.BoundField]]]":
        """The sentence as it stands, each place with its fields."""
        values = self.values if self.is_bound and self.is_valid() else self.before
        return [
            (place, [self[name] for name in self.parts.get(place.slot, ())]) for place in places_of(values, self.names)
        ]

    @property
    def faults(self) -> tuple[str, ...]:
        """What keeps the definition out of force."""
        return faults_in(self.values if self.is_bound and self.is_valid() else self.before)

    @property
    def before(self) -> dict[str, Any]:
        """The values the form began with, for a sentence while what is typed makes none."""
        typed = (*_LENGTHS, "anchor_labels", *_LISTS.values())
        cleaned = {name: self.initial.get(name) for name in self.fields}
        cleaned |= {name: self._meant(name) for name in typed if name in self.fields}
        if self.form != "F4" and not cleaned.get("window"):
            cleaned["window"] = _USUAL_WINDOW
        return values_of({**cleaned, "kind": f"{self.form}:{self.unit}"}, self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.values = values_of(cleaned, self.fields)
            try:
                places_of(self.values, self.names)
            except ValueError:
                self.add_error(None, " ".join(faults_in(self.values)))
        return cleaned

    @property
    def spec(self) -> dict[str, Any]:
        """The valid definition as its JSON has it, without key and version."""
        return nested(self.values)

    @property
    def definition(self) -> Definition | None:
        """The valid definition to count by; None while something keeps it out of force."""
        try:
            return Definition.from_dict({**self.spec, "key": "draft", "version": 1})
        except InvalidDefinition:
            return None

    def _meant(self, name: str) -> Any:
        """What a field written out at the beginning means; None for nothing."""
        try:
            return self.fields[name].clean(self.initial.get(name))
        except ValidationError:
            return None

    def _completed(self) -> Any:
        """What was sent, with a beginning for what the form before did not ask."""
        told = self.data.copy()  # type: ignore[attr-defined]
        begun = {"anchor_kind": "thread_root", "anchor_period": "month", "mark_on": "act"}
        for field, value in (begun | ({} if self.form == "F4" else {"window": written(_USUAL_WINDOW)})).items():
            told.setdefault(field, value)
        return told

    def _kind(self) -> tuple[str, str]:
        asked = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        form, _colon, unit = (asked if asked in ASKED else "F1:member").partition(":")
        return form, unit


def values_of(cleaned: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The definition by path that these cleaned fields say."""
    form, _colon, unit = cleaned["kind"].partition(":")
    kinds = {"member": "first_act", "member_period": "period"}
    values: dict[str, Any] = {**SILENT, "form": form, "unit": unit, "anchor.kind": kinds.get(unit, "thread_root")}
    for field, path in PATHS.items():
        said = cleaned.get(field) if field in asked else None
        if field in _LISTS:
            said = (*(said or ()), *(cleaned.get(_LISTS[field]) or ()))
        if said not in (None, "", ()):
            values[path] = tuple(dict.fromkeys(said)) if isinstance(said, list | tuple) else said
    if unit == "opportunity" and values["anchor.kind"] not in ANCHORS:
        values["anchor.kind"] = "thread_root"
    if values["predicate.is_first"]:
        values["minimum"] = 1
    if "helpful_votes" not in values["quality.any_of"]:
        values["quality.helpful_votes"] = 1
    if not values["quality.any_of"]:
        values["quality.on"] = "act"
    return values


def initial_of(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the form shows for a definition by path."""
    shown: dict[str, Any] = {field: values[path] for field, path in PATHS.items() if path in values}
    for field in _LENGTHS:
        shown[field] = written(shown[field])
    shown["anchor_labels"] = ", ".join(shown["anchor_labels"])
    for field, others in _LISTS.items():
        shown[others] = ", ".join(act for act in shown[field] if act not in DONE)
        shown[field] = tuple(act for act in shown[field] if act in DONE)
    return shown | {"name": name, "kind": f"{values['form']}:{values['unit']}"}


class BeginForm(forms.Form):
    """How a definition of one's own begins: from another, from nothing, or from a file."""

    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    source = forms.CharField(required=False, max_length=120)
    file = forms.FileField(
        label=_("From a file"),
        required=False,
        help_text=_("A definition as JSON or YAML, as another community exports it."),
    )


class LeastForm(forms.Form):
    """Which difference would change a decision, for the preview."""

    least = forms.IntegerField(
        label=_("Difference that would change a decision, in points"),
        min_value=1,
        max_value=100,
        required=False,
        initial=5,
    )

    @property
    def value(self) -> int:
        """What was typed, else five points."""
        return (self.cleaned_data.get("least") if self.is_valid() else None) or 5
