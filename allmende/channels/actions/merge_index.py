"""Words that were erased leave the index for good, not only what it finds."""

from django.db import connection

INDEXES = ("channels_message_words_fts", "channels_message_fts")
# Pages at once: nobody else writes meanwhile.
PAGES = 200
# A merge that had nothing to do changes one row, the one that asked for it.
NOTHING = 1


def merge_index() -> None:
    """SQLite keeps a deleted word twice until the parts of its index are merged: where it stood, and in the note that it is gone.

    Merges them, a few pages in each transaction. PostgreSQL keeps the words in the row: VACUUM gives its place away.
    """
    if connection.vendor == "sqlite":
        for index in INDEXES:
            _merge(index)


def _merge(index: str) -> None:
    asked = f"INSERT INTO {index}({index}, rank) VALUES ('merge', %s)"  # noqa: S608 - one of INDEXES
    with connection.cursor() as cursor:
        pages = -PAGES  # begun by a negative number, it takes all parts together
        while True:
            before = _changes()
            cursor.execute(asked, [pages])
            if _changes() - before <= NOTHING:
                return
            pages = PAGES


def _changes() -> int:
    found: int = connection.connection.total_changes
    return found
