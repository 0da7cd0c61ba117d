"""At which part of a channel's words a picture of the item stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from allmende.channels.models import Channel, Spoken
from allmende.editorial.queries import Draft

TEXT, COMMENT = "1", "comment"


@dataclass(frozen=True, slots=True)
class Seat:
    """The place of one picture on one channel: the field's `name`, what can be chosen there, what is."""

    channel: Channel
    name: str
    choices: Sequence[tuple[str, str]]
    chosen: str

    @property
    def is_open(self) -> bool:
        """Is there anything to choose?"""
        return len(self.choices) > 1


@dataclass(frozen=True, slots=True)
class Seats:
    """Where the pictures stand on one channel as typed in `data`, else as saved: with the text, with one of the `parts` of
    its thread, or with its first comment. A part that is gone gives its pictures to the last one before it."""

    draft: Draft
    pictures: Sequence[Spoken]
    data: Mapping[str, str]
    parts: int
    has_comment: bool

    def of(self, picture: UUID) -> Seat:
        """The seat of this picture."""
        thread = [(str(number), _("Part %(n)s") % {"n": number}) for number in range(2, self.parts + 2)]
        comment = [(COMMENT, _("First comment"))] if self.has_comment else []
        choices = [(TEXT, _("with the post")), *thread, *comment]
        return Seat(self.draft.channel, self._name(picture), choices, self._chosen(picture))

    def by_part(self) -> Mapping[str, frozenset[UUID]]:
        """The pictures of each part, by what is chosen for them."""
        found: dict[str, set[UUID]] = defaultdict(set)
        for one in self.pictures:
            found[self._chosen(one.media.pk)].add(one.media.pk)
        return defaultdict(frozenset, {part: frozenset(pictures) for part, pictures in found.items()})

    def _name(self, picture: UUID) -> str:
        return f"seat-{self.draft.channel.pk}-{picture}"

    def _chosen(self, picture: UUID) -> str:
        wanted = self.data.get(self._name(picture)) or self._saved(picture)
        if wanted == COMMENT:
            return COMMENT if self.has_comment else TEXT
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 1
        return str(max(1, min(number, self.parts + 1)))

    def _saved(self, picture: UUID) -> str:
        for part in self.draft.parts:
            if picture in part.words.pictures:
                return COMMENT if part.words.is_comment else str(part.number)
        return TEXT
