"""Our own German words in the form of gender a house has chosen."""

import pytest

from allmende.domain.inclusive import has_pair, in_form

CASES = [
    ("Fragen Sie Kolleginnen und Kollegen.", "Fragen Sie Kolleg:innen.", "Fragen Sie Teammitglieder."),
    ("Kolleginnen, Kollegen und Gäste", "Kolleg:innen und Gäste", "Teammitglieder und Gäste"),
    ("Erfahrene Buchhalterinnen und Buchhalter", "Erfahrene Buchhalter:innen", "Erfahrene Buchhaltungsfachleute"),
    ("Es braucht eine Inhaberin oder einen Inhaber.", "Es braucht eine:n Inhaber:in.", None),
    ("der Verfasserin oder dem Verfasser die Gründe", "der:dem Verfasser:in die Gründe", None),
    ("Von der Verfasserin, dem Verfasser oder dem Netzwerk", "Von der:dem Verfasser:in oder dem Netzwerk", None),
    ("Bewerberin oder Bewerber", "Bewerber:in", "Sich bewerbende Person"),
    ("Beginnen und binnen acht Tagen enden", "Beginnen und binnen acht Tagen enden", "Beginnen und binnen acht Tagen enden"),
]  # fmt: skip


@pytest.mark.parametrize(("pair", "colon", "neutral"), CASES)
def test_pairs_are_written_in_the_form_that_was_chosen(pair, colon, neutral) -> None:
    assert in_form(pair, "pair") == pair
    assert in_form(pair, "colon") == colon
    assert in_form(pair, "asterisk") == colon.replace(":", "*")
    assert not has_pair(in_form(pair, "neutral"))
    assert neutral is None or in_form(pair, "neutral") == neutral
