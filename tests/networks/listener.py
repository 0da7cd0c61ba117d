"""Whoever listens for a while: collects with a clock that can be moved, and keeps the cursor."""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from allmende.connectors.neutral import Item


class Listener:
    """`module`: where the connector takes its time from."""

    def __init__(self, ground: Any, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ground, self.cursor, self.skipped, moved = ground, "", 0.0, self

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
                return datetime.now(tz) + timedelta(seconds=moved.skipped)

        monkeypatch.setattr(module, "datetime", Clock)

    def hear(self, wait: float = 0, **settings: Any) -> list[Item]:
        """What is new after so many seconds."""
        self.skipped += wait
        items = []
        for batch in self.ground.connector(**settings).collect(self.cursor):
            self.cursor = batch.cursor
            items += batch.items
        return items

    def texts(self, wait: float = 0) -> list[str]:
        """The words of what is new."""
        return [item.text for item in self.hear(wait)]
