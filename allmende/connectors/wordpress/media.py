"""Pictures into the site's media library, each once: its name there is a digest of what it is."""

import hashlib
from collections.abc import Mapping
from typing import Any

from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.neutral import Media
from allmende.connectors.wordpress.door import Door
from allmende.connectors.wordpress.write import Picture, normal

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def uploaded(door: Door, medium: Media) -> Picture:
    """The picture in the library. Nobody sees it before a post shows it, so what stays unclear is done again (TryLater),
    and finds what an earlier attempt left there."""
    slug = slug_of(medium)
    row = _known(door, slug)
    try:
        if row is None:
            form = {"slug": slug, "title": slug, "alt_text": alt_of(medium)}
            name = f"{slug}.{ENDINGS.get(medium.media_type, 'bin')}"
            row = _row(
                door.speak("POST", "media", form=form, files={"file": (name, medium.content, medium.media_type)})
            )
        elif row.get("alt_text") != alt_of(medium):
            row = _row(door.speak("POST", f"media/{int(row['id'])}", json={"alt_text": alt_of(medium)}))
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
    if not isinstance(row.get("source_url"), str):
        raise Refused("rejected", "source_url")
    return Picture(int(row["id"]), row["source_url"], alt_of(medium))


def slug_of(medium: Media) -> str:
    """The same for the same picture with the same alternative text."""
    seen = hashlib.sha256(medium.content + b"\0" + alt_of(medium).encode()).hexdigest()[:24]
    return f"allmende-{seen}"


def alt_of(medium: Media) -> str:
    """The alternative text as WordPress keeps it: one line without markup."""
    return " ".join(normal(medium.alt).replace("<", "‹").replace(">", "›").split())


def _known(door: Door, slug: str) -> Mapping[str, Any] | None:
    answer = door.read("media", {"slug": slug, "context": "edit"})
    with answer.understood():
        rows = [dict(row) for row in answer.json() if isinstance(row["id"], int)]
    return rows[0] if rows else None


def _row(answer: Any) -> dict[str, Any]:
    with answer.understood():
        row = dict(answer.json())
        _ = int(row["id"])
        return row
