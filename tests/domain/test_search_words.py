"""By which words a text is found, and what somebody means who types some."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.domain.search_words import LONGEST_WORD, MOST_KEPT, Sought, search_words, sought_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Müller", "mueller muller"),
        ("Straße STRASSE", "strasse"),
        ("Anmeldungen", "anmeldungen anmeldung"),
        ("ging", "ging gehen"),
        ("Haeuser", "haeuser haus"),
        ("went", "went go"),
        ("#Frist an @jana@forum.example", "frist #frist an jana @jana forum @forum example"),
        ("2.500,00 am 3.5.", "2 500 00 am 3 5"),
        ("👍🏽 👨‍👩‍👧", "👍 👨 👩 👧"),
        ("zero\u200bwidth so\u00adft \u202eabc", "zerowidth soft abc"),
        ("קָפֶה قَهْوَة नमस्ते", "קפה قهوة नमस्ते"),
        ("„Beleg“ (Kopie) don't C++", "beleg kopie don t c do"),
        ("Ⅷ ﬁn", "viii fin"),
        ("\x00 \ud800 ... # @", ""),
        ("", ""),
    ],
)
def test_a_text_is_found_by(text: str, words: str):
    assert set(search_words(text).split()) == set(words.split())


def test_every_word_stands_there_once():
    assert search_words("Konto konto KONTO Kontos").split() == ["konto", "kontos"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Anmeldungen", [Sought(("anmeldungen",), ("anmeldung",))]),
        ("Müller", [Sought(("mueller", "muller"))]),
        ("#Müll", [Sought(("#muell", "#mull"))]),
        ('"Konto" OR konto*', [Sought(("konto",)), Sought(("or",))]),
        ("... # @ -", []),
    ],
)
def test_words_are_meant_as_a_text_is_read(asked: str, meant: list[Sought]):
    assert list(sought_words(asked)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Wort " * 30_000,
        "".join(f"x{n:x} " for n in range(100_000)),
        "".join(f"Köln{n:x} " for n in range(100_000)),
        "\ufdfa" * 200_000,
        "e" + "\u0301" * 200_000,
        "a" * 200_000,
        "😀" * 200_000,
    ],
    ids=["one word", "many words", "umlauts", "that grows", "marks", "no gap", "emoji"],
)
def test_a_long_text_is_bounded(text: str):
    begun = time.process_time()
    words = search_words(text)
    assert time.process_time() - begun < 4  # seconds; it takes about one, the dictionaries included
    assert len(words) <= MOST_KEPT and max(map(len, words.split())) <= 3 * LONGEST_WORD


@given(st.text())
def test_a_text_holds_each_of_its_own_words_and_nothing_a_database_reads_as_its_own(text: str):
    words = search_words(text)
    assert words == " ".join(words.split()) and not set(words) & set("\"'\\*():&|!<>-\x00")
    words.encode()
    for sought in sought_words(text):
        assert any(word.startswith(sought.beginnings) or word in sought.bases for word in words.split())
