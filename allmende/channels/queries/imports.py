"""What files brought in, and what they were refused for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import nh3
from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from allmende.channels.models import Channel, ImportRun, Message
from allmende.connectors.archive.connector import Archive
from allmende.connectors.archive.glance import Glance, glance
from allmende.connectors.archive.table import DATE_FORMATS, FIELDS
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.team.models import Workspace

# Before that nobody wrote on a network of today: such a time is a mistake.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def import_runs(workspace: Workspace) -> "QuerySet[ImportRun]":
    """Imports, the newest first."""
    return ImportRun.objects.filter(workspace=workspace).select_related("channel", "created_by").order_by("-created_at")


def refused_file(run: ImportRun) -> Path:
    """Where the rows lie that a run refused: JSON lines of line, reason_code, values, raw. Absent if none was."""
    folder: Path = settings.DATA / "imports"
    return folder / f"{run.pk}.jsonl"


# How a table may be written, for whoever asks people about it.
TABLE_FIELDS, TABLE_DATES = FIELDS, DATE_FORMATS
CANNOT_READ = Refused


def archive_of(path: Path, channel: Channel, choices: Mapping[str, Any]) -> Archive:
    """What reads the file for this channel. `choices`: format, map, staff, bots."""
    given = {
        "file": str(path),
        "format": choices.get("format", "auto"),
        "place": "social" if channel.kind == "social_network" else "forum",
        "map": dict(choices.get("map") or {}),
        "bots": tuple(choices.get("bots") or ()),
        "staff": tuple(choices.get("staff") or ()),
    }
    return Archive(given, None, Client())


def glance_at(run: ImportRun) -> Glance:
    """The beginning of the run's file as it would arrive. Raises `connectors.errors.Refused`."""
    return glance(archive_of(Path(run.path), run.channel, run.choices).settings)


def plain_words(html: str) -> str:
    """The words of a piece of foreign HTML, on one line and without its marks."""
    return " ".join(unescape(nh3.clean(html, tags=set())).split())


def uploads_folder() -> Path:
    """Where files lie that were uploaded for an import."""
    folder: Path = settings.DATA / "imports" / "uploads"
    return folder


def placed_folder() -> Path:
    """Where people of the machine place files that are too large to upload."""
    folder: Path = settings.DATA / "import"
    return folder


def placed_files() -> list[Path]:
    """What lies there, by name; hidden files and links are none."""
    folder = placed_folder()
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if not one.name.startswith(".") and not one.is_symlink())


def forget_upload(run: ImportRun) -> None:
    """Remove a run's uploaded file; one that somebody placed is theirs."""
    path = Path(run.path)
    if run.path and path.parent.parent == uploads_folder():
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


def import_facts(run: ImportRun) -> dict[str, Any]:
    """What the run's channel holds from imports: threads, members, first_at, last_at (aware, None if nothing)."""
    rows = Message.objects.filter(channel=run.channel, origin="import")
    return rows.aggregate(
        threads=Count("thread_native_id", distinct=True),
        members=Count("identity", distinct=True),
        first_at=Min("occurred_at"),
        last_at=Max("occurred_at"),
    )


def odd_times(run: ImportRun) -> tuple[int, int]:
    """How many of the run's rows were said before 1990, when nobody counts yet, and how many after their file was given us, however
    long reading it took; one query. A clock or the way in which times are written is wrong there, and nobody would see it in their
    number."""
    early, late = Count("pk", filter=Q(occurred_at__lt=EARLIEST)), Count("pk", filter=Q(occurred_at__gt=run.created_at))
    found = Message.objects.filter(import_run=run).aggregate(early=early, late=late)
    return found["early"], found["late"]


def refused_rows(run: ImportRun, limit: int = 100) -> list[dict[str, Any]]:
    """The first refused rows of a run: line, reason_code, values, raw."""
    file = refused_file(run)
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]
