"""SQLite whose writers stand in a row: of the threads of one process each waits for the one before it.

Left to itself, SQLite lets whoever finds the file locked sleep and ask again, longer each time; who asks at the right moment
comes first, and a writer that has bad luck waits for many others (decision 28). A writer that finds another process writing says
so by a lock on a file beside the database, and asks again at once; who sees that lock lets it go first (decision 36).
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features

SHORT_SECONDS = 0.05
# Longer statements are lists of values, each of another length: remembered, they would only fill the memory.
LONGEST_REMEMBERED = 10_000
# How soon a writer that waits for another process asks again, and for how long one that could begin lets it go first.
ASK_SECONDS, COURTESY_SECONDS = 0.001, 0.02
_turns: "defaultdict[str, threading.Lock]" = defaultdict(threading.Lock)


class Cursor(base.SQLiteCursorWrapper):
    """Rewrites the places of the values once per statement, not each time it is asked; a change outside a transaction gets one.

    What such a change gives back (RETURNING) is read before that transaction ends, and handed out afterwards.
    """

    wrapper: "DatabaseWrapper"
    _given: "Iterator[Any] | None" = None

    def execute(self, query: str, params: Any = None) -> Any:
        self._given = None
        if self._belongs_to_others(query):
            return super().execute(query, params)
        with self.wrapper.alone():
            super().execute(query, params)
            if self.description:
                self._given = iter(super().fetchall())
        return self

    def executemany(self, query: str, param_list: Any) -> Any:
        """All of them or none, where each would have been a transaction of its own."""
        self._given = None
        with nullcontext() if self._belongs_to_others(query) else self.wrapper.alone():
            return super().executemany(query, param_list)

    def fetchone(self) -> Any:
        return super().fetchone() if self._given is None else next(self._given, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return super().fetchmany(size) if self._given is None else list(islice(self._given, size))

    def fetchall(self) -> list[Any]:
        return super().fetchall() if self._given is None else list(self._given)

    def __iter__(self) -> Any:
        return super().__iter__() if self._given is None else self._given

    def _belongs_to_others(self, query: str) -> bool:
        """Whether it changes nothing, or belongs to a transaction that has begun."""
        return not _is_change(query) or self.connection.in_transaction or not self.wrapper.autocommit

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        if param_names is None and len(query) <= LONGEST_REMEMBERED:
            return _with_marks(query)
        return super().convert_query(query, param_names=param_names)


def _is_change(query: str) -> bool:
    """Whether it writes. Not remembered: to look costs less, and long ones are many."""
    return query.startswith(("UPDATE ", "INSERT ", "DELETE ", "REPLACE "))


@lru_cache(maxsize=512)
def _with_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Features(features.DatabaseFeatures):
    """What Django would find out by a transaction of its own: while somebody writes, "locked" would count as "cannot" for as
    long as the thread lives."""

    supports_json_field = True


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction begins when it is this connection's turn, and hands the turn on when it ends."""

    features_class = Features
    _turn: "threading.Lock | None" = None
    _sign_file: int | None = None

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction around one statement: else it would wait as SQLite lets it, behind everybody who stands in the row."""
        self._start_transaction_under_autocommit()
        try:
            yield
            self._commit()
        except BaseException:
            self._rollback()
            raise

    def _start_transaction_under_autocommit(self) -> None:
        began, patience = time.monotonic(), float(self.settings_dict["OPTIONS"].get("timeout", 5))
        turn = _turns[str(self.settings_dict["NAME"])]
        if not turn.acquire(timeout=patience):
            raise OperationalError("database is locked")
        try:
            self._begin(patience, waited=time.monotonic() - began)
        except BaseException:
            turn.release()
            raise
        self._turn = turn

    def _begin(self, patience: float, waited: float) -> None:
        """What was waited for the turn is taken off what is waited for other processes."""
        end, sign = time.monotonic() + max(patience - waited, 0), self._sign()
        if sign is None:
            self._wait_at_most(max(patience - waited, 0) if waited >= SHORT_SECONDS else patience)
        else:
            _let_go_first(sign)
            self._wait_at_most(0)
        try:
            while not self._is_begun(time.monotonic() < end and sign is not None):
                fcntl.flock(sign, fcntl.LOCK_SH)  # type: ignore[arg-type]  # asked for only with a sign
                time.sleep(ASK_SECONDS)
        finally:
            if sign is not None:
                fcntl.flock(sign, fcntl.LOCK_UN)
            self._wait_at_most(patience)

    def _is_begun(self, is_patient: bool) -> bool:
        """Whether the transaction began. Raises OperationalError for whatever else happened, a wait that is over included."""
        had_errors = self.errors_occurred
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except OperationalError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0)
            if not is_patient or code & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            self.errors_occurred = had_errors
            return False
        return True

    def _sign(self) -> int | None:
        """The file by whose lock a writer says that it waits; None for a database that is no file, or where none can be made."""
        name = str(self.settings_dict["NAME"])
        if self._sign_file is None and "memory" not in name:
            with suppress(OSError):
                self._sign_file = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._sign_file

    def _wait_at_most(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._hand_on()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._hand_on()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            if self._sign_file is not None:
                os.close(self._sign_file)
                self._sign_file = None
            self._release()

    def _hand_on(self) -> None:
        """A commit that failed leaves the transaction open: then it is still our turn."""
        if self.connection is None or not self.connection.in_transaction:
            self._release()

    def _release(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()


def _let_go_first(sign: int) -> None:
    """As long as somebody of another process waits, but no longer than one short transaction takes."""
    end = time.monotonic() + COURTESY_SECONDS
    while time.monotonic() < end:
        try:
            fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(ASK_SECONDS)
        else:
            fcntl.flock(sign, fcntl.LOCK_UN)
            return
