"""How well suggested labels fit those of people: precision and recall per label, and whether the confidence can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class OfLabel:
    """One label: how often people gave it, which share of its suggestions was right, which share of it was found."""

    label: str
    n: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All labels together, each counting the same; `f` is the harmonic mean of both means.

    `calibration_error`: by how much, on average, the stated confidence missed the share that was right (ten bins).
    """

    n: int
    labels: tuple[OfLabel, ...]
    precision: float
    recall: float
    f: float
    calibration_error: float


def count_figures(truths: Sequence[str], suggested: Sequence[str], confidences: Sequence[float]) -> Figures:
    """Compare what was suggested with what people said. Labels nobody gave count only as wrong suggestions."""
    labels = tuple(_of_label(label, truths, suggested) for label in sorted(set(truths)))
    precision = sum(one.precision for one in labels) / len(labels)
    recall = sum(one.recall for one in labels) / len(labels)
    f = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    right = [truth == said for truth, said in zip(truths, suggested, strict=True)]
    return Figures(len(truths), labels, precision, recall, f, _calibration_error(right, confidences))


def _of_label(label: str, truths: Sequence[str], suggested: Sequence[str]) -> OfLabel:
    hits = sum(truth == said == label for truth, said in zip(truths, suggested, strict=True))
    said_so, is_so = sum(said == label for said in suggested), sum(truth == label for truth in truths)
    return OfLabel(label, is_so, hits / said_so if said_so else 0.0, hits / is_so)


def _calibration_error(right: Sequence[bool], confidences: Sequence[float]) -> float:
    bins: dict[int, list[tuple[bool, float]]] = {}
    for is_right, confidence in zip(right, confidences, strict=True):
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((is_right, confidence))
    missed = (abs(sum(hit for hit, _ in one) - sum(sure for _, sure in one)) for one in bins.values())
    return sum(missed) / len(right)
