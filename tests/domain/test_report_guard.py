"""What may leave the team: S1-17, S1-21, S1-23, domain 3.15, 4.6 and the block list of 5.5."""

import time
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest

from allmende.domain.report_guard import Figure, Form, GuardFinding, Trait, check_report, check_text, names_activity

GOOD = Figure(
    key="newcomers-answer",
    label="Neue Mitglieder, die jemandem antworten",
    level="behaviour",
    form=Form.SHARE,
    value=37 / 412,
    definition_key="newcomers_answer@2",
    denominator=412,
    people=412,
    period="Oktober 2026",
    low=0.066,
    high=0.121,
    word="moving",
    evidence_grade="E",
    objective_key="objective-1",
)
CHANGE = replace(GOOD, form=Form.DIFFERENCE, value=0.03, low=0.003, high=0.063)


def codes(*figures, **how):
    return [finding.code for finding in check_report(figures, **how)]


def test_3_15_a_complete_figure_may_leave():
    assert codes(GOOD, CHANGE) == []


@pytest.mark.parametrize(
    ("lack", "code"),
    [
        ({"definition_key": ""}, "definition_missing"),
        ({"denominator": None}, "denominator_missing"),
        ({"period": ""}, "period_missing"),
        ({"low": None}, "uncertainty_missing"),
        ({"high": None}, "uncertainty_missing"),
        ({"evidence_grade": ""}, "evidence_grade_missing"),
        ({"evidence_grade": "Z"}, "evidence_grade_missing"),
    ],
)
def test_3_15_every_figure_carries_what_it_stands_on(lack, code):
    assert check_report([replace(GOOD, **lack)]) == (GuardFinding(code, GOOD.key, "missing"),)


def test_3_15_a_figure_that_says_too_early_needs_no_range():
    assert codes(replace(GOOD, value=None, low=None, high=None, word="too_early")) == []


def test_3_15_a_count_of_people_needs_its_denominator_but_no_range():
    count = replace(GOOD, form=Form.COUNT, value=37, low=None, high=None)
    assert codes(count) == []
    assert codes(replace(count, denominator=None)) == ["denominator_missing"]


def test_s1_17_activity_is_blocked_whatever_else_it_carries():
    assert codes(replace(GOOD, level="activity")) == ["activity_count"]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Follower", "size_total"),
        ("Anzahl der Mitglieder", "size_total"),
        ("Number of subscribers", "size_total"),
        ("Beiträge", "activity_count"),
        ("Impressions", "activity_count"),
        ("Reichweite", "activity_count"),
        ("Engagement-Rate", "engagement_rate"),
        ("Interaktionsrate pro Beitrag", "engagement_rate"),
        ("Klicks", "click_as_success"),
        ("Neue Mitglieder, die antworten", None),
        ("Fragen, die Mitglieder zuerst beantworten", None),
    ],
)
def test_5_5_an_activity_is_known_by_its_name(label, code):
    assert names_activity(label) == code
    assert codes(replace(GOOD, label=label)) == ([code] if code else [])


@pytest.mark.parametrize("trait", list(Trait))
def test_5_5_what_is_known_to_mislead_is_blocked(trait):
    assert codes(replace(GOOD, traits=frozenset({trait}))) == [trait.value]


def test_5_5_percent_changes_need_their_base_and_must_leave_the_noise():
    percent = replace(GOOD, form=Form.PERCENT_CHANGE, value=0.5, low=0.1, high=0.9, base=(37, 25))
    assert codes(percent) == []
    assert codes(replace(percent, base=None)) == ["percent_without_base"]
    assert codes(replace(percent, low=-0.1)) == ["change_within_noise"]


def test_5_5_a_change_inside_noise_may_only_be_called_so():
    assert codes(replace(CHANGE, low=-0.01)) == ["change_within_noise"]
    assert codes(replace(CHANGE, low=-0.01, word="cannot_tell")) == []


def test_5_3_grade_x_is_no_proof():
    assert codes(replace(GOOD, evidence_grade="X")) == ["grade_is_no_proof"]


def test_4_6_small_groups_are_not_shown():
    small = replace(GOOD, denominator=40, people=4)
    assert codes(small) == ["group_below_floor"]
    assert codes(replace(small, people=5)) == []
    assert codes(replace(small, people=5), floor=8) == ["group_below_floor"]
    assert codes(replace(small, people=None, denominator=4)) == ["group_below_floor"]


def test_s1_23_once_agreed_only_the_agreed_objectives_are_reported():
    assert codes(GOOD, agreed_objectives=frozenset({"objective-1"})) == []
    assert codes(GOOD, agreed_objectives=frozenset({"objective-2"})) == ["objective_not_agreed"]


def test_s1_21_a_report_does_not_lead_with_a_lower_level():
    value = replace(GOOD, key="calls", level="value", form=Form.AMOUNT, denominator=None, objective_key="")
    assert codes(value, GOOD) == []
    assert codes(GOOD, value) == ["leads_with_lower_level"]


@pytest.mark.parametrize(
    ("text", "found", "code"),
    [
        ("Wir haben jetzt 12.000 Follower.", "12.000 Follower", "size_total"),
        ("We reached 3,400 impressions last week", "3,400 impressions", "activity_count"),
        ("Die Engagement-Rate liegt bei 4 %", "Engagement-Rate", "engagement_rate"),
        ("an engagement rate of 4%", "engagement rate", "engagement_rate"),
        ("Mit 120 neuen Beiträgen im Monat", "120 neuen Beiträgen", "activity_count"),
        ("12k likes", "12k likes", "activity_count"),
        ("1,2 Mio. Impressionen", "1,2 Mio. Impressionen", "activity_count"),
        ("Tausende Follower", "Tausende Follower", "size_total"),
        ("Follower: 12 000", "Follower: 12 000", "size_total"),
        ("eine Reichweite von rund 30.000", "Reichweite von rund 30.000", "activity_count"),
        ("Das Forum hat insgesamt 5.000 Mitglieder", "insgesamt 5.000 Mitglieder", "size_total"),
        ("Es gab 15 % mehr Likes", "15 % mehr Likes", "activity_count"),
        ("340 Klicks auf den Link", "340 Klicks", "click_as_success"),
        ("Der Earned Media Value beträgt viel", "Earned Media Value", "earned_media_value"),
        ("Sentiment-Score 0,7", "Sentiment-Score", "machine_sentiment"),
        ("ein Plus: +12 % gegenüber Mai", "+12 %", "percent_without_base"),
        ("stieg um 64 Prozent", "um 64 Prozent", "percent_without_base"),
        ("Gru\u0308ße! 10 Likes", "10 Likes", "activity_count"),
    ],
)
def test_s1_17_activity_in_free_text_is_found_with_its_place(text, found, code):
    (finding,) = check_text(text)
    assert (finding.text, finding.code) == (found, code)
    assert unicodedata.normalize("NFC", text)[slice(*finding.place)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Im Oktober haben 37 von 412 neuen Mitgliedern die Frage eines anderen beantwortet, vorher 119 von 1.986.",
        "301 of 338 newcomers got a reply within 24 hours.",
        "14 Mitglieder haben mindestens fünf hilfreiche Antworten gegeben.",
        "Der Anteil stieg von 6,0 % auf 9,0 % (n = 412).",
        "Die Zahl der Beiträge sagt nicht, ob die Community Ihrer Abteilung hilft.",
        "Am 12. Mai besuchen uns Mitglieder in Kiel.",
        "In 30 Tagen sehen wir mehr.",
        "",
    ],
)
def test_s1_15_what_a_report_is_for_is_not_found(text):
    assert check_text(text) == ()


def test_several_findings_come_in_order_and_do_not_overlap():
    text = "Wir haben 12.000 Follower, 3.400 Likes und eine Engagement-Rate von 4 %."
    findings = check_text(text)
    assert [f.code for f in findings] == ["size_total", "activity_count", "engagement_rate"]
    assert all(a.place[1] <= b.place[0] for a, b in pairwise(findings))


def test_a_long_text_of_numbers_is_read_in_no_time():
    started = time.perf_counter()
    check_text("1 2 3 4,5.6 " * 2_000)
    assert time.perf_counter() - started < 3
