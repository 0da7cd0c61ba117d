"""A network whose log-ins end and whose refresh tokens rotate: each is taken once, and then it is void."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from allmende.connectors.contract import Abilities, Connector, Idempotency
from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.neutral import Author, Batch, Draft, Receipt, Ref
from allmende.connectors.secret import Secret

SCHEMA = """
CREATE TABLE token (access TEXT PRIMARY KEY, refresh TEXT UNIQUE, is_over INTEGER DEFAULT 0, is_spent INTEGER DEFAULT 0);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE said (key TEXT, text TEXT);
"""


class Authority:
    """What the network knows about tokens, in a file that several workers may use."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)

    def open(self) -> str:
        """Make the network; the first secret."""
        with closing(sqlite3.connect(self.file)) as db, db:
            db.executescript(SCHEMA)
        return self.grant()

    def grant(self) -> str:
        with closing(sqlite3.connect(self.file, timeout=5)) as db, db:
            number = db.execute("SELECT count(*) FROM token").fetchone()[0]
            db.execute("INSERT INTO token (access, refresh) VALUES (?, ?)", (f"a{number}", f"r{number}"))
        return json.dumps({"access": f"a{number}", "refresh": f"r{number}"})

    def let_end(self) -> None:
        with closing(sqlite3.connect(self.file)) as db, db:
            db.execute("UPDATE token SET is_over = 1")

    def revoke(self) -> None:
        with closing(sqlite3.connect(self.file)) as db, db:
            db.execute("UPDATE token SET is_over = 1, is_spent = 1")

    def asked(self, question: str) -> int:
        with closing(sqlite3.connect(self.file)) as db:
            return db.execute(question).fetchone()[0]

    def refreshes(self) -> int:
        return self.asked("SELECT count(*) FROM token") - 1

    def is_known(self, access: str) -> bool:
        with closing(sqlite3.connect(self.file, timeout=5)) as db:
            row = db.execute("SELECT is_over FROM token WHERE access = ?", (access,)).fetchone()
        return row is not None and not row[0]

    def refresh(self, refresh: str) -> str:
        with closing(sqlite3.connect(self.file, timeout=5)) as db, db:
            spent = db.execute("UPDATE token SET is_spent = 1 WHERE refresh = ? AND is_spent = 0", (refresh,)).rowcount
        if not spent:  # a token used twice: somebody stole it, so everything ends
            self.revoke()
            raise LoggedOut("revoked")
        time.sleep(0.05)
        return self.grant()


class Rotating(Connector):
    """Settings: `file`, `ends_at` (ISO, optional), `mood` ("", "silent", "empty", "bound")."""

    kind = "rotating"

    @property
    def abilities(self) -> Abilities:
        return Abilities(can_send=True, can_thread=True, can_delete=True, idempotency=Idempotency("none"))

    @property
    def expires_at(self) -> datetime | None:
        ends_at = self.settings.get("ends_at")
        if not ends_at or self._token("access") != "a0":
            return None
        return datetime.fromisoformat(ends_at).astimezone(UTC)

    def whoami(self) -> Author:
        self._prove()
        return Author("us", "us", "We", is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        self._prove()
        yield Batch([], "1")

    def send(self, draft: Draft, key: str) -> Receipt:
        self._prove()
        with closing(sqlite3.connect(self.settings["file"])) as db, db:
            db.execute("INSERT INTO said VALUES (?, ?)", (key, draft.text))
        return Receipt(Ref(key), datetime.now(UTC))

    def renew(self) -> Secret:
        mood = self.settings.get("mood", "")
        if mood == "silent":
            raise TryLater(reason_code="not_reached")
        if mood == "bound":
            raise LoggedOut("not_renewable")
        return Secret("" if mood == "empty" else self._authority.refresh(self._token("refresh")))

    @property
    def _authority(self) -> Authority:
        return Authority(Path(self.settings["file"]))

    def _token(self, name: str) -> str:
        if not self.secret:
            raise LoggedOut("no_token")
        return str(json.loads(self.secret.reveal())[name])

    def _prove(self) -> None:
        if not self._authority.is_known(self._token("access")):
            raise LoggedOut("expired")
