"""Memory that does not suffice: counted with less, and told apart from files that cannot be read."""

from dataclasses import replace

import pytest

from allmende.ledger.engine import Limits, bare, memory_faults, spared, sparing, sparingly
from allmende.ledger.engine_address import HERE, TooLittleMemory

LIMITS = Limits(memory_mb=300, threads=2, engine=HERE)
GROUPS = "SELECT count(*) FROM (SELECT range, list(range) FROM range(2_000_000) GROUP BY range)"


def counting(seen, *, suffices):
    """A count that asks DuckDB for more than it gets, unless `suffices(threads, megabytes)`."""

    def count():
        with bare(LIMITS) as engine:
            threads, told = engine.execute(
                "SELECT current_setting('threads'), current_setting('memory_limit')"
            ).fetchone()
            memory = float(told.split()[0])
            seen.append((threads, round(memory / 286.1, 1)))  # 300 MB, which DuckDB tells as MiB
            if not suffices(threads, memory):
                engine.execute("SET temp_directory = ''")
                engine.execute("SET memory_limit = '1MB'")
            return engine.execute("SELECT 42" if suffices(threads, memory) else GROUPS).fetchone()

    return count


def test_it_is_counted_once_more_with_one_thread_and_then_in_half_of_the_memory():
    seen = []
    assert sparingly(counting(seen, suffices=lambda threads, memory: threads == 1)) == (42,)
    assert seen == [(2, 1.0), (1, 1.0)]
    seen.clear()
    assert sparingly(counting(seen, suffices=lambda threads, memory: memory < 200)) == (42,)
    assert seen == [(2, 1.0), (1, 1.0), (1, 0.5)]


def test_where_nothing_helps_it_says_so_in_words_that_blame_no_file():
    seen = []
    with pytest.raises(TooLittleMemory, match=r"more memory than there is.* figures of the last count stay"):
        sparingly(counting(seen, suffices=lambda threads, memory: False))
    assert len(seen) == 3


def test_what_is_shared_out_beside_the_engine_is_spared_as_well():
    """How many statements run at once, and how many rows are packed into memory."""
    with sparing(0.5):
        assert spared(LIMITS) == replace(LIMITS, memory_mb=150, threads=1)
    assert spared(LIMITS) == LIMITS


def test_only_what_is_counted_inside_is_spared():
    with sparing(0.001), pytest.raises(memory_faults()), bare(LIMITS) as engine:
        engine.execute(GROUPS)
    with bare(LIMITS) as engine:
        assert engine.execute("SELECT current_setting('threads')").fetchone() == (2,)
