"""What a further community is called."""

from __future__ import annotations

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def proposed_slug(name: str) -> str:
    """An address made of a name."""
    return slugify(name.translate(GERMAN))[:40].strip("-")


class CommunityForm(forms.Form):
    """Name, organisation and address; without an address it is made of the name."""

    name = forms.CharField(label=_("Name of the community"), max_length=80)
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    slug = forms.CharField(
        label=_("Address"), max_length=40, required=False,
        help_text=_("Small letters, digits and hyphens; empty, it is made of the name. It stays as it is."),
    )  # fmt: skip

    def values(self) -> dict[str, str]:
        """What the action takes: name, organisation, slug."""
        given = self.cleaned_data
        slug = given["slug"].strip() or proposed_slug(given["name"])
        return {"name": given["name"], "organisation": given["organisation"], "slug": slug}
