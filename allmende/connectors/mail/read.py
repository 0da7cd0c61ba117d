"""A letter's bytes -> neutral. Whatever a letter holds, something can be read of it; nothing here raises for what it holds."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from typing import Any

from allmende.connectors.mail import headers, words
from allmende.connectors.mail.headers import Person
from allmende.connectors.neutral import Author, Item, Media, Ref

DEEPEST, MOST_PARTS, MOST_ATTACHMENTS = 12, 200, 20
LONGEST_EXCERPT = 2_000
# What our List-Unsubscribe header asks people's mail programs to write, and what people write by hand.
LEAVING = frozenset({"unsubscribe", "abmelden", "abbestellen", "austragen"})
# How Exchange begins the subject of an absence notice, which it marks no clearer than its other letters.
_ABSENCE = re.compile(
    r"(?:automatic reply|automatische antwort|réponse automatique|risposta automatica|respuesta automática|automatisch antwoord"
    r"|automatisk svar|autosvar|automatiskt svar|odpowiedź automatyczna|resposta automática)\s?:",
    re.IGNORECASE,
)
# What happened to a letter as a report says it (RFC 3464, 2.3.3): only this is a letter that came back.
_FAILED = "failed"
_BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `references`: native ids from the root on, the last one answered; `knows_root`: it tells the whole line, not
    only what it answers. `handed_in`: the id it may have been handed in by, where a server gave it its own. `automatic`: "" (a person wrote it),
    "reply" or "bounce"; of a bounce `returned` is the letter that came back, `returned_as` the id that one may have been handed in by,
    `failed` for whom. `is_cut`: read in part."""

    native_id: str
    references: tuple[str, ...]
    sender: Person
    answer_to: tuple[Person, ...]
    recipients: tuple[Person, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Media, ...]
    sizes: tuple[int, ...]
    arrived: datetime
    automatic: str = ""
    returned: str = ""
    returned_as: str = ""
    failed: tuple[str, ...] = ()
    is_cut: bool = False
    knows_root: bool = True
    handed_in: str = ""

    @property
    def is_leaving(self) -> bool:
        """Whether it asks to be taken off the list."""
        return not self.references and self.subject.strip(" .!").lower() in LEAVING

    def is_like(self, other: "Letter") -> bool:
        """Whether it is another copy of the same: lists and forwarders change the head, and add a line below."""
        mine, theirs = self.text.strip(), other.text.strip()
        return mine == theirs or (bool(mine and theirs) and (mine.startswith(theirs) or theirs.startswith(mine)))


@dataclass
class _Content:
    text: str = ""
    html: str = ""

    def __post_init__(self) -> None:
        self.attachments: list[tuple[Media, int]] = []


def letter(content: bytes, arrived: datetime, *, is_cut: bool = False) -> Letter:
    """What a letter says. `arrived`: when the server took it in; the date a letter itself bears is its sender's claim."""
    try:
        message: Message = BytesParser().parsebytes(content)
        found = _content(message)
    except _BROKEN:
        message, found = BytesHeaderParser().parsebytes(content[:100_000]), _Content()
    message_ids = headers.ids(message, "Message-ID")
    references = headers.ids(message, "References")
    knows_root = bool(references)
    answered = headers.ids(message, "In-Reply-To")
    if answered and answered[0] not in references[-1:]:
        references = [one for one in references if one != answered[0]] + [answered[0]]
    native_id = message_ids[0] if message_ids else _nameless(content)
    automatic = _automatic(message)
    (returned, returned_as), failed, is_returned = (
        _returned(message) if automatic == "bounce" else (("", ""), (), False)
    )
    if automatic == "bounce" and not is_returned:
        automatic = "reply"
    sender = next(iter(headers.people(message, "From")), Person(headers.header(message, "From")[:200], ""))
    return Letter(
        native_id,
        tuple(one for one in references if one != native_id),
        sender,
        tuple(headers.people(message, "Reply-To")[:5]) or (sender,),
        tuple(headers.people(message, "To") + headers.people(message, "Cc"))[:100],
        headers.header(message, "Subject")[:300],
        found.text or (words.text_of(found.html) if found.html else ""),
        found.html,
        tuple(medium for medium, _ in found.attachments),
        tuple(size for _, size in found.attachments),
        arrived,
        automatic,
        returned,
        returned_as,
        failed,
        is_cut,
        knows_root or not answered,
        _handed_in(message, native_id),
    )


def items(letter: Letter, us: str, thread: str, *, is_ours: bool) -> list[Item]:
    """What a letter is: a message; for an automatic answer or a bounce a wordless act; for a request to be taken off the list
    both. `is_ours`: it lies among what we sent, so that it is ours indeed; whoever else names our address is a stranger."""
    if letter.automatic:
        return [_automatic_act(letter, us, thread)]
    author = _author(letter, us, is_ours=is_ours)
    parent = letter.references[-1] if letter.references else ""
    message = Item(
        Ref(letter.native_id),
        "message",
        _act(is_ours=is_ours, is_root=not parent),
        author,
        letter.arrived,
        thread,
        reply_to=parent,
        title=letter.subject,
        text=letter.text,
        html=letter.html,
        visibility="direct",
        media=letter.attachments,
        extra=_extra(letter, author),
    )
    if not letter.is_leaving or is_ours:
        return [message]
    left = Item(
        Ref(f"{letter.native_id}~left"), "gesture", "left", author, letter.arrived, thread, target=letter.native_id,
        visibility="direct",
    )  # fmt: skip
    return [message, left]


def _act(*, is_ours: bool, is_root: bool) -> str:
    if is_root:
        return "posted" if is_ours else "asked"
    return "answered" if is_ours else "commented"


def _author(letter: Letter, us: str, *, is_ours: bool) -> Author:
    if is_ours:
        return Author(us, us, letter.sender.name, is_us=True)
    address = letter.sender.address
    if address == us:
        return Author(f"{address}~unproven", address, letter.sender.name)
    return Author(address or f"nobody.{letter.native_id}"[:255], address, letter.sender.name or address)


def _automatic_act(letter: Letter, us: str, thread: str) -> Item:
    """An absence notice is a person's; a bounce is a machine's."""
    is_bounce = letter.automatic == "bounce"
    target = letter.returned or (letter.references[-1] if letter.references else "")
    author = _author(letter, us, is_ours=False)
    if is_bounce:
        author = Author(author.native_id, author.handle, author.name, is_bot=True)
    extra: dict[str, Any] = {"subject": letter.subject, "text": letter.text[:LONGEST_EXCERPT]}
    if letter.failed:
        extra["failed"] = list(letter.failed)
    act = "bounced" if is_bounce else "auto_replied"
    return Item(
        Ref(f"{letter.native_id}~{act}"), "gesture", act, author, letter.arrived, target if is_bounce and target else thread,
        target=target, visibility="direct", extra=extra,
    )  # fmt: skip


def _extra(letter: Letter, author: Author) -> Mapping[str, Any]:
    extra: dict[str, Any] = dict(words.parts_of(letter.text))
    if letter.attachments:
        extra["attachments"] = [
            {"name": medium.name, "type": medium.media_type, "bytes": size}
            for medium, size in zip(letter.attachments, letter.sizes, strict=True)
        ]
    if letter.is_cut:
        extra["is_cut"] = True
    if author.native_id.endswith("~unproven"):
        extra["names_our_address"] = True
    return extra


def _content(message: Message) -> _Content:
    """The first words and everything attached. Of alternatives the plain text and the HTML are both kept."""
    found = _Content()
    for part in _leaves(message, 0):
        kind, name = part.get_content_type(), _file_name(part)
        has_room = len(found.attachments) < MOST_ATTACHMENTS
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_attached and not found.text:
            found.text = _plain_text(part)
        elif kind == "text/html" and not is_attached and not found.html:
            found.html = _decoded(part)[: words.LONGEST]
        elif (is_attached or not kind.startswith(("text/", "multipart/", "message/"))) and has_room:
            size = len(part.get_payload() or "") if part.is_multipart() else len(_bytes(part))
            alt = headers.header(part, "Content-Description")[:1_000]
            found.attachments.append((Media(kind[:100], name=name or kind, alt=alt), size))
    return found


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """The parts that are no containers, in order; a letter inside a letter is one thing."""
    waiting, number = [(message, depth)], 0
    while waiting and number < MOST_PARTS:
        part, depth = waiting.pop()
        number += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            if depth < DEEPEST:
                waiting += [(one, depth + 1) for one in reversed(inner[:MOST_PARTS]) if isinstance(one, Message)]
        else:
            yield part


def _plain_text(part: Message) -> str:
    text = words.lines_of(_decoded(part))
    if str(part.get_param("format", "")).lower() == "flowed":
        text = words.flowed(text, drops_blank=str(part.get_param("delsp", "")).lower() == "yes")
    return text.strip("\n ")


def _decoded(part: Message) -> str:
    charset = part.get_param("charset", "")
    return headers.decoded(_bytes(part), charset if isinstance(charset, str) else str(charset[-1]))


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        name = "?"
    return headers.line(name).replace("\\", "/").rpartition("/")[2].strip()[:200]


def _automatic(message: Message) -> str:
    """RFC 3834 and 3464, and what was usual before them."""
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type", "")).lower()
        return "bounce" if kind in ("delivery-status", "") else "reply"
    submitted = _keyword(headers.header(message, "Auto-Submitted"))
    is_empty_sender = headers.header(message, "Return-Path") == "<>"
    sender = next((one.address for one in headers.people(message, "From")), "")
    if sender.startswith(("mailer-daemon@", "postmaster@")) and (is_empty_sender or submitted not in ("", "no")):
        return "bounce"
    is_older_way = headers.header(message, "X-Autoreply") or headers.header(message, "X-Autorespond")
    is_reply = submitted == "auto-replied" or headers.header(message, "Precedence").lower() == "auto_reply"
    is_absence = submitted == "auto-generated" and _ABSENCE.match(headers.header(message, "Subject").strip())
    return "reply" if is_reply or is_older_way or is_absence else ""


def _returned(message: Message) -> tuple[tuple[str, str], tuple[str, ...], bool]:
    """Of a report (RFC 3464): the native id of the letter it is about with the one that may have been handed in by, whom that did
    not reach with the reason, and whether it came back at all: it may only be late, or have arrived. A report that does not say
    counts as a bounce."""
    returned, failed, actions = ("", ""), [], set()
    for part in _leaves(message, 0):
        kind, inner = part.get_content_type(), part.get_payload()
        blocks = [one for one in inner if isinstance(one, Message)][:MOST_PARTS] if isinstance(inner, list) else []
        if kind == "message/delivery-status":
            for block in blocks:
                recipient = headers.header(block, "Final-Recipient").partition(";")[2].strip()
                action = _keyword(headers.header(block, "Action"))
                actions |= {action} - {""}
                if recipient and action in ("", _FAILED):
                    failed.append(f"{recipient[:254]} {headers.header(block, 'Status')[:20]}".strip())
        elif kind in ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers"):
            head = blocks[0] if blocks else BytesHeaderParser().parsebytes(_bytes(part)[:100_000])
            for native_id in headers.ids(head, "Message-ID")[:1]:
                returned = native_id, _handed_in(head, native_id)
    return returned, tuple(failed[:20]), not actions or _FAILED in actions


def _handed_in(message: Message, native_id: str) -> str:
    """The last id a letter names besides what it answers and its own."""
    others = (native_id, *headers.ids(message, "In-Reply-To"))
    return next((one for one in headers.ids(message, "References")[-1:] if one not in others), "")


def _keyword(value: str) -> str:
    """The word a header begins with; parameters and comments may follow."""
    found = re.match(r"[\w-]+", value.strip().lower())
    return found[0] if found else ""


def _nameless(content: bytes) -> str:
    return f"nameless.{hashlib.sha256(content).hexdigest()[:40]}"
