"""What a job is, and how the rooms' jobs are found: by name, so that nobody imports upstairs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from django.apps import apps

Lane = Literal["speak", "hear", "listen", "measure", "renew", "fetch"]
LANES: tuple[Lane, ...] = ("speak", "hear", "listen", "measure", "renew", "fetch")


@dataclass(frozen=True, slots=True)
class Job:
    """Periodic work of a room. `run(now)` finds what is due, does it and says how many things it did.

    `name` is `<room>.<what it looks for>`. Jobs of one lane run one after another, lanes side by side: so that slow
    measuring never delays speaking. A run that dies is taken up by another worker when its lease has ended. `next_due(now)`
    names the next moment, or one just past, at which something becomes due: then it runs at once and not at its next turn.
    """

    name: str
    run: Callable[[datetime], int]
    every: timedelta
    lane: Lane = "listen"
    next_due: Callable[[datetime], datetime | None] | None = None


def find_jobs() -> tuple[Job, ...]:
    """Every installed room's `jobs.JOBS`, in the order of the rooms. A name twice is a mistake of ours: ValueError."""
    found: list[Job] = []
    for room in apps.get_app_configs():
        if room.name.startswith("allmende.") and find_spec(f"{room.name}.jobs"):
            found.extend(import_module(f"{room.name}.jobs").JOBS)
    names = [job.name for job in found]
    if len(set(names)) != len(names):
        raise ValueError(f"Two jobs share a name: {sorted(names)}")
    return tuple(found)
