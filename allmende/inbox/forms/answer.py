"""What a person types to answer: the words, the pictures with what they show, and when it leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Media
from allmende.channels.queries import LARGEST_FILM, Counting, counted
from allmende.domain.service_hours import instant
from allmende.inbox.actions import LONGEST_ALT, LONGEST_REASON, Shown

# More rows than any network shows are nobody's form.
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture in the form, as it is described there; `error`: what is the matter with it."""

    media: Media
    alt: str
    bare_reason: str
    error: str = ""


class MomentField(forms.DateTimeField):
    """A moment by the clock on the wall, also in the nights in which clocks change: an hour that comes twice means its first
    time, one that is skipped as long after the change."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as refused:
            wall = parse_datetime(str(value).strip()) if refused.code == "ambiguous_timezone" else None
            if wall is None:
                raise
            return instant(wall.replace(tzinfo=timezone.get_current_timezone()))


class ReplyForm(forms.Form):
    """An answer, and the newest message its writer saw; of each picture `alt-<id>` and `bare-<id>`, in order."""

    text = forms.CharField(
        label=_("Public answer"),
        widget=forms.Textarea(
            attrs={"rows": 3, "data-key": "r", "data-count": "reply-count", "data-mentions": "members-here"}
        ),
        error_messages={"required": _("The answer is still empty. Write what helps, then send it.")},
    )
    seen_until = forms.IntegerField(widget=forms.HiddenInput, required=False)
    pattern = forms.UUIDField(widget=forms.HiddenInput, required=False)
    send_at = MomentField(
        label=_("It leaves at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Not planned. Write day and time, or leave it empty to send the answer now.")},
    )
    picture_errors: dict[UUID | None, str]
    pictures: Sequence[PictureRow] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.picture_errors = {}

    def full_clean(self) -> None:
        """A picture alone is an answer, too; the words are asked for all the same."""
        self.fields["text"].required = not (self.shown() or self.files.getlist("pictures"))
        super().full_clean()
        self.fields["text"].required = True

    def shown(self) -> list[Shown]:
        """The pictures as they were posted."""
        found = []
        for name in [name for name in self.data if name.startswith("alt-")][:MOST_ROWS]:
            try:
                key = UUID(name.removeprefix("alt-"))
            except ValueError:
                continue
            found.append(
                Shown(key, self._posted(f"alt-{key}", LONGEST_ALT), self._posted(f"bare-{key}", LONGEST_REASON))
            )
        return found

    def _posted(self, name: str, longest: int) -> str:
        return str(self.data.get(name, "")).strip()[:longest]

    def files_read(self) -> Iterator[tuple[str, bytes]]:
        """Files posted as pictures or films, one after the other: name and content, of one that is too large only so much as shows it."""
        return ((str(one.name), one.read(LARGEST_FILM + 1)) for one in self.files.getlist("pictures"))

    def count_as(self, limit: Counting) -> None:
        """Count while typing as the network counts."""
        self.fields["text"].widget.attrs |= counted(limit)
