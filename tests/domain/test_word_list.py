"""The house's own words: what is to use, to avoid, to explain, and in which form people are addressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.domain.word_list import ListedWord, check_words

LIST = (
    ListedWord("User*", "avoid", "Mitglieder", reason="Niemand nutzt hier nur."),
    ListedWord("Sprechstunde", "use", others=("Office Hour*", "Call")),
    ListedWord("ELSTER", "explain", "Portal der Finanzämter"),
)


def codes(text, **forms):
    return [(one.code, one.found, one.better) for one in check_words(text, LIST, **forms)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Unsere Usern helfen wir", [("word_avoided", "Usern", "Mitglieder")]),
        ("Die Nutzung steigt", []),
        ("Kommen Sie in die office hours", [("word_other", "office hours", "Sprechstunde")]),
        ("Kommen Sie in die Sprechstunde", []),
        ("Mit ELSTER und noch einmal ELSTER", [("word_unexplained", "ELSTER", "Portal der Finanzämter")]),
        ("Mit ELSTER (dem Portal) geht es", []),
        ("Mit ELSTER, d. h. am Bildschirm", []),
        ("ELSTER ist das Portal der Finanzämter", []),
        ("> User schrieb dies\nDanke @user und https://example.org/user", []),
    ],
)
def test_s2_16_a_draft_is_checked_against_the_word_list(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("text", "address", "found"),
    [
        ("Schick uns deine Rechnung, dann helfen wir dir", "formal", ["deine", "dir"]),
        ("Schicken Sie uns Ihre Rechnung", "formal", []),
        ("Können Sie uns Ihre Rechnung schicken?", "informal", ["Sie", "Ihre"]),
        ("Sie kam gestern. Ihre Frage steht noch.", "informal", []),
        ("Dudenredaktion und Wandel", "formal", []),
    ],
)
def test_s2_16_a_house_says_du_or_sie_and_not_both(text, address, found):
    assert [one.found for one in check_words(text, (), address=address)] == found


@pytest.mark.parametrize(
    ("text", "gender", "found"),
    [
        ("Liebe Nutzer*innen", "colon", [("Nutzer*innen", "Nutzer:innen")]),
        ("Liebe NutzerInnen", "asterisk", [("NutzerInnen", "Nutzer*innen")]),
        ("Ein/e Leser/in", "colon", [("Leser/in", "Leser:in")]),
        ("Liebe Nutzer:innen", "colon", []),
        ("Liebe Nutzer:innen", "pair", [("Nutzer:innen", "")]),
        ("Liebe Nutzerinnen und Nutzer", "pair", []),
        ("Berlin, Termin um 10:30", "neutral", []),
    ],
)
def test_s2_16_one_form_of_gender_runs_through_all_texts(text, gender, found):
    assert [(one.found, one.better) for one in check_words(text, (), gender=gender)] == found


@given(st.text(max_size=400))
def test_every_place_is_where_its_words_stand(text):
    import unicodedata

    read = unicodedata.normalize("NFC", text)
    for one in check_words(text, LIST):
        assert read[slice(*one.place)] == one.found


def test_a_long_text_costs_no_more_than_its_length():
    assert len(check_words("User Nutzer*innen du " * 5_000, LIST)) == 15_000


def test_stars_side_by_side_search_no_longer_than_one():
    assert check_words("a" * 2_000, (ListedWord("a" + "*" * 60 + "b", "avoid"),)) == ()
