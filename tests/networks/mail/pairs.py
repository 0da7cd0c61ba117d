"""Letters as golden pairs read and write them."""

import email
from datetime import UTC, datetime
from email.policy import default
from typing import Any

from allmende.connectors.mail import read, write
from allmende.connectors.mail.headers import Person
from allmende.connectors.neutral import Draft, Item

SENDER = write.Sender("haus@haus.example", "Unser Haus", "rundbrief@listen.example", "https://listen.example/weg")
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


def read_pair(native: dict[str, Any]) -> list[Item]:
    found: list[Item] = []
    for told in native["letters"]:
        letter = read.letter("\r\n".join(told["letter"]).encode(), datetime.fromisoformat(told["arrived"]))
        root = letter.references[0] if letter.references else letter.native_id
        found += read.items(letter, native["us"], root, is_ours=told["folder"] == "Sent")
    return found


def write_pair(draft: Draft) -> dict[str, Any]:
    answered = read.Letter(
        draft.reply_to.native_id, (draft.thread,), Person("Mia", "mia@fern.example"),
        (Person("Mia", "mia@fern.example"),), (Person("", SENDER.address),), "Fahrt\r\nBcc: x@y.example", "", "", (), (), AT,
    ) if draft.reply_to else None  # fmt: skip
    to, content = write.letter(draft, SENDER, answered, "key-1", AT)
    letter = email.message_from_bytes(content, policy=default)
    parts = [part for part in letter.walk() if not part.is_multipart()]
    return {
        "recipients": to,
        "headers": {name: str(letter[name]) for name in HEADERS if letter[name]},
        "parts": [{"type": part.get_content_type(), "text": part.get_content()} for part in parts],
    }
