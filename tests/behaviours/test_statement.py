"""Every definition as a sentence, and every sentence back to its definition, in German and English."""

import pytest
from django.utils import translation
from hypothesis import given, settings

from allmende.behaviours.queries.statement import UnreadableSentence, flat, nested, pieces_of, read_sentence
from allmende.ledger.definition import Definition
from allmende.ledger.shipped import SHIPPED
from tests.ledger.definitions import definitions

CHANNELS = {"forum": "Lotsenforum", "chat": "Plausch und Rat, offen"}
MEANT = {"key", "version", "schema", "level"}


def meant(definition: Definition) -> dict:
    return {path: value for path, value in flat(definition.to_dict()).items() if path not in MEANT}


def sentence(definition: Definition) -> str:
    return "".join(piece.text for piece in pieces_of(flat(definition.to_dict()), CHANNELS))


@pytest.mark.parametrize("language", ["de", "en"])
@given(definition=definitions())
@settings(max_examples=300, deadline=None)
def test_every_definition_comes_back_from_its_sentence(definition, language):
    with translation.override(language):
        said = sentence(definition)
        assert read_sentence(said, CHANNELS) == meant(definition), said
        spaced = f"  {said.replace(' ', '  ')} "
        assert read_sentence(spaced, CHANNELS) == meant(definition)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.key)
def test_what_is_shipped_comes_back_from_its_sentence(definition, language):
    with translation.override(language):
        values = nested(read_sentence(sentence(definition), CHANNELS))
    assert Definition.from_dict({**values, "key": definition.key, "version": 1}) == definition


def test_4_2_the_sentence_of_the_specification_is_read():
    told = (
        "Of all members who contributed for the first time, the share who, within 30 days, answered somebody's question"
        " outside their own threads, not counting deleted content."
    )
    with translation.override("en"):
        values = read_sentence(told, {})
    assert (values["form"], values["window_seconds"], values["predicate.acts"]) == ("F1", 30 * 86_400, ("answered",))
    assert values["quality.outside_own_thread"]


UNREADABLE = [
    ("Was tun sie?", "Der Anfang des Satzes ist nicht zu verstehen"),
    (
        "Von allen Fragen, die Mitglieder gestellt haben, der Anteil derer, die bald eine Antwort",
        "ab „bald eine Antwort“",
    ),
    ("Von allen Fragen, die Mitglieder gestellt haben, der Anteil derer, die bald eine Antwort", "„innerhalb von"),
    ("Von allen Fragen, die Mitglieder gestellt haben,", "endet zu früh, nach"),
    ("Von allen Fragen, die Geister gestellt haben, der Anteil", "ab „Geister gestellt"),
    ("", "Anfang"),
]


@pytest.mark.parametrize(("told", "said"), UNREADABLE)
def test_what_cannot_be_read_is_said_with_its_place(told, said):
    with translation.override("de"), pytest.raises(UnreadableSentence) as refusal:
        read_sentence(told, {})
    assert said in str(refusal.value)
