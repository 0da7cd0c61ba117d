"""What a check is given, and what it gives back."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet

from allmende.team.models import Workspace

Row = TypeVar("Row", bound=Model)


class Trouble(NamedTuple):
    """A mistake that was found, and what to do about it: two sentences in the reader's language."""

    finding: str
    remedy: str


@dataclass(frozen=True)
class Look:
    """When and where we look. With `workspace` nothing of other workspaces is told; the machine is everybody's."""

    now: datetime
    workspace: Workspace | None = None

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None

    @property
    def data(self) -> Path:
        folder: Path = settings.DATA
        return folder

    def own(self, rows: "QuerySet[Row]", path: str = "workspace") -> "QuerySet[Row]":
        """The rows of the workspace that is looked at, or of all."""
        return rows.filter(**{path: self.workspace}) if self.workspace else rows


def listed(names: list[str], most: int = 5) -> str:
    """Some names, and how many more."""
    shown = ", ".join(names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
