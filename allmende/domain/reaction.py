"""Which rule of the reaction plan applies to a message, and by which signs (S4-07, S4-08, S4-20, domain 3.8).

Deterministic and self-explaining: rules are tried by rank, the first whose signs are all there is chosen,
the others
that would have fitted are named. The shipped situations and their words live in the guidelines room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache

from allmende.domain.folding import Folded, fold, fold_text

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*$", re.MULTILINE)
_ASKING = re.compile(
    r"(wie|was|wo|woher|wohin|wann|warum|wieso|weshalb|wer|wen|wem|welche[rsmn]?|kann (mir )?(jemand|wer|man)"
    r"|weiss (jemand|wer|einer)|hat (jemand|wer|schon)|gibt es|how|what|where|when|why|who|which|can (any|some)one"
    r"|does (any|some)one|has (any|some)one|is there|are there|any (idea|hint|tip)s?)\b"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """How a situation is recognised. Every kind that is set must be there; None and empty mean "does not
    matter".

    `words` (one of them), `all_words` (each of them) and `no_words` (none of them) hold words or phrases.
    A star stands
    for any letters: "kündig*" finds "Kündigungen", "*vertrag" finds "Mietvertrag". Case, umlauts and
    punctuation
    between the words of a phrase do not matter; lines quoted with ">" are not read.
    """

    words: tuple[str, ...] = ()
    all_words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()
    author_classes: tuple[str, ...] = ()
    is_question: bool | None = None
    is_first_post: bool | None = None
    is_private: bool | None = None
    is_reply_to_us: bool | None = None
    has_link: bool | None = None

    @property
    def is_empty(self) -> bool:
        """True when nothing could recognise the situation: such a rule never fits, it can only be the
        default.
        """
        return self == Signs()

    @classmethod
    def from_mapping(cls, stored: Mapping[str, object]) -> Signs:
        """Signs as stored in a rule. Raises ValueError for a kind of sign that does not exist or a value
        of wrong type.
        """
        known = {each.name for each in fields(cls)}
        if unknown := sorted(set(stored) - known):
            raise ValueError(f"Unknown kinds of sign: {', '.join(unknown)}.")
        return cls(**{name: _checked(name, value) for name, value in stored.items()})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the reaction plan as far as recognising needs it; lower ranks are tried first."""

    key: str
    situation: int
    signs: Signs = field(default_factory=Signs)
    rank: int = 0
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message as it is seen. `is_question` None: judge by the text (the source may know better)."""

    text: str
    author_class: str = "member"
    is_first_post: bool = False
    is_private: bool = False
    is_reply_to_us: bool = False
    is_question: bool | None = None


@dataclass(frozen=True, slots=True)
class SignFound:
    """One sign that was there: its kind, what the rule asked for, and for words the stretch of the
    message.
    """

    kind: str
    asked_for: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen rule, why (`signs`, `default`, `no_rule`), what was found, and which other rules fitted
    too.
    """

    rule_key: str | None
    reason_code: str
    signs_found: tuple[SignFound, ...] = ()
    also_fitting: tuple[str, ...] = ()


def choose_rule(rules: Iterable[Rule], message: Sighting) -> Choice:
    """The first rule by rank (then situation, then key) whose signs are all in the message; else the
    default rule.
    """
    in_order = sorted(rules, key=lambda rule: (rule.rank, rule.situation, rule.key))
    text = fold(_QUOTED_LINE.sub("", message.text))
    found = [(rule, _signs_found(rule.signs, message, text)) for rule in in_order if not rule.signs.is_empty]
    fitting = [(rule, signs) for rule, signs in found if signs is not None]
    if fitting:
        rule, signs = fitting[0]
        return Choice(rule.key, "signs", signs, tuple(other.key for other, _ in fitting[1:]))
    default = next((rule for rule in in_order if rule.is_default), None)
    return Choice(default.key, "default") if default else Choice(None, "no_rule")


def is_question(text: str) -> bool:
    """Does the text ask something? A question mark outside of addresses, or a sentence that begins like a
    question.
    """
    plain = _ADDRESS.sub(" ", fold_text(_QUOTED_LINE.sub("", text)))
    if "?" in plain:
        return True
    return any(_ASKING.match(sentence.strip()) for sentence in re.split(r"[.!\n]", plain))


def _signs_found(signs: Signs, message: Sighting, text: Folded) -> tuple[SignFound, ...] | None:
    """What was found, or None when a sign is missing."""
    if any(_word_found(text, pattern, "no_words") for pattern in signs.no_words):
        return None
    any_of = [found for pattern in signs.words if (found := _word_found(text, pattern, "words"))]
    all_of = [found for pattern in signs.all_words if (found := _word_found(text, pattern, "all_words"))]
    if (signs.words and not any_of) or len(all_of) < len(signs.all_words):
        return None
    circumstances = list(_circumstances(signs, message))
    if any(found is None for found in circumstances):
        return None
    return (*any_of, *all_of, *(found for found in circumstances if found))


def _circumstances(signs: Signs, message: Sighting) -> Iterator[SignFound | None]:
    """One entry per sign that is not a word: found, or None when it is missing."""
    if signs.author_classes:
        is_there = message.author_class in signs.author_classes
        yield SignFound("author_class", message.author_class) if is_there else None
    asks = is_question(message.text) if message.is_question is None else message.is_question
    seen = (
        ("is_question", signs.is_question, asks),
        ("is_first_post", signs.is_first_post, message.is_first_post),
        ("is_private", signs.is_private, message.is_private),
        ("is_reply_to_us", signs.is_reply_to_us, message.is_reply_to_us),
        ("has_link", signs.has_link, _ADDRESS.search(message.text.casefold()) is not None),
    )
    for kind, wanted, is_there in seen:
        if wanted is not None:
            yield SignFound(kind, "yes" if wanted else "no") if wanted == is_there else None


def _word_found(text: Folded, pattern: str, kind: str) -> SignFound | None:
    match = sign_pattern(pattern).search(text.text)
    return SignFound(kind, pattern, text.quote(*match.span())) if match else None


@lru_cache(maxsize=4096)
def sign_pattern(pattern: str) -> re.Pattern[str]:
    """Finds a word or phrase in a folded text; a star stands for any letters. Raises ValueError where no letter is left."""
    # Stars side by side say no more than one, and would cost a search without end.
    parts = re.sub(r"\*+", "*", fold_text(pattern)).split()
    if not any(part.strip("*") for part in parts):
        raise ValueError("A sign needs at least one letter.")
    body = r"[\W_]+".join(r"\w*".join(re.escape(piece) for piece in part.split("*")) for part in parts)
    # Signs such as emoji stand directly behind a word: there is no word boundary to ask for.
    before = r"(?<!\w)" if re.match(r"[\w*]", parts[0]) else ""
    after = r"(?!\w)" if re.search(r"[\w*]$", parts[-1]) else ""
    return re.compile(before + body + after)


def _checked(name: str, value: object) -> object:
    if name.startswith(("is_", "has_")):
        if value is not None and not isinstance(value, bool):
            raise ValueError(f"The sign {name} is true, false or left out.")
        return value
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"The sign {name} is a list of words.")
    if name != "author_classes":
        for pattern in value:
            sign_pattern(pattern)
    return tuple(value)
