"""Text checks before sending: S2-24, domain 3.11, approvals bound to the text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.wording import CountingRule, DraftMedia, DraftText, check_draft, text_hash, text_length

FAMILY = "👨\u200d👩\u200d👧"
FREE = CountingRule()


def codes(draft, rule=FREE):
    return [finding.code for finding in check_draft(draft, rule)]


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("Grüße", "characters", 5),
        ("Gru\u0308ße", "characters", 5),
        ("Grüße", "bytes", 7),
        (FAMILY, "graphemes", 1),
        (FAMILY, "characters", 5),
        (FAMILY, "utf16", 8),
        ("🇩🇪🇦🇹", "graphemes", 2),
        ("", "graphemes", 0),
    ],
)
def test_3_11_length_in_the_unit_of_the_network(text, unit, length):
    assert text_length(text, CountingRule(unit)) == length


def test_3_11_an_address_may_count_a_fixed_number():
    rule = CountingRule("characters", 500, link_counts=23)
    assert text_length("Mehr: https://lotsenforum.example/sehr/langer/weg?und=mehr.", rule) == len("Mehr: .") + 23
    assert text_length("(https://a.example/) http://b.example", rule) == len("() ") + 46


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("@mia@weit.example danke", "@mia danke"),
        ("(@mia.m@weit.example) und @jan@sub.weit.example.", "(@mia.m) und @jan."),
        ("@mia danke", "@mia danke"),
        ("post an mia@weit.example", "post an mia@weit.example"),
        ("https://weit.example/@mia@fern.example!", "x" * 23 + "!"),
        ("@@mia @ weit", "@@mia @ weit"),
    ],
)
def test_3_11_of_a_far_mention_only_the_name_may_count(text, counted):
    rule = CountingRule("graphemes", 500, link_counts=23, short_mentions=True)
    assert text_length(text, rule) == len(counted)
    assert text_length(text, CountingRule(link_counts=23)) == (len(text) if "https" not in text else 24)


def test_3_11_counting_mentions_costs_no_more_than_the_text_is_long():
    rule = CountingRule(short_mentions=True)
    for hostile in ("@" + "a" * 20_000, "@a" * 10_000, "@a.-" * 5_000 + "@", "@a@" + "-" * 20_000):
        assert text_length(hostile, rule) <= len(hostile)


def test_3_11_too_long_says_by_how_much():
    rule = CountingRule("graphemes", 3)
    assert codes(DraftText("abc"), rule) == []
    (finding,) = check_draft(DraftText("ab" + FAMILY * 2), rule)
    assert (finding.code, finding.severity) == ("too_long", "refuse")
    assert finding.values == {"length": 4, "maximum": 3, "unit": "graphemes"}


def test_3_11_nothing_said_is_refused_unless_there_is_a_picture():
    assert codes(DraftText(" \n")) == ["empty"]
    assert codes(DraftText("", (DraftMedia("d1", "Ein Hof im Nebel"),))) == []


def test_3_11_every_picture_needs_alt_text_or_is_decoration():
    media = (DraftMedia("a", "Hof"), DraftMedia("b", " "), DraftMedia("c", is_decorative=True))
    (finding,) = check_draft(DraftText("Neu", media), FREE)
    assert (finding.code, finding.severity, finding.values) == ("alt_text_missing", "warn", {"number": 2})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hallo [Name], danke!", "[Name]"),
        ("Hallo {{ vorname }}!", "{{ vorname }}"),
        ("Hallo {Vorname}!", "{Vorname}"),
        ("Am XXX um 10 Uhr", "XXX"),
        ("Termin: TBD", "TBD"),
        ("Bitte <<Link einsetzen>>", "<<Link einsetzen>>"),
        ("Ihre Nummer: ______", "______"),
        ("Lorem ipsum", None),
        ("lorem ipsum dolor", "lorem ipsum"),
        ("[Anleitung](https://a.example)", None),
        ("[x] erledigt", None),
        ("XXL-Format, f{x} = 3", None),
    ],
)
def test_s2_24_a_placeholder_left_is_refused_with_its_place(text, left):
    findings = [f for f in check_draft(DraftText(text), FREE) if f.code == "placeholder_left"]
    assert [text[slice(*f.place)] for f in findings] == ([left] if left else [])


def test_s2_24_an_unedited_pattern_is_warned_of():
    pattern = "Danke für Ihren Hinweis, wir prüfen das."
    assert codes(DraftText("Danke für Ihren Hinweis – wir prüfen das!", pattern=pattern)) == ["pattern_unedited"]
    assert codes(DraftText("Danke, Frau Kern, für Ihren Hinweis: wir prüfen das.", pattern=pattern)) == []


@given(st.text(max_size=30))
@settings(max_examples=50, deadline=None)
def test_an_approval_survives_another_way_of_writing_the_same(text):
    assert text_hash(text) == text_hash(unicodedata.normalize("NFD", unicodedata.normalize("NFC", text)))
    assert text_hash("a\r\nb") == text_hash("a\nb") != text_hash("a b")
    assert len(text_hash(text)) == 64


def test_an_approval_ends_when_anything_a_reader_notices_changes():
    picture = DraftMedia("d1", "Ein Hof")
    hashes = {
        text_hash("Neu", [picture]),
        text_hash("Neu"),
        text_hash("neu", [picture]),
        text_hash("Neu", [DraftMedia("d1", "Ein Stall")]),
        text_hash("Neu", [DraftMedia("d2", "Ein Hof")]),
        text_hash("Neu", [picture, DraftMedia("d2")]),
        text_hash("Neu", [DraftMedia("d2"), picture]),
        text_hash("Neud1", [DraftMedia("", "Ein Hof")]),
    }
    assert len(hashes) == 8


@given(st.text(max_size=40))
@settings(max_examples=50, deadline=None)
def test_no_unit_counts_less_than_graphemes(text):
    counts = [text_length(text, CountingRule(unit)) for unit in ("graphemes", "characters", "utf16", "bytes")]
    assert counts == sorted(counts) or counts[3] >= counts[1] >= counts[0]
