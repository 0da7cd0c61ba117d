"""What else may have changed a rate or a duration, in the reader's words; shares have theirs in the catalogue."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.behaviours.templatetags.figure_words import bound_words, change_words, value_words, written

Words = str | Promise

# By form and reason: the verdict as a sentence.
SAYINGS_OF_CAUSES: dict[tuple[str, str], Words] = {
    ("F3", "only_mix_changed"): _(
        "%(value)s instead of %(before_value)s times per person and month, but only because others are counted now."
        " Among the same kind of people nothing may have changed."
    ),
    ("F3", "mix_against"): _(
        "%(value)s instead of %(before_value)s times per person and month, but only because others are counted now."
        " Among the same kind of people it went the other way."
    ),
    ("F3", "season"): _(
        "%(value)s instead of %(before_value)s times per person and month, but in the same weeks of last year it was much the"
        " same. The season alone can explain it."
    ),
    ("F4", "only_mix_changed"): _(
        "For half of them it now happens within %(value)s instead of %(before_value)s, but only because others are"
        " counted now. Among the same kind of cases nothing may have changed."
    ),
    ("F4", "mix_against"): _(
        "For half of them it now happens within %(value)s instead of %(before_value)s, but only because others are"
        " counted now. Among the same kind of cases it went the other way."
    ),
    ("F4", "season"): _(
        "For half of them it now happens within %(value)s instead of %(before_value)s, but in the same weeks of last"
        " year it was much the same. The season alone can explain it."
    ),
}
# By form, step and whether it spoke for a judgement; "hidden" where the mix hides what the parts did.
_CAUSES_OF: dict[tuple[str, str, object], Words] = {
    ("F3", "mix", True): _(
        "Had each part stayed as large as before, it would be done %(kept)s as before, with 95%% certainty between %(low)s and"
        " %(high)s: it does not come from other people being counted."
    ),
    ("F3", "mix", False): _(
        "It is done %(raw)s as before. Had each part stayed as large as before, it would be %(kept)s, with 95%% certainty"
        " between %(low)s and %(high)s: what changed is how large the parts are."
    ),
    ("F3", "mix", "hidden"): _(
        "Had each part stayed as large as before, it would be done %(kept)s as before, with 95%% certainty between %(low)s and"
        " %(high)s: the average hides what happened."
    ),
    ("F3", "season", True): _(
        "In the same weeks of last year it was %(value)s; now it is done %(difference)s as then, with 95%% certainty"
        " between %(low)s and %(high)s."
    ),
    ("F3", "season", False): _(
        "In the same weeks of last year it was %(value)s; now it is done %(difference)s as then, with 95%% certainty"
        " between %(low)s and %(high)s. It may be the season."
    ),
    ("F4", "mix", False): _(
        "The time until half were done changed by %(raw)s. Had each part stayed as large as before, the difference would be"
        " %(kept)s, with 95%% certainty between %(low)s and %(high)s: what changed is how large the parts are."
    ),
    ("F4", "season", True): _(
        "In the same weeks of last year %(value)s passed until half of %(n)s were done; against them the difference"
        " is %(difference)s, with 95%% certainty between %(low)s and %(high)s."
    ),
    ("F4", "season", False): _(
        "In the same weeks of last year %(value)s passed until half of %(n)s were done; against them the difference"
        " is %(difference)s, with 95%% certainty between %(low)s and %(high)s. It may be the season."
    ),
}
_COMPARED_RATE: dict[str, Words] = {
    "moving": _(
        "Where it began first (%(channels)s) it is done %(there)s as before, elsewhere in the same weeks"
        " %(elsewhere)s. What is due to where it began: %(difference)s, with 95%% certainty between %(low)s and"
        " %(high)s."
    ),
    "worsening": _(
        "Where it began first (%(channels)s) it is done %(there)s as before, elsewhere in the same weeks"
        " %(elsewhere)s: without it, more would have moved (%(difference)s, with 95%% certainty between %(low)s and"
        " %(high)s)."
    ),
    "not_moving": _(
        "Where it began first (%(channels)s) it is done %(there)s as before, elsewhere in the same weeks %(elsewhere)s: as much"
        " as elsewhere, so it has another cause."
    ),
    "cannot_tell": _(
        "Where it began first (%(channels)s) it is done %(there)s as before, elsewhere in the same weeks"
        " %(elsewhere)s. One against the other: %(difference)s, with 95%% certainty between %(low)s and %(high)s; it"
        " cannot be told whether it is due to what began."
    ),
}
_COMPARED_TIME: dict[str, Words] = {
    "moving": _(
        "Where it began first (%(channels)s) the time until half are done changed by %(there)s, elsewhere in the same"
        " weeks by %(elsewhere)s. The difference of %(difference)s, with 95%% certainty between %(low)s and %(high)s,"
        " is due to where it began."
    ),
    "worsening": _(
        "Where it began first (%(channels)s) the time until half are done changed by %(there)s, elsewhere in the same"
        " weeks by %(elsewhere)s: without it, more would have moved (difference %(difference)s, with 95%% certainty"
        " between %(low)s and %(high)s)."
    ),
    "not_moving": _(
        "Where it began first (%(channels)s) the time until half are done changed by %(there)s, elsewhere in the same weeks by"
        " %(elsewhere)s: as much as elsewhere, so it has another cause."
    ),
    "cannot_tell": _(
        "Where it began first (%(channels)s) the time until half are done changed by %(there)s, elsewhere in the same"
        " weeks by %(elsewhere)s. Difference %(difference)s, with 95%% certainty between %(low)s and %(high)s: it"
        " cannot be told whether it is due to what began."
    ),
}
COMPARED_OF: Mapping[str, Mapping[str, Words]] = {"F3": _COMPARED_RATE, "F4": _COMPARED_TIME}
CAUSES = ("mix", "season", "comparison")


def cause_sentence(form: str, code: str, is_met: bool, values: Mapping[str, Any]) -> Words | None:
    """How a step about a cause is said of this form; None where it is said as of shares."""
    if code == "comparison":
        return COMPARED_OF.get(form, {}).get(str(values.get("word")))
    is_hidden = code == "mix" and is_met and values.get("is_hidden")
    return _CAUSES_OF.get((form, code, "hidden" if is_hidden else is_met))


def cause_values(form: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a step about a cause, in the unit of the form."""
    changes = {
        name: change_words(form, values.get(name)) for name in ("raw", "kept", "difference", "there", "elsewhere")
    }
    return {
        **changes,
        "value": value_words(form, values.get("value")),
        "n": written(values.get("n")),
        "low": bound_words(form, values.get("low")),
        "high": bound_words(form, values.get("high")),
    }
