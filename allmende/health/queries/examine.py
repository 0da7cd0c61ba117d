"""One run of all checks. A check that breaks is a finding itself, told by the kind of its error and nothing else."""

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from allmende.health.catalogue import TITLES
from allmende.health.queries import hearing, keeping, machine, working
from allmende.health.queries.look import Look, Trouble

log = logging.getLogger("allmende.health")

CHECKS: dict[str, Callable[[Look], Trouble | None]] = {
    "data_folder": machine.data_folder,
    "disk_space": machine.disk_space,
    "database_place": machine.database_place,
    "database": keeping.database,
    "migrations": keeping.migrations,
    "packages": machine.packages,
    "zones": machine.zones,
    "static_files": machine.static_files,
    "public_address": machine.public_address,
    "port": machine.port,
    "email": machine.email,
    "sealing_key": keeping.sealing_key,
    "owners": keeping.owners,
    "worker": working.worker,
    "jobs": working.jobs,
    "clock": working.clock,
    "publishing": working.publishing,
    "accounts": working.accounts,
    "permissions": working.permissions,
    "listening": working.listening,
    "lines": hearing.lines,
    "bells": hearing.bells,
    "proofs": working.proofs,
    "cursors": working.cursors,
    "queue": working.queue,
    "unclear": working.unclear,
    "ledger": keeping.ledger,
    "engine": keeping.engine,
    "backups": keeping.backups,
}
# What asks other machines, or this one over the wire: the command does it, a page does not wait for it.
SLOW = ("port", "email", "engine")


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: its name, what it looks at in words, and what was found; finding and remedy are empty when it is in order."""

    check: str
    title: str
    finding: str = ""
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.finding


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, in order."""

    checked: Sequence[Checked]

    @property
    def findings(self) -> list[Checked]:
        return [one for one in self.checked if not one.ok]

    @property
    def fine(self) -> list[Checked]:
        return [one for one in self.checked if one.ok]


def examine(look: Look) -> Report:
    """Run every check; for a workspace's page without those that wait for others."""
    names = [name for name in CHECKS if look.workspace is None or name not in SLOW]
    return Report([_checked(name, look) for name in names])


def _checked(name: str, look: Look) -> Checked:
    title = str(TITLES[name])
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            trouble = CHECKS[name](look)
    except Exception as error:  # noqa: BLE001 - a doctor who falls over helps nobody
        log.warning("The check %s broke: %s", name, type(error).__name__)
        remedy = (
            _("See first whether the database can be reached and its tables are up to date: allmende prepare")
            if isinstance(error, DatabaseError)
            else _("Report this line together with the version of Allmende.")
        )
        return Checked(name, title, _("This could not be checked (%(kind)s).") % {"kind": type(error).__name__}, remedy)
    return Checked(name, title, *trouble) if trouble else Checked(name, title)
