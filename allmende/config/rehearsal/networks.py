"""The networks a copy stands at: one for each channel, in files of their own, served as long as they are there."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from allmende.channels.actions import script_the_practice
from allmende.config.rehearsal import words
from allmende.team.models import Workspace

# Whose posts stand under a title, as threads
FORUMS = ("own_forum", "intranet", "newsletter", "event")
# What their files' names begin with, before the key of the copy
STEM = "sandbox-drill-"


def network_file(copy: Workspace, number: int) -> str:
    """The file of the copy's network of this number, by its name in the data folder."""
    return f"{STEM}{copy.pk.hex}-{number}.sqlite3"


def begin_life(copy: Workspace, file: str, now: datetime) -> None:
    """Give a network members who react; from then on it is served (`python -m allmende.connectors.sandbox`)."""
    script_the_practice(script={"since": now.isoformat(), **words.reactions(copy.language), "threads": []}, file=file)


def take_away() -> None:
    """Remove the networks of copies that are gone, of one whose removal was cut short too; whoever serves one lets go of it."""
    # Looked for first: a copy is there before its networks.
    files = sorted(Path(settings.DATA).glob(f"{STEM}*.sqlite3*"))
    standing = {pk.hex for pk in Workspace.objects.filter(rehearsal_of__isnull=False).values_list("pk", flat=True)}
    for file in files:
        if file.name.removeprefix(STEM).partition("-")[0] not in standing:
            file.unlink(missing_ok=True)
