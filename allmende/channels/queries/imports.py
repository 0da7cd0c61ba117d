"""What files brought in, and what they were refused for."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet

from allmende.channels.models import ImportRun, Message
from allmende.team.models import Workspace


def import_runs(workspace: Workspace) -> "QuerySet[ImportRun]":
    """Imports, the newest first."""
    return ImportRun.objects.filter(workspace=workspace).select_related("channel", "created_by").order_by("-created_at")


def refused_file(run: ImportRun) -> Path:
    """Where the rows lie that a run refused: JSON lines of line, reason_code, values, raw. Absent if none was."""
    folder: Path = settings.DATA / "imports"
    return folder / f"{run.pk}.jsonl"


def import_facts(run: ImportRun) -> dict[str, Any]:
    """What the run's channel holds from imports: threads, members, first_at, last_at (aware, None if nothing)."""
    rows = Message.objects.filter(channel=run.channel, origin="import")
    return rows.aggregate(
        threads=Count("thread_native_id", distinct=True),
        members=Count("identity", distinct=True),
        first_at=Min("occurred_at"),
        last_at=Max("occurred_at"),
    )


def refused_rows(run: ImportRun, limit: int = 100) -> list[dict[str, Any]]:
    """The first refused rows of a run: line, reason_code, values, raw."""
    file = refused_file(run)
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]
