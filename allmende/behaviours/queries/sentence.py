"""A definition as a sentence people can check: who, what, in which time, without whom (`domain.md` 4.2)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from allmende.behaviours.catalogue import ACT_DONE, CLASS_WORDS, FROM_WHOM, MARKED_AS, OPENED_BY, UNIT_WORDS
from allmende.ledger.definition import Definition


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; `is_choice`: the definition could have said something else here."""

    text: str
    is_choice: bool


def sentence_of(definition: Definition, channels: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The sentence in pieces. `channels` gives the channels' names by slug."""
    words = {
        "window": _window(definition),
        "without": _without(definition),
        "place": _place(definition, channels or {}),
        "quality": _quality(definition),
    }
    if definition.form == "F1":
        return _parts(_member_sentence(), {**words, "does": _does(definition)})
    opened = str(OPENED_BY.get(definition.anchor.acts, OPENED_BY[()]))
    words |= {"opened": opened, "answer": _answer(definition)}
    return _parts(_thread_sentence(), words)


def plain_sentence(definition: Definition, channels: Mapping[str, str] | None = None) -> str:
    """The same as one text."""
    return "".join(part.text for part in sentence_of(definition, channels))


def units_word(definition: Definition) -> str:
    """What one unit is called, in the plural: questions, newcomers."""
    key = "member" if definition.form == "F1" else definition.anchor.acts
    return str(UNIT_WORDS.get(key, UNIT_WORDS[()]))


def _thread_sentence() -> str:
    return gettext("[Of all %(opened)s]%(place)s so many get [%(window)s] [%(answer)s]%(quality)s, [%(without)s].")


def _member_sentence() -> str:
    return gettext(
        "[Of all members who contributed for the first time]%(place)s so many have [%(window)s] [%(does)s]%(quality)s,"
        " [%(without)s]."
    )


def _parts(template: str, words: Mapping[str, str]) -> tuple[Part, ...]:
    """Brackets mark what can be chosen."""
    pieces = re.split(r"[\[\]]", template % words)
    return tuple(Part(text, place % 2 == 1) for place, text in enumerate(pieces) if text)


def _window(definition: Definition) -> str:
    seconds = int(definition.window.total_seconds())
    if seconds % 86_400 or seconds <= 2 * 86_400:
        count = round(seconds / 3600)
        return ngettext("within %(count)d hour", "within %(count)d hours", count) % {"count": count}
    count = seconds // 86_400
    return ngettext("within %(count)d day", "within %(count)d days", count) % {"count": count}


def _without(definition: Definition) -> str:
    words = [str(CLASS_WORDS[one]) for one in definition.exclusions]
    return gettext("without %(names)s") % {"names": listed([*words, gettext("what was deleted")])}


def _place(definition: Definition, channels: Mapping[str, str]) -> str:
    if not definition.channels:
        return ""
    names = [channels.get(slug, slug) for slug in definition.channels]
    return gettext(" in %(channels)s") % {"channels": listed(names)}


def _answer(definition: Definition) -> str:
    whom = str(FROM_WHOM.get(definition.predicate.actor_classes, FROM_WHOM[()]))
    if definition.predicate.is_first:
        return gettext("their first answer %(whom)s") % {"whom": whom}
    words = {"count": definition.minimum, "whom": whom}
    return ngettext("an answer %(whom)s", "at least %(count)d answers %(whom)s", definition.minimum) % words


def _does(definition: Definition) -> str:
    done = str(ACT_DONE.get(definition.predicate.acts, "")) or gettext("done this: %(acts)s") % {
        "acts": listed(definition.predicate.acts)
    }
    if definition.minimum == 1:
        return done
    return gettext("at least %(count)d times %(done)s") % {"count": definition.minimum, "done": done}


def _quality(definition: Definition) -> str:
    words = [str(MARKED_AS[mark]) for mark in definition.quality.any_of]
    marked = gettext(", [%(marks)s]") % {"marks": listed(words, gettext("or"))} if words else ""
    return (gettext(" [outside their own threads]") if definition.quality.outside_own_thread else "") + marked


def listed(words: Sequence[str], last: str = "") -> str:
    """a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last or gettext('and')} {words[-1]}"
