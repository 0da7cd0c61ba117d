"""Give pictures that were kept earlier the JPEG that new ones get: some networks take nothing else."""

from datetime import datetime

from django.db.models import Q

from allmende.channels.actions.keep_media import CannotKeep, decode_picture, take_rendition
from allmende.channels.models import Media, media_path

MOST_PER_RUN = 10
JPEG = "image/jpeg"
# A rendition of another kind, or a picture that is none itself and was never looked at; one of which none could be made
# (it moves, or its file is gone) has no rendition but a type.
_OLD = ~Q(light="") & ~Q(light_type=JPEG)
_NONE = Q(light="", light_type="") & ~Q(media_type=JPEG)


def lighten_due(*, now: datetime) -> int:
    """Make the JPEG of pictures that have none; how many got one. A post that shows them waits for nothing else."""
    due = Media.objects.filter(_OLD | _NONE).order_by("-created_at")
    return sum(_lighten(media) for media in due[:MOST_PER_RUN])


def _lighten(media: Media) -> bool:
    try:
        made = decode_picture(media_path(media.file).read_bytes()).parts.get("light")
    except (CannotKeep, FileNotFoundError):
        made = None
    return take_rendition(media, *(made or ("", b""))) and made is not None
