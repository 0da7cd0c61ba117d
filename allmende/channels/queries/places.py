"""Where we are: a fingerprint of machine, data folder and database whose key lies outside the database."""

import hashlib
import json
import socket
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from allmende.channels.models import Dispatch, Pause
from allmende.channels.states import CLOCK, HELD, LOOKED_FOR_FIRST, UNCLEAR, WAITING
from allmende.team.models import Workspace

# Read at every claim: of lines that only grow these are enough, whatever became of the very last.
LAST_LINES = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """What the file beside the database says: the key of this place, what was claimed here, "restored" after a restore."""

    key: str
    claims: int = 0
    origin: str = ""

    def written(self) -> str:
        return json.dumps(asdict(self))


def mark_file() -> Path:
    """Where the mark lies: in the data folder, never in the database nor in a backup."""
    file: Path = settings.PLACE_FILE
    return file


def read_mark() -> Mark | None:
    """The mark of this place; None if there is none yet, or none that can be read. Its first line is the mark, each that follows
    how much was claimed by then; one that is not whole yet is smaller, so the largest of the last ones counts. After the power
    went, zeros may stand where the last lines were."""
    try:
        first, _, rest = mark_file().read_text(encoding="utf-8").partition("\n")
        mark = Mark(**json.loads(first.strip("\0")))
        lines = (line.strip("\0") for line in rest.rsplit("\n", LAST_LINES)[-LAST_LINES:])
        claimed = max((int(line) for line in lines if line.isdecimal()), default=0)
    except (OSError, ValueError, TypeError):
        return None
    return replace(mark, claims=claimed) if claimed > mark.claims else mark


def machine_name() -> str:
    """What tells this machine from others: the name given in the settings, else the machine's own number, else its host name."""
    if settings.INSTANCE:
        return str(settings.INSTANCE)
    try:
        return Path("/etc/machine-id").read_text().strip() or socket.gethostname()
    except OSError:
        return socket.gethostname()


def fingerprint_of(mark: Mark) -> str:
    """64 hexadecimal digits for this machine, data folder, key and database."""
    # by the kind of the database, not by what speaks to it: another driver is no other place
    engine = "django.db.backends." + ("sqlite3" if connection.vendor == "sqlite" else connection.vendor)
    database = (("ENGINE", engine), *((name, str(connection.settings_dict[name])) for name in ("HOST", "PORT", "NAME")))
    return _digest(str(settings.INSTANCE), str(settings.DATA), mark.key, database)


@lru_cache(maxsize=16)
def _digest(instance: str, data: str, key: str, database: tuple[tuple[str, str], ...]) -> str:
    """Asked at every claim; the machine stays the same as long as this process runs."""
    parts = [instance or machine_name(), data, key, dict(database)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def here() -> str:
    """The fingerprint of this place; "" where no worker has ever looked round."""
    mark = read_mark()
    return fingerprint_of(mark) if mark else ""


def is_paused(place: str | None = None) -> Q:
    """Publishing of the outer dispatch's workspace is paused in the place with this fingerprint; here, if none is given."""
    return Q(Exists(_open_in(here() if place is None else place).filter(workspace=OuterRef("workspace"))))


def is_clock_doubted() -> Q:
    """Nobody has confirmed yet what the clock says here: nothing is judged too late by it."""
    return Q(Exists(_open_in(here()).filter(workspace=OuterRef("workspace"), reason=CLOCK)))


def open_pauses(workspace: Workspace) -> "QuerySet[Pause]":
    """Why nothing leaves this workspace here at the moment, the oldest first."""
    return _open_in(here()).filter(workspace=workspace).order_by("created_at", "reason")


def came_from_copy(dispatch: Dispatch) -> bool:
    """Whether these words were already there when the database was copied or restored, and were not said since."""
    last = Pause.objects.filter(workspace=dispatch.workspace_id, reason__in=LOOKED_FOR_FIRST).order_by("-created_at")
    pause = last.filter(created_at__gte=dispatch.created_at).first()
    return pause is not None and (dispatch.spoke_at is None or dispatch.spoke_at < pause.created_at)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What asking the networks brought so far: still to be asked, only a person can say, kept back, leaves at its time."""

    asked: int
    for_person: int
    held: int
    waiting: int


def reconciled(workspace: Workspace) -> Reconciled:
    """How far the look at the networks is, in one query."""
    from django.db.models import Count

    unclear = Q(state=UNCLEAR)
    person = Q(reason_code="needs_person")
    numbers = Dispatch.objects.filter(workspace=workspace).aggregate(
        asked=Count("pk", unclear & ~person),
        for_person=Count("pk", unclear & person),
        held=Count("pk", Q(state=HELD)),
        waiting=Count("pk", Q(state=WAITING)),
    )
    return Reconciled(**numbers)


def _open_in(place: str) -> "QuerySet[Pause]":
    return Pause.objects.filter(place__fingerprint=place, ended_at__isnull=True)
