"""The parts of what a verdict judged, as its page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from allmende.behaviours.catalogue import STAGE_WORDS
from allmende.behaviours.models import SegmentCount


@dataclass(frozen=True)
class ShownPart:
    """A part by name, with how much of all it is now and was before."""

    name: str
    count: SegmentCount
    weight: float
    before_weight: float


@dataclass(frozen=True)
class PartGroup:
    """All parts of one dimension; fewer than two are no parts and are not shown."""

    dimension: str
    parts: tuple[ShownPart, ...]


def part_groups(counts: Iterable[SegmentCount], channel_names: Mapping[str, str]) -> tuple[PartGroup, ...]:
    """`counts` in the order of their model."""
    groups = [(dimension, list(of_one)) for dimension, of_one in groupby(counts, key=lambda one: one.dimension)]
    return tuple(_group(dimension, of_one, channel_names) for dimension, of_one in groups if len(of_one) > 1)


def _group(dimension: str, counts: list[SegmentCount], channel_names: Mapping[str, str]) -> PartGroup:
    now = sum(_weight(one.n, one.exposure_months) for one in counts)
    before = sum(_weight(one.before_n, one.before_exposure_months) for one in counts)
    parts = (
        ShownPart(
            _name(one, channel_names),
            one,
            _weight(one.n, one.exposure_months) / now if now else 0.0,
            _weight(one.before_n, one.before_exposure_months) / before if before else 0.0,
        )
        for one in counts
    )
    return PartGroup(dimension, tuple(parts))


def _weight(n: int, exposure_months: float | None) -> float:
    """What a part weighs: its cases; of a rate how long its people could do it."""
    return n if exposure_months is None else exposure_months


def _name(count: SegmentCount, channel_names: Mapping[str, str]) -> str:
    if count.dimension == "channel" and count.segment in channel_names:
        return channel_names[count.segment]
    return str(STAGE_WORDS.get(count.segment, count.segment))
