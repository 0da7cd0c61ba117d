"""SQLite whose writers stand in a row: of the threads of one process each waits for the one before it.

Left to itself, SQLite lets whoever finds the file locked sleep and ask again, longer each time; who asks at the right moment
comes first, and a writer that has bad luck waits for many others (decision 28). Other processes are waited for as ever.
"""

import threading
import time
from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

SHORT_SECONDS = 0.05
# Longer statements are lists of values, each of another length: remembered, they would only fill the memory.
LONGEST_REMEMBERED = 10_000
_turns: "defaultdict[str, threading.Lock]" = defaultdict(threading.Lock)


class Cursor(base.SQLiteCursorWrapper):
    """Rewrites the places of the values once per statement, not each time it is asked."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        if param_names is None and len(query) <= LONGEST_REMEMBERED:
            return _with_marks(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=512)
def _with_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction begins when it is this connection's turn, and hands the turn on when it ends."""

    _turn: "threading.Lock | None" = None

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

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
        if waited < SHORT_SECONDS:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self._wait_at_most(max(patience - waited, 0))
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        finally:
            self._wait_at_most(patience)

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
            self._release()

    def _hand_on(self) -> None:
        """A commit that failed leaves the transaction open: then it is still our turn."""
        if self.connection is None or not self.connection.in_transaction:
            self._release()

    def _release(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
