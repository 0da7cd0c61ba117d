"""How often the interpreter looks for cycles: seldom, and never among what was loaded at the start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS = 50_000


@contextmanager
def loading() -> Iterator[None]:
    """Around what a process loads at its start: settings, models and modules, which live as long as it does.

    Python's default looks after 700 new containers; a batch of rows makes tens of thousands, none of them in a cycle, and
    a tenth of a long load was spent looking.
    """
    gc.set_threshold(ALLOCATIONS, 20, 20)
    yield
    gc.freeze()


def keep_loaded() -> None:
    """What the first pages brought along, addresses, views and templates, lives as long as the process too.

    Looking through it for cycles took 140 ms in the middle of a page.
    """
    gc.freeze()
