"""A new channel as a person types it."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from allmende.channels.queries import channels_of
from allmende.team.models import Person

PLACES = (("own_forum", _("Forum: questions and answers")), ("social_network", _("Social network: posts and comments")))


class ConnectForm(forms.Form):
    """A channel on the practice network."""

    name = forms.CharField(
        label=_("Name of the channel"), max_length=80, help_text=_("As members know it, such as “Lotsenforum”."),
        error_messages={"required": _("A channel needs a name. Take the one members know.")},
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Short name"), max_length=60, required=False,
        help_text=_("For addresses and commands: small letters, digits, hyphens. Left empty, it is made from the name."),
        error_messages={
            "invalid": _("Only letters, digits and hyphens, please: such as “lotsen-forum”."),
        },
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("How do people talk there?"), choices=PLACES, widget=forms.RadioSelect, initial="own_forum"
    )
    mark = forms.CharField(
        label=_("Letter in lists"),
        max_length=1,
        required=False,
        help_text=_("Left empty, it is the first of the name."),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = set(channels_of(person.workspace).values_list("slug", flat=True))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower() or slugify(self.cleaned_data.get("name", ""))[:60]
        if not slug and self.cleaned_data.get("name"):
            raise forms.ValidationError(_("A channel needs a short name, such as “forum”."))
        if slug in self._taken:
            raise forms.ValidationError(_("There is already a channel with this short name. Choose another."))
        return slug
