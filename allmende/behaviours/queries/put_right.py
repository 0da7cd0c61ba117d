"""What was judged, put right by a sample that people coded blind (domain 4.5); without one everything stays as it was."""

from allmende.domain import verdict as domain


def put_right(
    verdict: domain.Verdict,
    now: domain.Counts,
    before: domain.Counts | None,
    sampled: domain.Sampled | None,
    least: float | None,
    confidence: float,
) -> domain.Verdict:
    """Shares are corrected; of rates and durations only what is too noisy is held back. Concentration is described, and stays."""
    if sampled is None or verdict.word == domain.Word.DESCRIBED:
        return verdict
    if isinstance(now, domain.Share) and (before is None or isinstance(before, domain.Share)):
        return domain.with_labels(verdict, now, before, sampled, least, confidence)
    return domain.with_usable_labels(verdict, sampled)


def truly(side: domain.Counts | None, sampled: domain.Sampled | None) -> domain.Interval | None:
    """The share that truly was on one side, with its range; None where it is no share, or nobody knows."""
    if sampled is None or not isinstance(side, domain.Share):
        return None
    return domain.true_share(side, sampled)
