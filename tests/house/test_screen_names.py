"""A document that names a button in both languages names one that is there."""

import re

import pytest

from tests.journeys.tongue import Tongue, catalogue
from tools.environment import ROOT

PAIR = re.compile(r"\*{1,2}([^*()]+)\*{1,2}\s+\(\*([^*()]+)\*\)")
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))


def pairs(text: str) -> list[tuple[str, str]]:
    """What stands as *English* (*German*), however its lines are broken."""
    return [(" ".join(english.split()), " ".join(german.split())) for english, german in PAIR.findall(text)]


def known(english: str) -> set[str]:
    """Every German wording of a text of the screens."""
    return {german for (_, text), german in catalogue().items() if text == english}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_what_a_document_names_stands_on_a_screen(document):
    wrong = [pair for pair in pairs(document.read_text()) if pair[1] not in known(pair[0])]
    assert not wrong


def test_the_check_sees_names_over_line_ends_and_finds_what_is_not_there():
    assert pairs("press *Send answer* (*Antwort\nsenden*), **Inbox** (*Eingang*)") == [
        ("Send answer", "Antwort senden"),
        ("Inbox", "Eingang"),
    ]
    assert Tongue("de")("Send answer") in known("Send answer")
    assert "Sag es" not in known("Send answer")
