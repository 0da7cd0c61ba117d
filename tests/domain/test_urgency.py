"""How urgent a message sounds, by its words and by its situation."""

import pytest

from allmende.domain.urgency import urgency_of

CASES = [
    ("Wo finde ich die Vorlage?", None, None, "usual", ()),
    ("Wo finde ich die Vorlage?", 1, 1440, "usual", ()),
    ("Es eilt, die Abgabe ist HEUTE noch!", None, None, "urgent", ("eilt", "HEUTE noch")),
    ("Please answer as soon as possible", None, None, "urgent", ("as soon as possible",)),
    ("Meine Adresse steht da", 16, 60, "at_once", ()),
    ("Eine Redaktion fragt", 18, 60, "urgent", ()),
    ("Das ist ein Notfall, dringend", 1, 1440, "at_once", ("Notfall",)),
    ("", None, None, "usual", ()),
]


@pytest.mark.parametrize(("text", "situation", "minutes", "level", "words"), CASES)
def test_words_and_situations_say_how_urgent_it_is(text, situation, minutes, level, words) -> None:
    found = urgency_of(text, situation, minutes)
    assert (found.level, found.words) == (level, words)


def test_what_is_quoted_counts_and_a_hundred_thousand_signs_are_read() -> None:
    assert urgency_of("x" * 100_000 + " dringend").level == "urgent"
