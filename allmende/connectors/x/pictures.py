"""Pictures on their way to X (x-api/media/upload-media, x-api/media/create-media-metadata): uploaded, described, then named by
the post. Nobody sees one before a post shows it, so whatever stays unclear is done again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from allmende.connectors.contract import MediaAbility
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.neutral import Media
from allmende.connectors.x.door import Door
from allmende.connectors.x.read import id_of

# The permission that uploads; log-ins from before pictures were sent lack it.
SCOPE = "media.write"
LONGEST_ALT = 1_000
# x-api/media/quickstart/best-practices; whatever moves goes another way, in pieces.
PHOTOS = MediaAbility(
    4, frozenset({"image/jpeg", "image/png", "image/webp"}), 5_000_000, alt_text="optional", alt_maximum=LONGEST_ALT
)


def uploaded(door: Door, medium: Media, end: float) -> str:
    """The number of a picture that a post can show. TryLater: not until `end`; Refused."""
    with _unseen():
        form = {"media_category": "tweet_image", "media_type": medium.media_type}
        answer = door.upload("media/upload", form, (medium.name or "picture", medium.content, medium.media_type))
        with answer.understood():
            native_id = id_of(answer.json()["data"]["id"])
        alt = medium.alt.strip()[:LONGEST_ALT]
        if alt:
            door.speak("POST", "media/metadata", {"id": native_id, "metadata": {"alt_text": {"text": alt}}})
    if time.monotonic() > end:
        raise TryLater(reason_code="not_prepared", detail="The pictures took too long.")
    return native_id


@contextmanager
def _unseen() -> Iterator[None]:
    """What stays unclear is begun anew; what is forbidden here and not elsewhere is a permission that was not given."""
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
    except Refused as error:
        if error.reason_code == "forbidden":
            raise Refused("scopes_missing", SCOPE) from error
        raise
