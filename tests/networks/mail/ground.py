"""A running mail server: our mailbox, a list, and members who write."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.http import Client, Limits
from allmende.connectors.mail.connector import Mail
from allmende.connectors.secret import Secret
from tests.networks.mail.imap import Imap
from tests.networks.mail.line import Face
from tests.networks.mail.smtp import Smtp
from tests.networks.mail.store import Store
from tests.networks.patience import PATIENT

LIST = "rundbrief@listen.example"


@dataclass
class Ground:
    """Both faces and what they keep."""

    store: Store
    imap: Face
    smtp: Face
    limits: Limits = PATIENT
    written: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def client(self) -> Client:
        neighbours = frozenset({("127.0.0.1", self.imap.port), ("127.0.0.1", self.smtp.port)})
        return Client(limits=self.limits, neighbours=neighbours)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them."""
        return {
            "address": self.store.user,
            "user": self.store.user,
            "name": "Unser Haus",
            "imap": f"127.0.0.1:{self.imap.port}",
            "smtp": f"127.0.0.1:{self.smtp.port}",
            "newsletter": LIST,
            "unsubscribe": "",
            "sent": "Gesendet",
            "drafts": "Entw&APw-rfe",
            "since": (datetime.now(UTC) - timedelta(days=90)).isoformat(),
        }

    def connector(self, password: str | None = None, **settings: Any) -> Mail:
        secret = Secret(self.store.password if password is None else password)
        return Mail(self.settings | settings, secret, self.client)

    def write(self, text: str, *, answers: str = "", line: str = "", at: datetime | None = None, **heads: str) -> str:
        """A member's letter arrives; its Message-ID without brackets."""
        self.written += 1
        native_id = heads.pop("message_id", f"{self.written}.mia@fern.example")
        head = {"From": "Mia Muster <mia@fern.example>", "To": self.store.user, "Subject": f"Frage {self.written}"}
        head |= {name.replace("_", "-").title(): value for name, value in heads.items()}
        if answers:
            head["In-Reply-To"] = f"<{answers}>"
        if line or answers:
            head["References"] = line or f"<{answers}>"
        head |= {"Message-ID": f"<{native_id}>", "Content-Type": head.get("Content-Type", "text/plain; charset=utf-8")}
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        self.store.arrive("\r\n".join([*lines, "", text, ""]).encode(), at)
        return native_id

    def end(self) -> None:
        self.imap.end()
        self.smtp.end()


def started() -> Ground:
    """A server with an empty mailbox, served until `end`."""
    store = Store()
    return Ground(store, Face(store, Imap), Face(store, Smtp))
