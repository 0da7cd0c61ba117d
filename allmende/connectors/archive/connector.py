"""The archive as a connector: it can be collected from and knows nothing else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from allmende.connectors.archive.read import Broken, Reader, refusal
from allmende.connectors.archive.rows import open_rows, read_rows, renamed
from allmende.connectors.contract import Abilities, Connector
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Author, Batch, Item, RefusedRow

BATCH_ROWS = 10_000


class Archive(Connector):
    """Settings: `file` (path), `place` ("forum", "social"), `map` (our field -> theirs), `bots` (globs),
    `staff` (names). The cursor is the number of the last line read, so a file that grew is continued."""

    kind = "archive"

    @property
    def abilities(self) -> Abilities:
        return Abilities(history="oldest_first")

    def whoami(self) -> Author:
        """The archive itself; raises Refused if the file is not there."""
        open_rows(self._path).close()
        return Author(f"archive:{self._path.name}", name=self._path.name, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        reader = Reader(
            place=self.settings.get("place", "forum"),
            bots=self.settings.get("bots", ()),
            staff=self.settings.get("staff", ()),
        )
        self._look_over(reader)
        done = _line(cursor)
        items: list[Item] = []
        refused: list[RefusedRow] = []
        number, held = done, 0
        with open_rows(self._path) as file:
            for number, size, row in read_rows(file):
                if number <= done:
                    continue
                if isinstance(row, RefusedRow):
                    refused.append(row)
                else:
                    _take(reader, number, size, self._ours(row), items, refused)
                held += 1
                if held == BATCH_ROWS:
                    yield Batch(items, str(number), tuple(refused))
                    items, refused, held = [], [], 0
        if held:
            yield Batch(items, str(number), tuple(refused))

    @property
    def _path(self) -> Path:
        return Path(self.settings["file"])

    def _ours(self, row: dict[str, object]) -> dict[str, object]:
        names: Mapping[str, str] | None = self.settings.get("map")
        return renamed(row, names) if names else row

    def _look_over(self, reader: Reader) -> None:
        with open_rows(self._path) as file:
            for number, _, row in read_rows(file):
                if isinstance(row, RefusedRow):
                    continue
                try:
                    reader.note(number, self._ours(row))
                except Broken:
                    continue


def _take(
    reader: Reader,
    number: int,
    size: int,
    row: dict[str, object],
    items: list[Item],
    refused: list[RefusedRow],
) -> None:
    try:
        items += reader.items(number, size, row)
    except Broken as broken:
        refused.append(refusal(number, row, broken))


def _line(cursor: str) -> int:
    if not cursor:
        return 0
    if not cursor.isdigit():
        raise Refused("bad_cursor", cursor)
    return int(cursor)
