"""Search over 100,000 messages: the palette over all rooms and the inbox's own field, on SQLite and on PostgreSQL.

`no_hit` looks for a word nobody ever wrote, `many_hits` for one in every third message. A ceiling holds for the whole answer, log-in
and page included, and for the least of the runs: a busy machine only adds to it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benches._bases import bases
from benches.import_messages import WORDS, write_rows
from tools.benches import Figure, ceiling

MESSAGES = 100_000
MOST_MS = {"no_hit": 50.0, "many_hits": 250.0}
PLACE = Path(__file__).resolve().parent.parent


def run(long: bool) -> Iterator[Figure]:
    """Milliseconds of a search without a hit and of one with very many."""
    runs = 100 if long else 30
    for name, around in bases():
        with around as more, tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
            found = _apart(folder, more, runs)
        for case, milliseconds in found.items():
            yield ceiling("search", f"{case}_{name}", milliseconds, MOST_MS[case.split("_", 1)[1]], "ms", runs)


def _apart(folder: str, more: Mapping[str, str], runs: int) -> dict[str, float]:
    """The community and every search in it, in a process of its own: the least ms of each."""
    Path(folder, "static").mkdir()
    environment = os.environ | dict(more) | {
        "ALLMENDE_DATA": folder, "ALLMENDE_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
        "ALLMENDE_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }  # fmt: skip
    command = [sys.executable, "-m", "benches.search", folder, str(runs)]
    done = subprocess.run(
        command, cwd=PLACE, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=1800
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _measured(folder: Path, runs: int) -> dict[str, float]:
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    call_command("migrate", verbosity=0)
    person = _community(folder)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    screens = {"palette": "web:palette", "inbox": "inbox:index"}
    words = {"no_hit": "quetschkommode", "many_hits": WORDS[0]}
    found: dict[str, float] = {}
    for screen, name in screens.items():
        address = reverse(name, args=[person.workspace.slug])
        for case, word in words.items():
            found[f"{screen}_{case}"] = min(_milliseconds(client, f"{address}?q={word}") for _ in range(runs))
    return found


def _milliseconds(client: Any, address: str) -> float:
    begun = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return 1000 * (time.perf_counter() - begun)


def _community(folder: Path) -> Any:
    """A workspace with an archive of all the messages, filed into conversations."""
    from allmende.channels.actions import choose_channel, import_file
    from allmende.inbox.actions import file_imported
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Bench")
    person = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    archive = choose_channel(person=person, name="Archiv", slug="archiv", kind="archive", account=None, now=now)
    write_rows(folder / "past.jsonl", MESSAGES)
    imported = import_file(person=person, channel=archive, path=folder / "past.jsonl", now=now)
    file_imported(import_run=imported, now=now)
    return person


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]))))
