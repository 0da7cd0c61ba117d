"""What a visitor types, and what a person corrects."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Message

LONGEST_NAME, LONGEST_COMMENT = 60, 5_000
SALT = "hub.form"


def seal(post: Message, now: datetime) -> str:
    """When a form was drawn for this post, signed: it stands where others have a cookie."""
    return signing.dumps([post.pk, int(now.timestamp())], salt=SALT)


class CommentForm(forms.Form):
    """A comment. `website` is seen by nobody; whoever fills it is a machine."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, required=False,
        help_text=_("Stands above your comment. It need not be your real one."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
        error_messages={"max_length": _("At most 60 characters, please.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 6}),
        error_messages={
            "required": _("There is no text yet."),
            "max_length": _("At most 5,000 characters, please. Your text is still here."),
        },
    )  # fmt: skip
    website = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )
    answers = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, post: Message, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._post = post

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def begun_at(self) -> datetime:
        """When the form was drawn; long ago if it was not drawn by us for this post."""
        try:
            post, at = signing.loads(self.data.get("drawn", ""), salt=SALT)
        except signing.BadSignature:
            return datetime.fromtimestamp(0, UTC)
        return datetime.fromtimestamp(at if post == self._post.pk else 0, UTC)


class CorrectForm(forms.Form):
    """Other words for a post."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages={"required": _("A post needs a title.")})
    text = forms.CharField(
        label=_("Text"), max_length=100_000, widget=forms.Textarea({"rows": 14}),
        error_messages={"required": _("There is no text. To remove the post, take it back.")},
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
