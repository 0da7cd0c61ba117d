"""In which language a text is written."""

import pytest

from allmende.triage.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie buche ich eine Gutschrift in der Kasse?", "de"),
        ("How do I book a credit note in the register?", "en"),
        ("Bonjour, je ne peux pas ouvrir mon compte", "fr"),
        ("Danke!", ""),
        ("", ""),
        ("https://example.org/a-very-long-address-in-english @somebody 👍", ""),
        ("> How do I book a credit note in the register?\nDas geht unter Vorlagen, Kasse.", "de"),
    ],
)
def test_the_language_is_guessed_where_there_is_enough_to_guess_from(text, language) -> None:
    assert language_of(text) == language
