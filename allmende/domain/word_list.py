"""Does a text keep to the house's own words: the word list, Du or Sie, one form of gender (S2-16, domain 3.9)?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from allmende.domain.folding import Folded, fold
from allmende.domain.reaction import sign_pattern

# What others wrote, and what only leads somewhere, is not ours to word.
_NOT_OURS = re.compile(r"^[ \t]*>[^\n]*$|https?://\S+|www\.\S+|[@#][\w.-]+", re.MULTILINE)
_INFORMAL = re.compile(r"(?<!\w)(?:du|dich|dir|dein(?:e[nmrs]?)?|euch|euer|eure[nmrs]?)(?!\w)", re.IGNORECASE)
# Within a sentence only: at its beginning "Sie" may be she or they.
_FORMAL = re.compile(r"(?<=[^\W_] |[,;–-] )(?:Sie|Ihnen|Ihre[nmrs]?)(?!\w)")
_GENDERED = re.compile(r"(?<!\w)([A-ZÄÖÜ][a-zäöüß]{2,})([:*_·]|/-?|(?=I))([iI]n(?:nen)?)(?!\w)")
_MARKS = {"colon": ":", "asterisk": "*"}
_EXPLAINED = re.compile(r"\s*(?:\(|[–—-]\s|,?\s*(?:das heißt|d\.\s?h\.|also|that is|i\.\s?e\.))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedWord:
    """An entry of the word list. A star stands for any letters, as in a sign of a reaction rule.

    `advice`: use, avoid or explain `term`. `others` are said instead of a word to use and not wanted.
    `alternative` is what to say instead of a word to avoid, or the explanation of one to explain.
    """

    term: str
    advice: str
    alternative: str = ""
    others: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WordFound:
    """A place where the text does not keep to the house's words.

    `code`: word_avoided, word_unexplained, word_other, says_du, says_sie, gender_form. `place`: start and end in the composed
    text (NFC), `found` what stands there, `better` what to say or "" where only the writer can know, `reason` of the entry.
    """

    code: str
    place: tuple[int, int]
    found: str
    better: str = ""
    reason: str = ""


def check_words(
    text: str, listed: Iterable[ListedWord], address: str = "formal", gender: str = "pair"
) -> tuple[WordFound, ...]:
    """Every place that does not keep to the list or the forms, in order of the text; quotes, addresses and names are not read.

    `address`: formal or informal; `gender`: pair, colon, asterisk or neutral.
    A word to explain is asked for once, at its first place, and not where its explanation stands anywhere in the text.
    Whether "Sie" at the start of a sentence is meant formally no machine can tell; it is left alone.
    """
    read = fold(_NOT_OURS.sub(lambda found: " " * len(found.group()), fold(text).original))
    found = [*_listed(read, listed), *_addressed(read.original, address), *_gendered(read.original, gender)]
    return tuple(sorted(found, key=lambda one: one.place))


def _listed(read: Folded, listed: Iterable[ListedWord]) -> Iterator[WordFound]:
    for word in listed:
        if word.advice == "avoid":
            yield from _each(read, (word.term,), "word_avoided", word.alternative, word.reason)
        elif word.advice == "use":
            yield from _each(read, word.others, "word_other", word.term, word.reason)
        else:
            yield from _unexplained(read, word)


def _each(read: Folded, terms: Sequence[str], code: str, better: str, reason: str) -> Iterator[WordFound]:
    for term in terms:
        for match in sign_pattern(term).finditer(read.text):
            place = read.place(*match.span())
            yield WordFound(code, place, read.original[slice(*place)], better, reason)


def _unexplained(read: Folded, word: ListedWord) -> Iterator[WordFound]:
    first = next(_each(read, (word.term,), "word_unexplained", word.alternative, word.reason), None)
    if first is None or _EXPLAINED.match(read.original, first.place[1]):
        return
    if word.alternative and fold(word.alternative).text in read.text:
        return
    yield first


def _addressed(text: str, address: str) -> Iterator[WordFound]:
    pattern, code = (_INFORMAL, "says_du") if address == "formal" else (_FORMAL, "says_sie")
    yield from (WordFound(code, match.span(), match.group()) for match in pattern.finditer(text))


def _gendered(text: str, gender: str) -> Iterator[WordFound]:
    wanted = _MARKS.get(gender)
    for match in _GENDERED.finditer(text):
        stem, mark, ending = match.groups()
        if mark != wanted:
            yield WordFound(
                "gender_form", match.span(), match.group(), f"{stem}{wanted}{ending.lower()}" if wanted else ""
            )
