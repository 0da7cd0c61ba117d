"""Who is spoken to in a note."""

import pytest

from allmende.domain.mentions import mentioned

NAMES = {1: "Jana Petersen", 2: "Emre Yıldız", 3: "Emre Kaya", 4: "Jörg", 5: "Jana Petersen-Groß"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Jana Petersen, schaust du?", (1,)),
        ("@jana petersen und @EMRE YILDIZ bitte", (1,)),
        ("Frag (@Emre Yıldız) oder @joerg", (2, 4)),
        ("@Jana Petersen-Groß weiß es", (5,)),
        ("@Jörg @Jörg", (4,)),
        ("info@jana.example, @niemand@mastodon.example, Jana Petersen", ()),
        ("", ()),
    ],
)
def test_a_name_behind_an_at_is_somebody(text, people) -> None:
    assert mentioned(text, NAMES).people == people


def test_what_fits_several_is_doubtful() -> None:
    found = mentioned("@Emre, bitte", NAMES)
    assert found.people == () and found.doubtful == (("Emre", ("Emre Kaya", "Emre Yıldız")),)
    assert mentioned("@Jana bitte", {1: "Jana Petersen"}).people == (1,)
