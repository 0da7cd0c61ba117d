"""The sandbox's pictures and films: sent once before the post that shows them, served to visitors."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
MOST = 4
LARGEST = 5_000_000
LONGEST_ALT = 1_500
FILM_TYPES = frozenset({"video/mp4", "video/webm"})
LARGEST_FILM, LONGEST_FILM_SECONDS = 40_000_000, 300


def is_taken(media_type: str, size: int) -> bool:
    """Whether the network takes a file of this type, so many bytes large."""
    largest = LARGEST if media_type in TYPES else LARGEST_FILM if media_type in FILM_TYPES else -1
    return size <= largest


def keep(db: sqlite3.Connection, media_type: str, content: bytes) -> str:
    """Keep a picture; its id, which is the same for the same picture."""
    native_id = hashlib.sha256(media_type.encode() + content).hexdigest()[:32]
    db.execute("INSERT OR IGNORE INTO picture VALUES (?, ?, ?)", (native_id, media_type, content))
    return native_id


def show(db: sqlite3.Connection, post_id: str, shown: Iterable[Sequence[str]]) -> None:
    """Let a post show pictures (id, alternative text), in order."""
    rows = [(post_id, place, *one) for place, one in enumerate(shown)]
    db.executemany("INSERT INTO shown (post_id, place, picture_id, alt) VALUES (?, ?, ?, ?)", rows)


def are_kept(db: sqlite3.Connection, ids: Iterable[str]) -> bool:
    """Whether all of them were sent before."""
    return all(db.execute("SELECT 1 FROM picture WHERE id = ?", (one,)).fetchone() for one in ids)


def shown_by(db: sqlite3.Connection, post_id: str) -> list[dict[str, Any]]:
    """What a post shows: id, media_type, alt."""
    rows = db.execute(
        "SELECT p.id, p.media_type, s.alt FROM shown s JOIN picture p ON p.id = s.picture_id"
        " WHERE s.post_id = ? ORDER BY s.place",
        (post_id,),
    )
    return [dict(row) for row in rows]


def content_of(db: sqlite3.Connection, native_id: str) -> tuple[str, bytes] | None:
    """Type and bytes of a picture."""
    row = db.execute("SELECT media_type, content FROM picture WHERE id = ?", (native_id,)).fetchone()
    return (row["media_type"], row["content"]) if row else None
