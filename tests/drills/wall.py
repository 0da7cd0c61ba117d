"""A network that is one file: whatever words it was given for its one message, in their order, each after a moment."""

import time
from pathlib import Path

from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.neutral import Author, Draft, Ref

SLOW_SECONDS = 0.05


class Wall:
    """What stood there."""

    def __init__(self, file: str) -> None:
        self.file = file

    def write(self, text: str) -> None:
        time.sleep(SLOW_SECONDS)
        with Path(self.file).open("a", encoding="utf-8") as wall:
            wall.write(f"{text}\n")

    def heard(self) -> list[str]:
        return Path(self.file).read_text(encoding="utf-8").splitlines()


class Walled(Connector):
    """Settings: `file`."""

    kind = "walled"

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", 5_000), idempotency=Idempotency("none"), can_send=True, can_edit=True
        )

    def whoami(self) -> Author:
        return Author("1", "haus", "Haus", is_us=True)

    def collect(self, cursor: str):
        return iter(())

    def edit(self, ref: Ref, draft: Draft) -> None:
        Wall(str(self.settings["file"])).write(draft.text)
