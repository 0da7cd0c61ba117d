"""What stands on the site, and how a feed writes it down."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass
class Piece:
    """One entry as its editor keeps it. `at` None: the feed gives it no time."""

    id: str
    text: str
    title: str = ""
    at: datetime | None = START
    updated: datetime | None = None
    by: str = ""


@dataclass
class Network:
    """`shape`: rss, atom, json; `shown`: how many of the newest the feed lists; `has_marks`: whether it gives an ETag."""

    shape: str = "rss"
    shown: int | None = None
    has_marks: bool = True
    pieces: list[Piece] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    visits: list[tuple[str, int]] = field(default_factory=list)
    body: bytes | None = None
    media_type: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def publish(self, text: str, **more: object) -> Piece:
        with self.lock:
            number = len(self.pieces)
            piece = Piece(f"https://haus.example/{number}", text, **{"at": START + timedelta(minutes=number), **more})  # type: ignore[arg-type]
            self.pieces.append(piece)
            return piece

    def document(self) -> bytes:
        """The newest first, as feeds have it."""
        if self.body is not None:
            return self.body
        newest = self.pieces[::-1][: self.shown]
        return {"rss": rss, "atom": atom, "json": json_feed}[self.shape](newest)

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.document()).hexdigest()[:16]}"' if self.has_marks else ""


def rss(pieces: list[Piece]) -> bytes:
    items = "".join(
        f"<item><guid>{escape(one.id)}</guid><link>/{one.id[-1]}</link><title>{escape(one.title)}</title>"
        + (f"<pubDate>{format_datetime(one.at)}</pubDate>" if one.at else "")
        + (f"<dc:creator>{escape(one.by)}</dc:creator>" if one.by else "")
        + f"<description>{escape(one.text)}</description></item>"
        for one in pieces
    )
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Haus &amp; Hof</title><link>https://haus.example/</link>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{items}</channel></rss>'.encode()


def atom(pieces: list[Piece]) -> bytes:
    entries = "".join(
        f'<entry><id>{escape(one.id)}</id><link href="/{one.id[-1]}"/><title>{escape(one.title)}</title>'
        + (f"<published>{one.at.isoformat()}</published>" if one.at else "")
        + (f"<updated>{(one.updated or one.at).isoformat()}</updated>" if one.updated or one.at else "")  # type: ignore[union-attr]
        + (f"<author><name>{escape(one.by)}</name></author>" if one.by else "")
        + f'<content type="html">{escape(one.text)}</content></entry>'
        for one in pieces
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Haus &amp; Hof</title><link href="https://haus.example/"/>{entries}</feed>'.encode()


def json_feed(pieces: list[Piece]) -> bytes:
    items = []
    for one in pieces:
        told = {"id": one.id, "url": f"/{one.id[-1]}", "title": one.title, "content_html": one.text}
        told |= {"date_published": one.at.isoformat()} if one.at else {}
        told |= {"date_modified": one.updated.isoformat()} if one.updated else {}
        items.append(told | ({"authors": [{"name": one.by}]} if one.by else {}))
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Haus & Hof",
        "home_page_url": "https://haus.example/",
        "items": items,
    }
    return json.dumps(whole).encode()
