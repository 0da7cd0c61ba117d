"""An advertisement says so where reading begins."""

import pytest

from allmende.domain.ad_label import label_place

CASES = [
    ("Anzeige: Unser Kurs beginnt.", "first"),
    ("[ANZEIGE] Unser Kurs beginnt.", "first"),
    ("#Anzeige Unser Kurs", "first"),
    ("\U0001f4e3 Anzeige | Kurs", "first"),
    ("Unser Kurs beginnt. #Anzeige", "late"),
    ("Unser Kurs, Anzeige inklusive", "late"),
    ("Anzeigenblatt lesen", "missing"),
    ("Unser Kurs #ad", "missing"),
    ("", "missing"),
]


@pytest.mark.parametrize(("text", "place"), CASES)
def test_3_11_the_mark_counts_only_as_the_first_word(text, place):
    assert label_place(text, "Anzeige") == place
