"""Give pictures that were kept earlier the JPEG that new ones get: some networks take nothing else."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allmende.channels.actions.keep_media import CannotKeep, decode_picture, write_picture
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
    rows = Media.objects.filter(pk=media.pk, light=media.light, light_type=media.light_type)  # as it was
    if made is None:
        rows.update(light="", light_size=0, light_type=media.media_type)
        return False
    light_type, content = made
    name = write_picture(light_type, content)
    with transaction.atomic():
        if not rows.update(light=name, light_type=light_type, light_size=len(content)):
            media_path(name).unlink(missing_ok=True)
            return False
        if media.light:
            transaction.on_commit(lambda: media_path(media.light).unlink(missing_ok=True))
    return True
