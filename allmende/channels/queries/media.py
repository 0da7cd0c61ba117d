"""Pictures as they are kept, and as a network takes them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet

from allmende.channels.models import Dispatch, Message, MessageMedia, Spoken, media_path
from allmende.channels.queries.links import public_origin
from allmende.channels.states import SPEAKING, UNCLEAR
from allmende.connectors import neutral
from allmende.connectors.abilities import MediaAbility

# Bytes of a file as a person picks it; what is kept is smaller.
LARGEST_UPLOAD = 25_000_000
# What the most generous of the networks takes.
LARGEST_FILM = 100_000_000
# What a file picker offers.
PICTURE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
FILM_TYPES = ("video/mp4", "video/quicktime", "video/webm")


# The address of a picture on its way, and for how long it holds after the time in which the network is spoken to.
ADDRESS_SALT = "channels.picture"
FETCHED_WITHIN = timedelta(minutes=10)

# Where the picture in this place, or its lighter rendition, can be fetched; "" where nobody outside could.
Address = Callable[[int, bool], str]


def as_sent(
    spoken: Sequence[Spoken], ability: MediaAbility, address: Address, *, is_read: bool = True
) -> tuple[neutral.Media, ...]:
    """The pictures as this network takes them: as they are, or the lighter JPEG where they are too heavy for it or of a kind
    it does not take; with an `address` where the network fetches them itself.

    Without content: a picture whose file is gone, and all of them where nothing is read (`is_read`). A film is never read here:
    it names its file.
    """
    return tuple(_as_sent(one, place, ability, address, is_read) for place, one in enumerate(spoken))


def some_address(place: int, is_light: bool) -> str:
    """Stands for the address a picture will have when its post leaves."""
    origin = public_origin()
    return f"{origin}/m/" if origin else ""


def address_for(dispatch: Dispatch) -> Address:
    """Where the network can fetch a dispatch's pictures while it is spoken to."""

    def address(place: int, is_light: bool) -> str:
        until = (dispatch.lease_until or dispatch.send_after) + FETCHED_WITHIN
        what = [dispatch.public_id.hex, place, int(is_light), int(until.timestamp())]
        before = some_address(place, is_light)
        return before + signing.dumps(what, salt=ADDRESS_SALT) if before else ""

    return address


def fetched_picture(key: str, now: datetime) -> tuple[str, str] | None:
    """File and media type of the one picture an address leads to, as long as its dispatch is under way; None: nowhere."""
    try:
        named, place, is_light, until = signing.loads(key, salt=ADDRESS_SALT)
        public_id = UUID(named)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    rows = MessageMedia.objects.select_related("media").filter(
        message__dispatch__public_id=public_id, message__dispatch__state__in=(SPEAKING, UNCLEAR), place=place
    )
    row = rows.first() if now.timestamp() < until else None
    if row is None or row.media is None:
        return None
    return (row.media.light, row.media.light_type) if is_light else (row.media.file, row.media.media_type)


def spoken_with(message: Message) -> tuple[Spoken, ...]:
    """What a message of ours says besides its text, in order."""
    return tuple(Spoken(row.media, row.alt) for row in message.shown.all() if row.media)


def shown_rows() -> "QuerySet[MessageMedia]":
    """What messages show, with our copies, in order; for `Prefetch("shown", shown_rows())`."""
    return MessageMedia.objects.select_related("media").order_by("place")


def _as_sent(spoken: Spoken, place: int, ability: MediaAbility, address: Address, is_read: bool) -> neutral.Media:
    media = spoken.media
    is_unfit = media.size > ability.maximum_bytes or media.media_type not in ability.types
    is_heavy = bool(media.light) and is_unfit and media.light_type in ability.types
    name, media_type = (media.light, media.light_type) if is_heavy else (media.file, media.media_type)
    url = address(place, is_heavy) if ability.is_fetched else ""
    sent = neutral.Media(
        media_type, url, spoken.alt, media.name, width=media.width, height=media.height,
        seconds=media.milliseconds / 1000, size=media.light_size if is_heavy else media.size,
    )  # fmt: skip
    if not is_read:
        return sent
    if sent.is_film:
        path = media_path(name)
        return replace(sent, file=str(path) if path.exists() else "")
    return replace(sent, content=_content(name))


def _content(name: str) -> bytes:
    try:
        return media_path(name).read_bytes()
    except FileNotFoundError:
        return b""
