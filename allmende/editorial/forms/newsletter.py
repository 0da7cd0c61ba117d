"""What a newsletter is put together from."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel


class NewsletterForm(forms.Form):
    """To which list, under which subject, with which words at the beginning; the items and their order are `picked`."""

    channel = forms.ChoiceField(label=_("Newsletter"))
    title = forms.CharField(label=_("Subject"), max_length=160)
    greeting = forms.CharField(
        label=_("Words at the beginning"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, channels: Iterable[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {one.slug: one for one in channels}
        self.fields["channel"].choices = [(slug, one.name) for slug, one in self.channels.items()]  # type: ignore[attr-defined]

    def picked(self) -> list[UUID]:
        """The ticked items by the number beside each; those without a number come last, as they stand."""
        ticked = self.data.getlist("item") if isinstance(self.data, QueryDict) else []
        found = [(self._place(one), UUID(one)) for one in ticked if _is_key(one)]
        return [key for _place, key in sorted(found, key=lambda one: one[0])]

    def _place(self, key: str) -> int:
        typed = self.data.get(f"place-{key}", "")
        return int(typed) if typed.isdecimal() and len(typed) < 5 else 10_000


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
