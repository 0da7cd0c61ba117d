"""The Bot API's updates as golden pairs read and write them."""

from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.telegram import read as telegram_read
from allmende.connectors.telegram import write as telegram_write
from allmende.connectors.telegram.listen import Ear
from allmende.connectors.telegram.names import Place


class _Told:
    """A door behind which these updates wait."""

    def __init__(self, updates: list[dict[str, Any]]) -> None:
        self._updates = updates

    def read(self, method: str, params: Any = None) -> Any:
        return self._updates


def read_pair(native: dict[str, Any]) -> list[Item]:
    where = telegram_read.Where(native["bot"], native["chat"], native["discussion"])
    ear = Ear(_Told(native["updates"]), where, "", datetime.now(UTC))  # type: ignore[arg-type]
    return [item for batch in ear.batches() for item in batch.items]


def write_pair(draft: Draft) -> dict[str, Any]:
    answered = Place(-1003, int(draft.reply_to.native_id.removeprefix("p"))) if draft.reply_to else None
    return telegram_write.message(draft, answered.chat if answered else -1002, answered)
