"""Pictures on their way to LinkedIn (community-management/shares/images-api): an address is asked for, the picture put there, and
waited for until it can be shown. Nobody sees it before a post does, so whatever stays unclear is done again."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.linkedin.door import PLACE, Door, key_of
from allmende.connectors.neutral import Media

# Between two looks whether it can be shown.
PAUSE_SECONDS = 1.0


def uploaded(door: Door, us: str, medium: Media, end: float, rest: Callable[[float], None] = time.sleep) -> str:
    """The URN of a picture that can be shown. TryLater: not until `end`; Refused: LinkedIn cannot read it."""
    try:
        asked = {"initializeUploadRequest": {"owner": us}}
        answer = door.speak("POST", "images?action=initializeUpload", asked, limits=door.limits(end))
        with answer.understood():
            told = answer.json()["value"]
            urn, url = str(told["image"]), str(told["uploadUrl"])
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
    if not _is_theirs(url, door):
        raise Refused("rejected", "uploadUrl")
    door.upload(url, medium.content, medium.media_type, door.limits(end))
    while True:
        answer = door.read(f"images/{key_of(urn)}", door.limits(end))
        with answer.understood():
            state = str(answer.json()["status"])
        if state == "AVAILABLE":
            return urn
        if state == "PROCESSING_FAILED":
            raise Refused("rejected", state)
        if time.monotonic() + PAUSE_SECONDS > end:
            raise TryLater(reason_code="not_prepared", detail="The pictures took too long.")
        rest(PAUSE_SECONDS)


def _is_theirs(url: str, door: Door) -> bool:
    """Our token goes to LinkedIn's own hosts and nowhere else."""
    host = urlsplit(url).hostname or ""
    return host == urlsplit(door.place).hostname or (door.place == PLACE and host.endswith(".linkedin.com"))
