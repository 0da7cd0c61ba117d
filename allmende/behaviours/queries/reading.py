"""Reading the ledger while somebody waits: what can go wrong, in sentences."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from allmende.ledger.engine import memory_faults
from allmende.ledger.engine_address import TookTooLong
from allmende.ledger.soundness import read_faults
from allmende.ledger.spill import is_disk_full

log = logging.getLogger("allmende.behaviours")


class CannotReadLedger(Exception):
    """No figures just now; the message says why, that nothing is lost, and what to do."""


@contextmanager
def read_at_once() -> Iterator[None]:
    """Counting inside stops after its limit. Raises CannotReadLedger then, where memory or disk do not suffice, and for a file
    that cannot be read."""
    try:
        yield
    except TookTooLong as stopped:
        raise CannotReadLedger(
            _("There is too much to look through while you wait. What was counted last stands as it is.")
        ) from stopped
    except (*memory_faults(), *read_faults()) as fault:
        note_fault(fault)
        raise CannotReadLedger(_why(fault)) from fault


def _why(fault: Exception) -> str:
    if is_disk_full(fault):
        return _(
            "There is no room left on the disk to look that up. Nothing is lost: what was counted last stands as it is. Whoever runs"
            " Allmende has to make room; then it works again by itself."
        )
    if isinstance(fault, memory_faults()):
        return _(
            "There is too little memory just now to look that up while you wait. Nothing is lost: what was counted last"
            " stands as it is. Try again in a few minutes; if it stays so, the machine Allmende runs on needs more memory."
        )
    return _(
        "A file in which it stands what members do cannot be read just now. Nothing is lost: the next count, within six"
        " hours, writes it anew from the database. Whoever runs Allmende does so at once with “allmende measure”."
    )


def note_fault(fault: Exception) -> None:
    """For whoever runs Allmende: the sentence on the page does not tell what was wrong."""
    log.warning("What members do could not be read while somebody waited: %s", fault)
