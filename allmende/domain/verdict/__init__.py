"""Did the behaviour move? Intervals, charts, detectability and the verdict words (domain 0.1b, 4.2 to 4.4).

Plain numbers in, codes out; the words people read belong to the rooms above.
"""

from allmende.domain.verdict.charts import (
    Limits,
    Signal,
    XmrLimits,
    is_scattered,
    p_limits,
    signals,
    xmr_limits,
)
from allmende.domain.verdict.concentration import Concentration, concentration, contributor_absence_factor
from allmende.domain.verdict.counts import Baseline, DataFit, Durations, Rate, Share, baseline
from allmende.domain.verdict.detectability import Detectability, detectability, units_needed
from allmende.domain.verdict.intervals import Interval, newcombe, rate_ratio, wilson
from allmende.domain.verdict.judgement import (
    CLEARLY,
    WITH_DAMAGE,
    Better,
    Circumstances,
    Contribution,
    Step,
    Verdict,
    Word,
    describe,
    goal_contribution,
    judge,
    judge_durations,
    judge_rates,
)
from allmende.domain.verdict.newest import Point, is_outside, limits_before_newest, scale_of, within_scale
from allmende.domain.verdict.silence import Silence, silences

__all__ = [
    "CLEARLY",
    "WITH_DAMAGE",
    "Baseline",
    "Better",
    "Circumstances",
    "Concentration",
    "Contribution",
    "DataFit",
    "Detectability",
    "Durations",
    "Interval",
    "Limits",
    "Point",
    "Rate",
    "Share",
    "Signal",
    "Silence",
    "Step",
    "Verdict",
    "Word",
    "XmrLimits",
    "baseline",
    "concentration",
    "contributor_absence_factor",
    "describe",
    "detectability",
    "goal_contribution",
    "is_outside",
    "is_scattered",
    "judge",
    "judge_durations",
    "judge_rates",
    "limits_before_newest",
    "newcombe",
    "p_limits",
    "rate_ratio",
    "scale_of",
    "signals",
    "silences",
    "units_needed",
    "wilson",
    "within_scale",
    "xmr_limits",
]
