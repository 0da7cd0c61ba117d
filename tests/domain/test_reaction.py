"""Which rule of the reaction plan applies: S4-07, S4-08, S4-20."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.reaction import Choice, Rule, Sighting, SignFound, Signs, choose_rule, is_question

QUESTION = Rule("question", 1, Signs(is_question=True), rank=90)
NEWCOMER = Rule("newcomer", 2, Signs(is_question=True, is_first_post=True), rank=50)
CONTRACT = Rule("contract", 3, Signs(words=("kündig*", "*vertrag", "meine Rechnung")), rank=20)
INSULT = Rule("insult", 14, Signs(words=("Idioten", "🤬"), no_words=("keine Idioten",)), rank=10)
SPAM = Rule("spam", 20, Signs(has_link=True, is_first_post=True, all_words=("gratis", "klick*")), rank=15)
SILENCE = Rule("silence", 22, is_default=True, rank=99)
PLAN = (QUESTION, NEWCOMER, CONTRACT, INSULT, SPAM, SILENCE)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Wie exportiere ich die Liste?", "question"),
        ("Ich will KÜNDIGEN.", "contract"),
        ("Ich kuendige zum Monatsende", "contract"),
        ("Bitte um die Kündigungsbestätigung", "contract"),
        ("Der Mietvertrag läuft aus", "contract"),
        ("Wo finde ich meine … Rechnung?", "contract"),
        ("Ihr seid doch Idioten!", "insult"),
        ("Danke auch🤬", "insult"),
        ("Hier sind keine Idioten.", "silence"),
        ("Der Vertragspartner meldet sich.", "silence"),
        ("Idiotensicher erklärt, danke", "silence"),
        ("> Ich will kündigen\nDas tut mir leid.", "silence"),
        ("", "silence"),
    ],
)
def test_s4_07_the_rule_is_recognised_by_its_signs(text, rule):
    assert choose_rule(PLAN, Sighting(text)).rule_key == rule


def test_s4_07_a_choice_explains_itself():
    choice = choose_rule(PLAN, Sighting("Wie kann ich den Vertrag KÜNDIGEN?", is_first_post=True))
    assert choice == Choice(
        "contract",
        "signs",
        (SignFound("words", "kündig*", "KÜNDIGEN"), SignFound("words", "*vertrag", "Vertrag")),
        also_fitting=("newcomer", "question"),
    )


def test_s4_07_circumstances_are_signs_too():
    first = choose_rule(PLAN, Sighting("Wie geht das?", is_first_post=True))
    assert first.signs_found == (SignFound("is_question", "yes"), SignFound("is_first_post", "yes"))
    spam = Sighting("Gratis! Klickt hier https://x.example/?a", is_first_post=True)
    assert choose_rule(PLAN, spam).rule_key == "spam"
    only_partners = (Rule("partner", 5, Signs(author_classes=("partner",))), SILENCE)
    assert choose_rule(only_partners, Sighting("Hallo", author_class="partner")).rule_key == "partner"
    assert choose_rule(only_partners, Sighting("Hallo")).rule_key == "silence"
    private = (Rule("private", 3, Signs(is_private=True)), Rule("reply", 6, Signs(is_reply_to_us=False)))
    assert choose_rule(private, Sighting("Hallo", is_private=True)).also_fitting == ("reply",)


def test_s4_20_the_default_rule_says_that_it_is_one_and_no_rule_says_so():
    assert choose_rule(PLAN, Sighting("Schönen Tag")) == Choice("silence", "default")
    assert choose_rule([QUESTION], Sighting("Schönen Tag")) == Choice(None, "no_rule")
    assert choose_rule([Rule("empty", 9)], Sighting("Schönen Tag")) == Choice(None, "no_rule")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Warum geht das nicht", True),
        ("Hallo zusammen. Weiß jemand Rat", True),
        ("Does anyone know this", True),
        ("Siehe https://x.example/?q=1", False),
        ("> Wie geht das?\nSo.", False),
        ("Wieder da!", False),
        ("Das Wie ist klar.", False),
    ],
)
def test_a_question_is_known_by_its_mark_or_its_beginning(text, asks):
    assert is_question(text) is asks


def test_the_source_knows_better_whether_it_is_a_question():
    assert choose_rule([QUESTION], Sighting("Drucker druckt nicht", is_question=True)).rule_key == "question"
    assert choose_rule([QUESTION], Sighting("Wirklich?", is_question=False)).rule_key is None


def test_signs_are_read_from_what_is_stored():
    signs = Signs.from_mapping({"words": ["kündig*"], "is_question": True})
    assert signs == Signs(words=("kündig*",), is_question=True)
    assert Signs.from_mapping({}).is_empty


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        ({"wrods": []}, "wrods"),
        ({"words": "kündig*"}, "list of words"),
        ({"words": [3]}, "list of words"),
        ({"words": ["**"]}, "at least one letter"),
        ({"is_question": "yes"}, "true, false"),
    ],
)
def test_signs_that_cannot_be_read_are_refused(stored, says):
    with pytest.raises(ValueError, match=says):
        Signs.from_mapping(stored)


@given(st.text(max_size=60), st.booleans(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rules_does_not_matter_and_finds_are_quotes(text, is_first, seed):
    shuffled = random.Random(seed).sample(PLAN, len(PLAN))
    choice = choose_rule(PLAN, Sighting(text, is_first_post=is_first))
    assert choose_rule(shuffled, Sighting(text, is_first_post=is_first)) == choice
    assert choice.rule_key is not None
