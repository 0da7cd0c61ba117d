"""What a report says in words, after the patterns of domain 5.4. Each function speaks the active language."""

from django.utils.translation import gettext, pgettext

from allmende.domain.verdict import Contribution
from allmende.stakeholders.catalogue import REASON_WORDS
from allmende.stakeholders.queries.paper import Figure, GoalPart, ObjectivePart, Paper


def heading(paper: Paper) -> str:
    """The answer of the page in one or two sentences, the clearest verdict first; at most 200 characters."""
    parts = [_headline(part) for part in sorted(paper.objectives, key=_loudness)[:2]]
    said = " ".join(parts)
    return said if len(said) <= 200 else parts[0][:200]


def outcome(figure: Figure) -> str:
    """Is it more than before? The verdict as a sentence, with its rider when a guardrail worsened."""
    said = (_of_time(figure) if figure.is_time else {}).get(figure.word) or {
        "moving": gettext("That is certainly more, and enough to count.")
        if figure.is_clear
        else gettext("That is certainly more; whether it is enough to count is still open."),
        "not_moving": gettext("That is as before: if anything changed, it is less than would count."),
        "worsening": gettext("That is certainly less."),
        "cannot_tell": gettext("Whether that is more cannot be told yet: the difference may be chance."),
        "too_early": gettext("It is too early for a verdict."),
        "not_measurable": gettext("In this period it could not be measured."),
        "described": gettext("This is described, not judged."),
    }[figure.word]
    rider = gettext("At the same time something got worse that must not suffer.") if figure.has_damage else ""
    return " ".join(sentence for sentence in (said, reason(figure), rider) if sentence)


def reason(figure: Figure) -> str:
    """Why there is no verdict, as a sentence; empty where there is one (S1-20)."""
    if figure.word not in {"too_early", "not_measurable"}:
        return ""
    return str(REASON_WORDS.get(figure.reason) or "")


def _of_time(figure: Figure) -> dict[str, str]:
    return {
        "moving": gettext("It certainly takes less time, and enough to count.")
        if figure.is_clear
        else gettext("It certainly takes less time; whether it is enough to count is still open."),
        "worsening": gettext("It certainly takes longer."),
        "cannot_tell": gettext("Whether it takes less time cannot be told yet: the difference may be chance."),
    }


def contribution(goal: GoalPart) -> str:
    """Does the community contribute to this goal? (S1-20)"""
    return {
        Contribution.CONTRIBUTES: gettext("Yes, the community contributes to this goal."),
        Contribution.DOES_NOT: gettext("No, so far the community does not contribute to this goal."),
        Contribution.CANNOT_TELL_YET: gettext("Whether the community contributes to this goal cannot be told yet."),
    }[Contribution(goal.contribution)]


def polite_refusal(paper: Paper) -> str:
    """The ready answer to somebody who asks for counts of activity (domain 5.4, second pattern)."""
    part = min(paper.objectives, key=_loudness)
    return gettext(
        "The number of posts does not say whether the community helps your department. We agreed together "
        "to measure this instead: %(audience)s shall %(behaviour)s. As it stands: %(standing)s"
    ) % {"audience": part.audience, "behaviour": part.behaviour, "standing": _standing(part)}


def _standing(part: ObjectivePart) -> str:
    numbers = part.figure.numbers
    if numbers is None or numbers.before_share is None:
        return outcome(part.figure)
    before = round(numbers.before_share * 100)
    if numbers.counted_share is not None and numbers.share is not None:
        counted = gettext("%(now)s of 100 times, before %(before)s of 100.") % {
            "now": round(numbers.share * 100),
            "before": before,
        }
    else:
        counted = gettext("%(k)s of %(n)s times, before %(before)s of 100.") % {
            "k": numbers.k,
            "n": numbers.n,
            "before": before,
        }
    return f"{counted} {outcome(part.figure)}"


def _headline(part: ObjectivePart) -> str:
    of_time = {
        "moving": pgettext("heading", "%(objective)s: certainly sooner than before."),
        "not_moving": pgettext("heading", "%(objective)s: no sooner than before."),
        "worsening": pgettext("heading", "%(objective)s: later than before."),
        "cannot_tell": pgettext("heading", "%(objective)s: whether sooner, we do not know yet."),
    }
    pattern = (of_time if part.figure.is_time else {}).get(part.figure.word) or {
        "moving": pgettext("heading", "%(objective)s: certainly more often than before."),
        "not_moving": pgettext("heading", "%(objective)s: no more often than before."),
        "worsening": pgettext("heading", "%(objective)s: less often than before."),
        "cannot_tell": pgettext("heading", "%(objective)s: whether more often, we do not know yet."),
        "too_early": pgettext("heading", "%(objective)s: too early for a verdict."),
        "not_measurable": pgettext("heading", "%(objective)s: could not be measured."),
        "described": pgettext("heading", "%(objective)s: how things stand."),
    }[part.figure.word]
    return pattern % {"objective": part.short_name}


_LOUD = ("worsening", "moving", "not_moving", "cannot_tell", "not_measurable", "too_early", "described")


def _loudness(part: ObjectivePart) -> int:
    """Bad news first, then what moved; what says nothing last."""
    return _LOUD.index(part.figure.word)
