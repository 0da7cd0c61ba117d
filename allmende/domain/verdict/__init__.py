"""Did the behaviour move? Intervals, charts, detectability and the verdict words (domain 0.1b, 4.2 to 4.4).

Plain numbers in, codes out; the words people read belong to the rooms above.
"""

from allmende.domain.verdict.change import scatter_of
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
    detectability_of,
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
    kappa,
)
from allmende.domain.verdict.mix import Mix, Segment, reweighted, with_mix
from allmende.domain.verdict.mix_of_values import reweighted_durations, reweighted_rates
from allmende.domain.verdict.newest import Point, is_outside, limits_before_newest, scale_of, within_scale
from allmende.domain.verdict.own import own_interval
from allmende.domain.verdict.pooled import pooled
from allmende.domain.verdict.resampling import dispersion
from allmende.domain.verdict.sampled import (
    LABELS,
    TOO_NOISY,
    Sampled,
    informedness,
    true_difference,
    true_share,
    with_labels,
    with_usable_labels,
)
from allmende.domain.verdict.season import (
    is_started_after_bad_month,
    is_started_after_bad_period,
    with_season,
    with_season_of_values,
)
from allmende.domain.verdict.silence import Silence, silences
from allmende.domain.verdict.staggered import Comparison, compare

__all__ = [
    "CLEARLY",
    "CODED_EACH",
    "CODED_TWICE",
    "CONFIDENCE",
    "LABELS",
    "LEAST_KAPPA",
    "LEAST_TOGETHER",
    "MINIMUM_BASELINE_PERIODS",
    "MOST_UNCORRECTED",
    "RANGE_OF",
    "TOO_NOISY",
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
    "Sampled",
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
    "describe_range",
    "detectability",
    "detectability_of",
    "dispersion",
    "duration_detectability",
    "goal_contribution",
    "holm",
    "in_own_unit",
    "informedness",
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
    "pooled",
    "pooled_durations",
    "pooled_rate",
    "rate_detectability",
    "rate_interval",
    "rate_ratio",
    "reweighted",
    "reweighted_durations",
    "reweighted_rates",
    "scale_of",
    "scatter_of",
    "signals",
    "silences",
    "true_difference",
    "true_share",
    "units_needed",
    "wilson",
    "with_labels",
    "with_mix",
    "with_persistence",
    "with_season",
    "with_season_of_values",
    "with_usable_labels",
    "within_scale",
    "xmr_limits",
]
