"""Pictures as they are kept, and as a network takes them."""

from collections.abc import Sequence

from django.db.models import QuerySet

from allmende.channels.models import Message, MessageMedia, Spoken, media_path
from allmende.connectors import neutral
from allmende.connectors.abilities import MediaAbility

# Bytes of a file as a person picks it; what is kept is smaller.
LARGEST_UPLOAD = 25_000_000
# What a file picker offers.
PICTURE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def as_sent(spoken: Sequence[Spoken], ability: MediaAbility) -> tuple[neutral.Media, ...]:
    """The pictures as this network takes them: as they are, or the lighter rendition where they are too heavy for it.

    Without content: a picture whose file is gone.
    """
    return tuple(_as_sent(one, ability) for one in spoken)


def spoken_with(message: Message) -> tuple[Spoken, ...]:
    """What a message of ours says besides its text, in order."""
    return tuple(Spoken(row.media, row.alt) for row in message.shown.all() if row.media)


def shown_rows() -> "QuerySet[MessageMedia]":
    """What messages show, with our copies, in order; for `Prefetch("shown", shown_rows())`."""
    return MessageMedia.objects.select_related("media").order_by("place")


def _as_sent(spoken: Spoken, ability: MediaAbility) -> neutral.Media:
    media = spoken.media
    is_heavy = bool(media.light) and (media.size > ability.maximum_bytes or media.media_type not in ability.types)
    name, media_type = (media.light, media.light_type) if is_heavy else (media.file, media.media_type)
    return neutral.Media(
        media_type, alt=spoken.alt, name=media.name, content=_content(name), width=media.width, height=media.height
    )


def _content(name: str) -> bytes:
    try:
        return media_path(name).read_bytes()
    except FileNotFoundError:
        return b""
