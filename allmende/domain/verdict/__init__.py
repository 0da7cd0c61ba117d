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
from allmende.domain.verdict.contribution import Contribution, goal_contribution
from allmende.domain.verdict.counts import (
    MINIMUM_BASELINE_PERIODS,
    Baseline,
    DataFit,
    Durations,
    Rate,
    Share,
    baseline,
    pooled_durations,
    pooled_rate,
)
from allmende.domain.verdict.detectability import (
    Detectability,
    detectability,
    duration_detectability,
    rate_detectability,
    units_needed,
)
from allmende.domain.verdict.forms import RANGE_OF, better_of, describe_range, in_own_unit, with_persistence
from allmende.domain.verdict.holm import MOST_UNCORRECTED, holm
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, newcombe, rate_interval, rate_ratio, wilson
from allmende.domain.verdict.judgement import (
    CLEARLY,
    WITH_DAMAGE,
    Better,
    Circumstances,
    Counts,
    Step,
    Value,
    Verdict,
    Word,
    judge,
    judge_counts,
    judge_durations,
    judge_rates,
)
from allmende.domain.verdict.labels import (
    CODED_EACH,
    CODED_TWICE,
    LEAST_KAPPA,
    LEAST_TOGETHER,
    Accuracy,
    Coded,
    accuracy,
    corrected,
    corrected_interval,
    kappa,
)
from allmende.domain.verdict.mix import Mix, Segment, reweighted, with_mix
from allmende.domain.verdict.newest import Point, is_outside, limits_before_newest, scale_of, within_scale
from allmende.domain.verdict.own import own_interval
from allmende.domain.verdict.resampling import dispersion
from allmende.domain.verdict.season import is_started_after_bad_month, is_started_after_bad_period, with_season
from allmende.domain.verdict.silence import Silence, silences
from allmende.domain.verdict.staggered import Comparison, compare

__all__ = [
    "CLEARLY",
    "CODED_EACH",
    "CODED_TWICE",
    "CONFIDENCE",
    "LEAST_KAPPA",
    "LEAST_TOGETHER",
    "MINIMUM_BASELINE_PERIODS",
    "MOST_UNCORRECTED",
    "RANGE_OF",
    "WITH_DAMAGE",
    "Accuracy",
    "Baseline",
    "Better",
    "Circumstances",
    "Coded",
    "Comparison",
    "Concentration",
    "Contribution",
    "Counts",
    "DataFit",
    "Detectability",
    "Durations",
    "Interval",
    "Limits",
    "Mix",
    "Point",
    "Rate",
    "Segment",
    "Share",
    "Signal",
    "Silence",
    "Step",
    "Value",
    "Verdict",
    "Word",
    "XmrLimits",
    "accuracy",
    "baseline",
    "better_of",
    "compare",
    "concentration",
    "contributor_absence_factor",
    "corrected",
    "corrected_interval",
    "describe_range",
    "detectability",
    "dispersion",
    "duration_detectability",
    "goal_contribution",
    "holm",
    "in_own_unit",
    "is_outside",
    "is_scattered",
    "is_started_after_bad_month",
    "is_started_after_bad_period",
    "judge",
    "judge_counts",
    "judge_durations",
    "judge_rates",
    "kappa",
    "limits_before_newest",
    "newcombe",
    "own_interval",
    "p_limits",
    "pooled_durations",
    "pooled_rate",
    "rate_detectability",
    "rate_interval",
    "rate_ratio",
    "reweighted",
    "scale_of",
    "signals",
    "silences",
    "units_needed",
    "wilson",
    "with_mix",
    "with_persistence",
    "with_season",
    "within_scale",
    "xmr_limits",
]
