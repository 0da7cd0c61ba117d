"""A file of JSON lines."""

import pytest

from allmende.connectors.archive.connector import Archive
from allmende.connectors.http import Client
from tests.networks.stage import Stage

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    row = '{{"message_id": {0}, "thread_id": {0}, "author": "mia", "created_at": "2026-01-01", "text": "Frage {0}"}}\n'
    settings = request.getfixturevalue("archive_settings")(row.format(0))  # an empty file is no archive

    def fill(number: int) -> None:
        request.getfixturevalue("archive_settings")("".join(row.format(turn) for turn in range(number)))

    return Stage(Archive(settings, None, Client()), None, fill)
