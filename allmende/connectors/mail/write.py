"""Neutral -> a letter (RFC 5322, 2045). Nothing a draft or the answered letter holds can add a header."""

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.mail import headers
from allmende.connectors.mail.read import Letter
from allmende.connectors.neutral import Draft, Media

MOST_REFERENCES = 40
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_ANSWER = re.compile(r"(?:re|aw|antw|sv)(?:\[\d+\])?:", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose letters we write. `newsletter`: the list's address, `unsubscribe`: an https address where one click ends it."""

    address: str
    name: str = ""
    newsletter: str = ""
    unsubscribe: str = ""

    @property
    def domain(self) -> str:
        """Behind the @."""
        return self.address.rpartition("@")[2]


def message_id(sender: Sender, key: str) -> str:
    """The id of what is said under this key, the same at each attempt."""
    return f"{_mark(sender)}{_digest(f'{sender.address} {key}', 32)}@{sender.domain}"


def is_said_by(sender: Sender, native_id: str) -> bool:
    """Whether an id looks as those of this mailbox do; another mailbox of the same domain has others."""
    return native_id.startswith(_mark(sender)) and native_id.endswith(f"@{sender.domain}")


def recipients(draft: Draft, sender: Sender, answered: Letter | None) -> list[str]:
    """Addresses the letter goes to. Refused: there are none. Of what we wrote ourselves the answer goes where that went."""
    if answered is None:
        found = [sender.newsletter] if sender.newsletter else []
    elif answered.sender.address == sender.address:
        found = [one.address for one in answered.recipients][:5]
    else:
        found = [one.address for one in answered.answer_to if one.address]
    found = [one for one in dict.fromkeys(found) if one and one != sender.address] or found[:1]
    if not found or not all(found):
        raise Refused("no_addressee")
    return found


def letter(draft: Draft, sender: Sender, answered: Letter | None, key: str, at: datetime) -> tuple[list[str], bytes]:
    """The addresses and the letter's bytes, lines ended by CRLF."""
    to = recipients(draft, sender, answered)
    policy = SMTP if all(one.isascii() for one in (sender.address, *to)) else SMTPUTF8
    said = EmailMessage(policy)
    said["From"] = _address(sender.name, sender.address)
    said["To"] = [_address("", one) for one in to]
    said["Subject"] = subject(draft, answered)
    said["Date"] = format_datetime(at)
    said["Message-ID"] = f"<{message_id(sender, key)}>"
    ours = message_id(sender, key)
    for name, value in (_place(draft, answered, ours) | ({} if draft.reply_to else _list_headers(sender))).items():
        said[name] = value
    said.set_content(draft.text.replace("\r\n", "\n"), cte="quoted-printable")
    if draft.media or draft.reply_to is None:
        _add_html(said, draft)
    return to, said.as_bytes()


def subject(draft: Draft, answered: Letter | None) -> str:
    """The title; of an answer the subject of what it answers."""
    title = _one_line(answered.subject if answered and draft.reply_to else draft.title)
    if draft.reply_to is None:
        return title
    return title if _ANSWER.match(title) else f"Re: {title}".strip()


def _place(draft: Draft, answered: Letter | None, ours: str) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322, 3.6.4): the root and the nearest stay when it is too long.

    Our own id stands last: outlook.com and others give letters another one, and whoever answers repeats what stands here.
    """
    parent = draft.reply_to.native_id if draft.reply_to else ""
    line = [one for one in (*(answered.references if answered else ()), parent) if headers.can_be_sought(one)]
    kept = line if len(line) <= MOST_REFERENCES else [line[0], *line[-MOST_REFERENCES + 1 :]]
    answers = {"In-Reply-To": f"<{kept[-1]}>"} if kept else {}
    return answers | {"References": " ".join(f"<{one}>" for one in (*kept, ours))}


def _list_headers(sender: Sender) -> dict[str, str]:
    """How to leave the list: by a letter (RFC 2369), and by one click where there is an address for it (RFC 8058)."""
    ways = [f"<{sender.unsubscribe}>"] if sender.unsubscribe else []
    ways.append(f"<mailto:{sender.address}?subject=unsubscribe>")
    # Exchange sends absence notices to lists too, unless it is told not to ([MS-OXCMAIL] 2.1.3.2.20); others see what a list is.
    found = {"List-Unsubscribe": ", ".join(ways), "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if sender.unsubscribe:
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def _add_html(said: EmailMessage, draft: Draft) -> None:
    names = [f"bild-{number}@allmende" for number in range(1, len(draft.media) + 1)]
    said.add_alternative(_html(draft.text, draft.media, names), subtype="html", cte="quoted-printable")
    page = said.get_payload()[-1]  # type: ignore[index]
    for medium, name in zip(draft.media, names, strict=True):
        main, _, sub = medium.media_type.partition("/")
        page.add_related(  # type: ignore[union-attr]
            medium.content,
            main,
            sub,
            cid=f"<{name}>",
            disposition="inline",
            filename=_one_line(medium.name)[:100] or "bild",
        )
        if medium.alt.strip():
            page.get_payload()[-1]["Content-Description"] = _one_line(medium.alt)[:900]  # type: ignore[index,union-attr]


def _html(text: str, media: Sequence[Media], names: Sequence[str]) -> str:
    paragraphs = [one for one in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if one]
    body = [f"<p>{_linked(one).replace(chr(10), '<br>' + chr(10))}</p>" for one in paragraphs]
    body += [
        f'<p><img src="cid:{name}" alt="{html.escape(one.alt)}"></p>' for one, name in zip(media, names, strict=True)
    ]
    return "\n".join(["<!DOCTYPE html>", "<html><body>", *body, "</body></html>"])


def _linked(text: str) -> str:
    parts, position = [], 0
    for found in _LINK.finditer(text):
        address = html.escape(found[0])
        parts += [html.escape(text[position : found.start()]), f'<a href="{address}">{address}</a>']
        position = found.end()
    return "".join([*parts, html.escape(text[position:])])


def _address(name: str, address: str) -> Any:
    try:
        return Address(display_name=_one_line(name), addr_spec=address)
    except (ValueError, IndexError) as error:
        raise Refused("no_addressee", type(error).__name__) from error


def _mark(sender: Sender) -> str:
    return f"allmende.{_digest(sender.address, 8)}."


def _digest(value: str, length: int) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:length]


def _one_line(value: str) -> str:
    return _BLANKS.sub(" ", value.encode("utf-8", "replace").decode()).strip()
