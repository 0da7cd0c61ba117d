"""The networks a copy stands at: one for each channel, in files of their own, served as long as they are there."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from allmende.channels.actions import script_the_practice
from allmende.config.rehearsal import words
from allmende.team.models import Workspace

# Whose posts stand under a title, as threads
FORUMS = ("own_forum", "intranet", "newsletter", "event")


def network_file(copy: Workspace, number: int) -> str:
    """The file of the copy's network of this number, by its name in the data folder."""
    return f"{_stem(copy)}-{number}.sqlite3"


def begin_life(copy: Workspace, file: str, now: datetime) -> None:
    """Give a network members who react; from then on it is served (`python -m allmende.connectors.sandbox`)."""
    script_the_practice(script={"since": now.isoformat(), **words.reactions(copy.language), "threads": []}, file=file)


def take_away(copy: Workspace) -> None:
    """Remove the copy's networks; whoever serves one lets go of it."""
    for file in sorted(Path(settings.DATA).glob(f"{_stem(copy)}-*.sqlite3*")):
        file.unlink(missing_ok=True)


def _stem(copy: Workspace) -> str:
    return f"sandbox-drill-{copy.pk.hex}"
