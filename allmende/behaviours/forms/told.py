"""What people tell beside the definitions: groups, who is in them, traits, labels."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.guidelines.catalogue import SITUATIONS
from allmende.members.catalogue import trait_key

MOST_BYTES = 2_000_000


class GroupForm(forms.Form):
    """A group: its name, and the rule by which one belongs to it, if it has one."""

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the group"), max_length=80,
        error_messages={"required": _("The group has no name yet. Say whom it means, such as “Pilot customers”.")},
    )  # fmt: skip
    trait = forms.CharField(
        label=_("By a trait"), max_length=40, required=False, help_text=_("Such as region, product, department.")
    )
    value = forms.CharField(label=_("with the value"), max_length=80, required=False)
    met_from_date = forms.DateField(
        label=_("First met from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A cohort: who came in these days, whatever they did since."),
    )  # fmt: skip
    met_until_date = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_trait(self) -> str:
        """As definitions call it, whichever language it was written in."""
        written: str = self.cleaned_data["trait"].strip()
        key = trait_key(written)
        if written and not key:
            raise ValidationError(_("A trait needs at least one letter."))
        return key


class PeopleForm(forms.Form):
    """Who comes into a group kept by hand."""

    names = forms.CharField(
        label=_("Who belongs to it"), max_length=400_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One in each line: the name or handle as the network shows it."),
        error_messages={"required": _("Nobody is named yet. Write one name in each line.")},
    )  # fmt: skip
    since = forms.DateField(
        label=_("since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: from the beginning."),
    )  # fmt: skip


class TraitsForm(forms.Form):
    """A table of traits, typed, pasted or as a file."""

    table = forms.CharField(
        label=_("Table"), max_length=2_000_000, required=False, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Headers first, then a line for each member. What stands there already is replaced; empty cells change nothing."),
    )  # fmt: skip
    file = forms.FileField(label=_("Or a file (CSV)"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two; a file is read here, so that its lines can be shown where they could not be taken."""
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                raise ValidationError(_("Nothing was noted: the file is larger than 2 MB. Give it in parts."))
            given["table"] = decoded(file.read())
        if not given.get("table", "").strip():
            self.add_error("table", _("Nothing was noted: paste a table, or choose a file."))
        return given


class LabelForm(forms.Form):
    """What stands for a label: a tag, or a situation people choose."""

    label = forms.CharField(
        label=_("Label"), max_length=40, help_text=_("As definitions write it, such as hard."),
        error_messages={"required": _("The label has no name yet. Write it as the definition does.")},
    )  # fmt: skip
    tag = forms.CharField(label=_("is borne by conversations with the tag"), max_length=40, required=False)
    situation = forms.TypedChoiceField(
        label=_("or by those in this situation"), required=False, coerce=int,
        choices=[("", "—"), *((one.number, one.name) for one in SITUATIONS)],
        help_text=_("Only where a person chose the situation; what the machine suggests labels nothing."),
    )  # fmt: skip

    def clean_situation(self) -> int:
        """0 for none."""
        return self.cleaned_data["situation"] or 0


def decoded(content: bytes) -> str:
    """Text of a table as programs of the office write it, without NUL, which no database looks for."""
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace").replace("\x00", "")
