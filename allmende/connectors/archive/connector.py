"""The archive as a connector: it can be collected from and knows nothing else."""

from collections.abc import Iterator
from pathlib import Path

from allmende.connectors.archive.read import Reader
from allmende.connectors.archive.recognise import Source, open_source
from allmende.connectors.archive.told import Told
from allmende.connectors.contract import Abilities, Connector
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Author, Batch, Item, RefusedRow

# All of a batch is taken in at one go, and nobody else can write as long as that lasts.
BATCH_ROWS = 1_000


class Archive(Connector):
    """Settings: `file` (path of a file or folder), `format` (recognise.FORMATS or "auto"; "jsonl" if absent), `place`
    ("forum", "social"), `map` (our field -> theirs), `bots` (globs), `staff` (names).

    The cursor is the number of the last entry read, so a file that grew is continued. The first look over the archive
    yields batches without items now and then, so that whoever waits sees that it goes on.
    """

    kind = "archive"
    format = ""
    _source: Source | None = None
    _look = 0

    @property
    def abilities(self) -> Abilities:
        return Abilities(history="oldest_first")

    @property
    def progress(self) -> tuple[int, int]:
        """(bytes read, bytes to read), two looks counted."""
        if self._source is None:
            return 0, 0
        box = self._source.box
        if self._look == 2:
            return 2 * box.total, 2 * box.total
        return min(self._look * box.total + box.done, 2 * box.total), 2 * box.total

    def whoami(self) -> Author:
        """The archive itself; raises Refused if it cannot be read, and says in `format` what it is."""
        name = Path(self.settings["file"]).name
        self.format, source = open_source(
            Path(self.settings["file"]), self.settings.get("format", "jsonl"), self.settings.get("map")
        )
        source.box.close()
        return Author(f"archive:{name}", name=name, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        done = _number(cursor)
        path, form = Path(self.settings["file"]), self.settings.get("format", "jsonl")
        self.format, self._source = open_source(path, form, self.settings.get("map"))
        try:
            reader = Reader(
                place=self.settings.get("place", "forum"),
                bots=self.settings.get("bots", ()),
                staff=self.settings.get("staff", ()),
            )
            self._look = 0
            yield from self._look_over(self._source, reader, cursor)
            self._look = 1
            yield from self._read(self._source, reader, done)
            self._look = 2
        finally:
            self._source.box.close()

    def _look_over(self, source: Source, reader: Reader, cursor: str) -> Iterator[Batch]:
        source.box.start_again()
        for number, (_, _, told) in enumerate(source.found(), 1):
            if isinstance(told, Told):
                reader.note(number, told)
            if number % BATCH_ROWS == 0:
                yield Batch((), cursor)

    def _read(self, source: Source, reader: Reader, done: int) -> Iterator[Batch]:
        source.box.start_again()
        items: list[Item] = []
        refused: list[RefusedRow] = []
        number, held = done, 0
        for number, (_, _, told) in enumerate(source.found(), 1):
            if number <= done:
                continue
            if isinstance(told, RefusedRow):
                refused.append(told)
            else:
                items += reader.items(number, told)
            held += 1
            if held == BATCH_ROWS:
                yield Batch(items, str(number), tuple(refused))
                items, refused, held = [], [], 0
        if source.box.is_cut and number >= done:
            refused.append(RefusedRow(0, "file_cut", {}, ""))
            held += 1
        if held:
            yield Batch(items, str(number), tuple(refused))


def _number(cursor: str) -> int:
    if not cursor:
        return 0
    if not cursor.isdigit():
        raise Refused("bad_cursor", cursor)
    return int(cursor)
