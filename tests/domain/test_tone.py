"""Signs that an answer sounds defensive; calm words give none."""

import pytest

from allmende.domain.tone import tone_hints


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Danke für den Hinweis. Am Montag ist es behoben.", []),
        ("Wie bereits gesagt, steht das in der Anleitung.", ["blame"]),
        ("Das ist nicht  unsere Schuld.", ["defence"]),
        ("Das ist FALSCH und NICHT wahr", ["shouting"]),
        ("PDF und XML gehen beide.", []),
        ("Nein!! Sie haben nicht gelesen", ["blame", "exclamation"]),
        ("", []),
        ("You should have read it. That is wrong!!", ["blame", "defence", "exclamation"]),
    ],
)
def test_s4_11_what_sounds_defensive_is_noticed(text, codes):
    assert [one.code for one in tone_hints(text)] == codes
