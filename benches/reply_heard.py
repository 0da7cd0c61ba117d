"""A member replies on the network: how long until the reply stands in the inbox, where the network tells at once that something is new?

A real worker holds the practice network's stream and would otherwise ask once in ten minutes. From the moment the network took the reply to
the moment its conversation can be read in the database.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from allmende.connectors.sandbox.network import Network, Words
from benches._practice import apart, open_channels, served, told, wait_until, working
from tools.benches import Figure, ceiling

REPLIES, LONG_REPLIES = 8, 40
MOST_SECONDS = 5.0
PATIENCE_SECONDS = 60.0
QUIET_SECONDS = 600


def run(long: bool) -> Iterator[Figure]:
    """The slowest of them."""
    number = LONG_REPLIES if long else REPLIES
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        folder = Path(name)
        file, environment = folder / "network.sqlite3", told(folder, {})
        with served(file) as network:
            apart("reply_heard", environment, "prepare", str(file))
            with working(environment):
                if not wait_until(lambda: _stands(network, folder / "allmende.sqlite3"), PATIENCE_SECONDS):
                    raise SystemExit("The worker holds no stream.")
                slowest = max(_heard(network, folder / "allmende.sqlite3", text) for text in _texts(number))
    yield ceiling("reply_heard", f"slowest_of_{number}", slowest, MOST_SECONDS, "s", number)


def _texts(number: int) -> list[str]:
    return [f"Antwort {place}." for place in range(number)]


def _heard(network: Network, database: Path, text: str) -> float:
    """Seconds from a member's reply at the network to its conversation here."""
    member = network.member("Karl Beispiel")
    ours = next(row for row in network.public_log() if row["text"].startswith("Beitrag"))
    network.say(member, Words(text, parent=str(ours["post_id"])), now=datetime.now(UTC))
    begun = time.monotonic()
    is_there = (
        "SELECT 1 FROM channels_message AS m JOIN inbox_entry AS e ON e.message_id = m.id"
        " JOIN inbox_conversation AS c ON c.id = e.conversation_id WHERE m.text = ? AND c.waiting_since IS NOT NULL"
    )
    if not wait_until(lambda: bool(_asked(database, is_there, text)), PATIENCE_SECONDS, 0.02):
        return float("inf")
    return time.monotonic() - begun


def _stands(network: Network, database: Path) -> bool:
    """Our post is out, the worker holds the stream, and what was there before is read."""
    is_held = "SELECT 1 FROM channels_account WHERE heard_until IS NOT NULL"
    is_read = "SELECT 1 FROM channels_cursor WHERE reads_until IS NULL AND news_at IS NULL AND next_at > datetime('now', '+5 minutes')"
    has_entry = "SELECT 1 FROM inbox_entry"
    return bool(network.public_log()) and all(_asked(database, one) for one in (is_held, is_read, has_entry))


def _asked(database: Path, question: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as base:
        return base.execute(question, values).fetchall()


def prepare(file: str) -> None:
    """A house that has something to answer, at a network it would else ask once in ten minutes."""
    from allmende.channels.actions import hand_over

    person, (channel,) = open_channels({"konto": {}}, file, streams=True, ask_every_seconds=QUIET_SECONDS)
    now = datetime.now(UTC)
    hand_over(person=person, channel=channel, kind="post", text="Beitrag.", send_after=now, now=now)


if __name__ == "__main__":
    import django

    django.setup()
    prepare(sys.argv[2])
