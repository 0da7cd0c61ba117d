"""What members do: versioned definitions, what was counted by them, how far the ledger is filled, and samples that show how
often the counting is right."""

from allmende.behaviours.models.counted import (
    BehaviourDefinition,
    ChannelStart,
    LabelRule,
    LedgerMark,
    Measurement,
    Verdict,
)
from allmende.behaviours.models.parts import CohortCount, CountedFrom, GroupCount, SegmentCount
from allmende.behaviours.models.samples import Coding, LabelSample, SampledItem

__all__ = [
    "BehaviourDefinition",
    "ChannelStart",
    "Coding",
    "CohortCount",
    "CountedFrom",
    "GroupCount",
    "LabelRule",
    "LabelSample",
    "LedgerMark",
    "Measurement",
    "SampledItem",
    "SegmentCount",
    "Verdict",
]
