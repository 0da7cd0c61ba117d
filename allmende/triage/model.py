"""The learned model: character n-grams, logistic regression, calibrated on texts it had not seen."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allmende.triage.figures import Figures, count_figures
from allmende.triage.rows import Row, same_text

FOLDS = 5
FEWEST = 10
FEATURES = 2**19
NGRAMS = (2, 6)
# Words whose weight is asked for one by one; what leads to a label rarely stands later.
MOST_WORDS = 80
FORM = 1


class CannotLearn(Exception):
    """Nothing was learned. The text says why and what would help."""


class CannotLoad(Exception):
    """The kept model cannot be used. The text says why and what would help."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label, how sure the model is (of 100 such suggestions so many are right), and the words that led to it."""

    label: str
    confidence: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class TriageModel:
    """A trained model. `version` names it by what it learned; `seen` are the duplicates' marks of its texts.

    `threshold`: from which probability the rarer of two labels is suggested; None with more labels, where the likeliest is.
    """

    version: str
    labels: tuple[str, ...]
    rarer: str
    threshold: float | None
    seen: frozenset[str]
    parts: Any

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """A label for each text, without the words."""
        chances = self._chances(texts) if texts else []
        return [Suggestion(*_choice(row, self.labels, self.rarer, self.threshold)) for row in chances]

    def explain(self, text: str, most: int = 5) -> Suggestion:
        """A label for a text, with the words without which it would be less likely, the weightiest first."""
        words = re.findall(r"\S+", text)[:MOST_WORDS]
        chances = self._chances_of(_with_and_without(text, words))
        label, confidence = _choice(chances[0], self.labels, self.rarer, self.threshold)
        place = self.labels.index(label)
        lost = [(float(chances[0][place] - row[place]), word) for row, word in zip(chances[1:], words, strict=True)]
        weighty = sorted(((loss, word) for loss, word in lost if loss > 0), key=lambda one: -one[0])
        return Suggestion(label, confidence, tuple(dict.fromkeys(word for _, word in weighty))[:most])

    def has_seen(self, text: str) -> bool:
        """Was this text, or a duplicate of it, among those it learned from?"""
        return _mark(text) in self.seen

    def evaluate(self, rows: Sequence[Row]) -> Figures:
        """How well it fits what people said about `rows`."""
        found = self.suggest([row.text for row in rows])
        return count_figures(
            [row.label for row in rows], [one.label for one in found], [one.confidence for one in found]
        )

    def save(self, path: Path) -> None:
        """Keep it in a skops file, which holds no code; a half-written file never stands in its place."""
        from skops.io import dump

        half = path.with_suffix(".part")
        kept = {
            "form": FORM,
            "version": self.version,
            "labels": list(self.labels),
            "rarer": self.rarer,
            "threshold": self.threshold,
            "seen": " ".join(sorted(self.seen)),
            "parts": self.parts,
        }
        dump(kept, half)
        half.replace(path)

    def _chances(self, texts: Sequence[str]) -> Any:
        return self._chances_of(_ngrams(texts))

    def _chances_of(self, counted: Any) -> Any:
        found = _scores(self.parts["classifier"], self.parts["weights"].transform(counted))
        return self.parts["calibrator"].predict_proba(found)


def train(rows: Sequence[Row]) -> tuple[TriageModel, Figures]:
    """Learn from `rows`; the figures are those of five folds, each judged by what was learned from the others.

    Duplicates stay in one fold. Calibration and threshold are set on the same five folds, never on what is learned by heart.
    Equal rows give an equal model. Raises CannotLearn.
    """
    _require_enough(rows)
    try:
        from sklearn.feature_extraction.text import TfidfTransformer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise CannotLearn(missing("Nothing was learned.")) from None
    truths = [row.label for row in rows]
    counted = _ngrams([row.text for row in rows])
    unseen = _scores_of_unseen(rows, counted)
    calibrator = LogisticRegression(max_iter=1000).fit(unseen, truths)
    labels, chances = tuple(str(label) for label in calibrator.classes_), calibrator.predict_proba(unseen)
    counts = Counter(truths)
    rarer = min(labels, key=lambda label: (counts[label], label))
    threshold = _best_threshold(truths, chances, labels, rarer) if len(labels) == 2 else None
    weights = TfidfTransformer(sublinear_tf=True).fit(counted)
    classifier = _fitted(weights.transform(counted), truths)
    model = TriageModel(
        version=_version(rows),
        labels=labels,
        rarer=rarer,
        threshold=threshold,
        seen=frozenset(_mark(row.text) for row in rows),
        parts={"weights": weights, "classifier": classifier, "calibrator": calibrator},
    )
    chosen = [_choice(row, labels, rarer, threshold) for row in chances]
    return model, count_figures(truths, [label for label, _ in chosen], [sure for _, sure in chosen])


def evaluate_in_folds(rows: Sequence[Row], beside: Sequence[Row] = ()) -> Figures:
    """Five times learn from four fifths of `rows`, and all of `beside` that is no duplicate, and judge the last fifth.

    Calibration and threshold come from the learned part alone. Raises CannotLearn.
    """
    _require_enough(rows)
    found: dict[int, Suggestion] = {}
    for learned, judged in _folds(rows):
        left_out = {same_text(rows[at].text) for at in judged}
        more = [row for row in beside if same_text(row.text) not in left_out]
        model, _ = train([*(rows[at] for at in learned), *more])
        found |= dict(zip(judged, model.suggest([rows[at].text for at in judged]), strict=True))
    in_order = [found[at] for at in range(len(rows))]
    truths = [row.label for row in rows]
    return count_figures(truths, [one.label for one in in_order], [one.confidence for one in in_order])


def load(path: Path) -> TriageModel:
    """The model kept in a file. Raises CannotLoad; a file with anything but numbers and known parts is not opened."""
    try:
        from skops.io import load as load_skops
    except ImportError:
        raise CannotLoad(missing("The model was not opened.")) from None
    try:
        kept = load_skops(path)
        if kept["form"] != FORM:
            raise CannotLoad(f"{path} was written by another version. Train it again.")
        return TriageModel(
            version=kept["version"],
            labels=tuple(kept["labels"]),
            rarer=kept["rarer"],
            threshold=kept["threshold"],
            seen=frozenset(kept["seen"].split()),
            parts=kept["parts"],
        )
    except FileNotFoundError:
        raise CannotLoad("No model has been trained yet. Train one: allmende triage train FILE.") from None
    except CannotLoad:
        raise
    except Exception as trouble:
        raise CannotLoad(f"{path} is no model that can be used ({trouble}). Train it again.") from trouble


def missing(what: str) -> str:
    """The sentence for a machine on which the libraries are missing."""
    return (
        f"{what} scikit-learn or skops is missing here; everything else works without them."
        " Install Allmende with all it needs: pip install allmende."
    )


def _require_enough(rows: Sequence[Row]) -> None:
    texts: dict[str, set[str]] = {}
    for row in rows:
        texts.setdefault(row.label, set()).add(same_text(row.text))
    if len(texts) < 2:
        raise CannotLearn("Nothing was learned. There must be at least two labels, or there is nothing to tell apart.")
    few = sorted(label for label, found in texts.items() if len(found) < FEWEST)
    if few:
        raise CannotLearn(
            f"Nothing was learned. Each label needs at least {FEWEST} different texts; fewer have: {', '.join(few)}."
        )


def _ngrams(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    counter = HashingVectorizer(
        analyzer="char_wb", ngram_range=NGRAMS, n_features=FEATURES, alternate_sign=False, norm=None
    )
    return counter.transform(_plain(text) for text in texts)


def _with_and_without(text: str, words: Sequence[str]) -> Any:
    """The n-grams of a text, then of the same text without each of these words of it: no n-gram reaches across two words."""
    from scipy.sparse import vstack

    counted = _ngrams([text])
    if not words:
        return counted
    without = vstack([counted] * len(words), format="csr") - _ngrams(words)
    without.eliminate_zeros()
    return vstack([counted, without], format="csr")


def _plain(text: str) -> str:
    """Whom a text speaks to and where it links to says nothing about what it is."""
    return re.sub(r"@\w+", "@", re.sub(r"https?://\S+", "http", text))


def _classifier() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    return OneVsRestClassifier(LogisticRegression(C=3, solver="liblinear", random_state=0))


def _fitted(weighted: Any, truths: Any) -> Any:
    """A classifier that learned from these rows. It looks at the n-grams that stand in them alone: whatever never occurred has no
    weight, and to go through half a million of those for every step takes longer than to learn."""
    import numpy as np

    found = np.unique(weighted.indices)
    classifier = _classifier().fit(weighted[:, found], truths)
    for one in classifier.estimators_:
        told, one.coef_ = one.coef_, np.zeros((len(one.coef_), weighted.shape[1]))
        one.coef_[:, found] = told
        one.n_features_in_ = weighted.shape[1]
    classifier.n_features_in_ = weighted.shape[1]
    return classifier


def _scores(classifier: Any, weighted: Any) -> Any:
    scores = classifier.decision_function(weighted)
    return scores.reshape(-1, 1) if scores.ndim == 1 else scores


def _scores_of_unseen(rows: Sequence[Row], counted: Any) -> Any:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfTransformer

    truths = np.array([row.label for row in rows])
    labels = len(set(truths))
    scores = np.zeros((len(rows), 1 if labels == 2 else labels))
    for learned, judged in _folds(rows):
        weights = TfidfTransformer(sublinear_tf=True).fit(counted[learned])
        classifier = _fitted(weights.transform(counted[learned]), truths[learned])
        scores[judged] = _scores(classifier, weights.transform(counted[judged]))
    return scores


def _folds(rows: Sequence[Row]) -> list[tuple[list[int], list[int]]]:
    try:
        from sklearn.model_selection import StratifiedGroupKFold
    except ImportError:
        raise CannotLearn(missing("Nothing was learned.")) from None
    parts = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    texts = [same_text(row.text) for row in rows]
    found = parts.split(texts, [row.label for row in rows], texts)
    return [([int(at) for at in learned], [int(at) for at in judged]) for learned, judged in found]


def _best_threshold(truths: Sequence[str], chances: Any, labels: Sequence[str], rarer: str) -> float:
    """The hundredth at which precision and recall together are best; of equal ones the middlemost."""

    def worth(hundredth: int) -> tuple[float, int]:
        chosen = [_choice(row, labels, rarer, hundredth / 100) for row in chances]
        figures = count_figures(truths, [label for label, _ in chosen], [sure for _, sure in chosen])
        return round(figures.f, 4), -abs(50 - hundredth)

    return max(range(20, 81, 2), key=worth) / 100


def _choice(chances: Any, labels: Sequence[str], rarer: str, threshold: float | None) -> tuple[str, float]:
    by_label = {label: float(chance) for label, chance in zip(labels, chances, strict=True)}
    if threshold is None:
        likeliest = max(by_label, key=lambda label: by_label[label])
    elif by_label[rarer] >= threshold:
        likeliest = rarer
    else:
        likeliest = next(label for label in labels if label != rarer)
    return likeliest, by_label[likeliest]


def _mark(text: str) -> str:
    return hashlib.sha256(same_text(text).encode()).hexdigest()[:16]


def _version(rows: Sequence[Row]) -> str:
    told = "\n".join(sorted(f"{row.label}\t{row.text}" for row in rows))
    return hashlib.sha256(f"{FORM}\n{told}".encode()).hexdigest()[:12]
