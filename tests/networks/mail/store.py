"""What the server keeps: folders of letters with UIDs that only grow, and everything it took in for others."""

import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class Kept:
    """One letter in a folder."""

    uid: int
    content: bytes
    arrived: datetime
    flags: set[str] = field(default_factory=set)


@dataclass
class Folder:
    """A folder; `validity` changes when the server counts anew."""

    uses: tuple[str, ...] = ()
    validity: int = 1
    following: int = 1
    letters: list[Kept] = field(default_factory=list)

    def put(self, content: bytes, arrived: datetime, flags: set[str] | None = None) -> int:
        self.letters.append(Kept(self.following, content, arrived, set(flags or ())))
        self.following += 1
        return self.following - 1


@dataclass
class Store:
    """One person's mailbox. `delivered`: (recipients, letter) as the world got them, the only judge of lost and doubled.

    `renames`: what is handed in gets an id of the server's own, as at outlook.com. `tokens`: what opens it beside the password, where `capabilities` and `features` name a way for tokens.
    `faults` maps a command ("AUTH", "RCPT", "DATA", "END", "APPEND", "FETCH", ...) to what happens at it, once: a line to answer,
    or "cut", "silence", "cut after" (done, but the answer never arrives), "flood".
    """

    user: str = "haus@haus.example"
    password: str = "geheim 1ß"
    folders: dict[str, Folder] = field(default_factory=dict)
    delivered: list[tuple[list[str], bytes]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    keeps_sent: bool = False
    renames: bool = False
    tokens: set[str] = field(default_factory=set)
    capabilities: str = "IMAP4rev1 AUTH=PLAIN UIDPLUS SPECIAL-USE"
    features: tuple[str, ...] = ("AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8")
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    heard: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    is_tls_first: bool = False
    sudden: str = ""
    renamed: int = 0

    def __post_init__(self) -> None:
        self.folders = {
            "INBOX": Folder(),
            "Entw&APw-rfe": Folder(("\\Drafts",)),
            "Gesendet": Folder(("\\Sent",)),
        }

    @property
    def sent(self) -> Folder:
        return self.folders["Gesendet"]

    @property
    def drafts(self) -> Folder:
        return self.folders["Entw&APw-rfe"]

    def arrive(self, content: bytes, at: datetime | None = None, folder: str = "INBOX") -> int:
        """Somebody's letter comes; its UID."""
        with self.lock:
            return self.folders[folder].put(content, at or self.clock())

    def take_in(self, recipients: list[str], content: bytes) -> None:
        """We handed a letter in."""
        if self.renames:
            self.renamed += 1
            content = re.sub(
                rb"(?m)^Message-ID: <[^>]*>", b"Message-ID: <AM%d@am.prod.outlook.com>" % self.renamed, content
            )
        with self.lock:
            self.delivered.append((recipients, content))
            if self.keeps_sent:
                self.sent.put(content, self.clock(), {"\\Seen"})

    def knows(self, way: str, proof: bytes) -> bool:
        """Whether what was said by XOAUTH2 or OAUTHBEARER names our user and a token that counts."""
        head, *parts = proof.decode().split("\x01")
        user = head.removeprefix("user=") if way == "XOAUTH2" else head.removeprefix("n,a=").removesuffix(",")
        token = next((one.removeprefix("auth=Bearer ") for one in parts if one.startswith("auth=")), "")
        return user.replace("=2C", ",").replace("=3D", "=") == self.user and token in self.tokens

    def fault(self, place: str) -> str:
        with self.lock:
            waiting = self.faults.get(place, [])
            return waiting.pop(0) if waiting else ""
