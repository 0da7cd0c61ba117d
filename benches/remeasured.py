"""1,000 new interactions of the last 30 days: counted again in a fraction of the time that counting everything takes, and
to the last bit the same."""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from allmende.ledger.files import Ledger, month_of
from allmende.ledger.outcomes import counts_by_unit
from allmende.ledger.recount import count_again
from allmende.ledger.shipped import SHIPPED
from allmende.ledger.tally import drop_tally
from benches.interactions import AS_OF, write_interactions

if TYPE_CHECKING:
    import numpy as np

COUNTED = tuple(definition for definition in SHIPPED if counts_by_unit(definition))
GOAL_SHARE = 0.02
NEW = 1_000
ZONE = "Europe/Berlin"
RUNS = 7


def run(long: bool) -> Iterator[dict[str, Any]]:
    """Seconds for the shipped definitions that are counted by unit, all their weeks and months. `long`: 10 million interactions, else 2 million."""
    rows = 10_000_000 if long else 2_000_000
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        root = Path(name)
        write_interactions(root, "bench", rows)
        whole, again = _times(root)
    share = median(again) / median(whole)
    yield {
        "bench": "remeasured", "case": f"{NEW}_new_in_{rows}", "value": round(median(again), 3),
        "baseline": round(median(whole), 3), "ratio": round(share, 4), "goal": GOAL_SHARE, "ok": share <= GOAL_SHARE,
        "unit": "s", "runs": RUNS,
    }  # fmt: skip


def _times(root: Path) -> tuple[list[float], list[float]]:
    """Seconds of counting everything (three times) and of counting again after new interactions."""
    import numpy as np

    folder, random = root / "bench", np.random.default_rng(11)
    whole, again = [], []
    for _ in range(3):
        drop_tally(folder)
        whole.append(_seconds(folder))
    for number in range(RUNS):
        _add(root, random, number)
        again.append(_seconds(folder))
    kept = count_again(folder, COUNTED, as_of=AS_OF, zone=ZONE)
    drop_tally(folder)
    if count_again(folder, COUNTED, as_of=AS_OF, zone=ZONE) != kept:
        raise SystemExit("Counting again and counting everything differ.")
    return whole, again


def _seconds(folder: Path) -> float:
    begin = time.perf_counter()
    count_again(folder, COUNTED, as_of=AS_OF, zone=ZONE)
    return time.perf_counter() - begin


def _add(root: Path, random: "np.random.Generator", number: int) -> None:
    """Answers, by members who had already written, in threads of those 30 days or before."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ledger = Ledger(root)
    since = AS_OF - timedelta(days=30)
    at = np.sort(random.integers(int(since.timestamp() * 1_000_000), int(AS_OF.timestamp() * 1_000_000), NEW))
    for month in sorted({month_of(since), month_of(AS_OF)}):
        told = pq.read_table(ledger.folder("bench") / f"{month}.parquet").drop_columns("position")
        times = pa.array(at).cast(pa.timestamp("us", tz="UTC"))
        here = times.filter(pc.equal(pc.strftime(times, "%Y-%m"), month))
        new = told.take(np.sort(random.integers(0, told.num_rows, len(here))))
        keys = pa.array(10_000_000_000 + number * NEW + np.arange(len(here)))
        answered = pa.array(["answered"] * len(here)).cast(pa.dictionary(pa.int32(), pa.string()))
        for name, values in {
            "ordinal": keys, "event_id": keys, "object_id": keys, "occurred_at": here, "act": answered,
            "is_root": pa.array([False] * len(here)),
        }.items():  # fmt: skip
            new = new.set_column(new.schema.get_field_index(name), told.schema.field(name), values)
        ledger.replace_month("bench", month, pa.concat_tables([told, new]).unify_dictionaries().to_batches())
