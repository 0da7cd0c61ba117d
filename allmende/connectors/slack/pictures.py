"""Pictures on their way to Slack (reference/methods/files.getUploadURLExternal, files.completeUploadExternal): an address is asked
for, the picture put there, and waited for until Slack has looked it through. No conversation is named, so nobody sees it before a
message shows it, and whatever stays unclear is done again. The message itself is said as any other and bears our key."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from allmende.connectors.contract import MediaAbility
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.fields import part_of, text_of
from allmende.connectors.neutral import Media
from allmende.connectors.slack.door import SERVER, Door

SCOPES = ("files:read", "files:write")
LONGEST_ALT = 2_000
# reference/block-kit/blocks/image-block; Slack itself takes larger ones.
PHOTOS = MediaAbility(
    10, frozenset({"image/jpeg", "image/png", "image/gif"}), 20_000_000, alt_text="optional", alt_maximum=LONGEST_ALT
)


def uploaded(door: Door, medium: Media, end: float, poll_seconds: float) -> str:
    """The id of a picture that a message can show. TryLater: not until `end`; Refused."""
    name = medium.name or "picture"
    with _unseen():
        told = door.read("files.getUploadURLExternal", {"filename": name, "length": str(len(medium.content))})
        native_id, url = text_of(told, "file_id"), text_of(told, "upload_url")
        if not native_id or not _is_theirs(url, door):
            raise Refused("rejected", "upload_url")
        door.upload(url, medium.content, medium.media_type)
        door.speak("files.completeUploadExternal", {"files": [{"id": native_id, "title": name}]})
    while not text_of(part_of(door.read("files.info", {"file": native_id}), "file"), "mimetype"):
        if time.monotonic() + poll_seconds > end:
            raise TryLater(reason_code="not_prepared", detail="The pictures took too long.")
        time.sleep(poll_seconds)
    return native_id


@contextmanager
def _unseen() -> Iterator[None]:
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error


def _is_theirs(url: str, door: Door) -> bool:
    """What members shall see goes to Slack's own hosts and nowhere else."""
    host = urlsplit(url).hostname or ""
    return host == urlsplit(door.server).hostname or (door.server == SERVER and host.endswith(".slack.com"))
