"""Labels are noisy: how often they are right, and what that makes of a share (domain 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.domain.verdict.counts import Share

LEAST_TOGETHER = 1.5
LEAST_KAPPA = 0.6
# A person codes so many labelled yes and so many labelled no in a period; two people the same so many in a quarter.
CODED_EACH = 50
CODED_TWICE = 20


@dataclass(frozen=True, slots=True)
class Coded:
    """What a person found blind: of `yes` labelled so many truly were (`true_yes`), of `no` so many truly were not.

    Where several samples are pooled the four need not be whole; `cases` is how many were looked at then.
    """

    yes: float
    true_yes: float
    no: float
    true_no: float
    cases: float | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.true_yes <= self.yes and 0 <= self.true_no <= self.no):
            raise ValueError("No more can be confirmed than was coded.")

    @property
    def looked_at(self) -> float:
        """How many cases were looked at and decided."""
        return self.yes + self.no if self.cases is None else self.cases


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Sensitivity: of what truly was, so much is labelled. Specificity: of what was not, so much is not labelled."""

    sensitivity: float
    specificity: float

    @property
    def is_usable(self) -> bool:
        """False where the labels say too little: then the figure is not reported."""
        return self.sensitivity + self.specificity >= LEAST_TOGETHER


def accuracy(coded: Coded, labelled: Share) -> Accuracy | None:
    """Sensitivity and specificity of labels whose share in the whole period is `labelled`; None until both kinds are coded.

    As many of each kind are coded however rare one is, so each stands for its part of the period.
    """
    if not (coded.yes and coded.no and labelled.n):
        return None
    share = labelled.k / labelled.n
    hits, misses = share * coded.true_yes / coded.yes, (1 - share) * (1 - coded.true_no / coded.no)
    rejects, alarms = (1 - share) * coded.true_no / coded.no, share * (1 - coded.true_yes / coded.yes)
    sensitivity = hits / (hits + misses) if hits + misses else 0.0
    return Accuracy(sensitivity, rejects / (rejects + alarms) if rejects + alarms else 0.0)


def kappa(codes: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two people who coded the same things: 1 always agree, 0 as chance would; None without any.

    Where both gave one and the same answer throughout, chance explains it all or nothing: they agree, so 1.
    """
    if not codes:
        return None
    n = len(codes)
    agreed = sum(one == other for one, other in codes) / n
    first, second = (sum(pair[place] for pair in codes) / n for place in (0, 1))
    by_chance = first * second + (1 - first) * (1 - second)
    return 1.0 if by_chance >= 1 else (agreed - by_chance) / (1 - by_chance)
