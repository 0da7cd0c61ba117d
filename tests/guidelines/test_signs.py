"""The shipped signs find their situation in messages as people write them, German and English."""

import pytest

from allmende.domain.reaction import Sighting, choose_rule
from allmende.guidelines.actions import draft_from_catalogue
from allmende.guidelines.queries import response_rule, rules_of

CASES = [
    (1, "Wie stelle ich die Umsatzsteuer um?", False),
    (1, "Heute ist Dienstag.", False),
    (2, "Hallo, wo finde ich die Einstellungen?", True),
    (3, "Ich habe eine Frage zu meiner Rechnung vom März.", False),
    (3, "Kündigung: wie geht das?", True),
    (3, "Where can I see my invoices?", False),
    (4, "Gibt es eine Schnittstelle zu DATEV?", False),
    (5, "Es wäre schön, wenn man Vorlagen teilen könnte.", False),
    (6, "Vielen Dank, das war schnell!", False),
    (6, "Well done, all of you.", False),
    (7, "So habe ich es gelöst: erst die Sicherung, dann das Update.", False),
    (10, "Das ist enttäuschend.", False),
    (11, "Angeblich wird das Programm eingestellt.", False),
    (12, "Ich warte seit drei Wochen auf eine Antwort.", False),
    (12, "Two weeks and still no answer.", False),
    (13, "Ihr seid alle Witzfiguren.", False),
    (14, "Du Arschloch.", False),
    (15, "Dieser Beitrag ist rechtswidrig, bitte entfernen.", False),
    (16, "Ruft mich an, meine Telefonnummer ist 0431 123456.", False),
    (17, "Ich kann nicht mehr, ich will sterben.", False),
    (18, "Ich bin Journalistin und habe eine Frage.", False),
    (20, "Casino-Bonus sichern!", False),
    (22, "Hat sich erledigt, danke.", False),
]


@pytest.fixture
def plan(owner, channel, now):
    return draft_from_catalogue(person=owner, channel=channel, now=now)


def test_s4_07_messages_meet_the_rule_agreed_before(plan):
    rules = rules_of(plan)
    situation_of = {rule.key: rule.situation for rule in rules}
    chosen = [
        (situation_of[choose_rule(rules, Sighting(text, is_first_post=first)).rule_key], text, first)
        for _, text, first in CASES
    ]
    assert chosen == CASES


def test_danger_to_a_person_comes_before_everything_else(plan):
    rules = rules_of(plan)
    text = "Ihr Arschlöcher, meine Rechnung ist falsch, ich will sterben"
    choice = choose_rule(rules, Sighting(text))
    assert {rule.key: rule.situation for rule in rules}[choice.rule_key] == 17
    assert choice.also_fitting


def test_rule_keys_are_ids_of_the_rows(plan):
    assert {rule.key for rule in rules_of(plan)} == {str(rule.pk) for rule in plan.rules.all()}


def test_promise_of_a_rule_as_the_clock_counts_it(plan):
    ordinary = response_rule(plan.rules.get(situation=1))
    assert (ordinary.target.total_seconds(), ordinary.member_first.total_seconds()) == (86400, 14400)
    assert ordinary.satisfied_by == "anyone" and ordinary.counts_service_hours
    assert response_rule(plan.rules.get(situation=22)).target is None
    assert not response_rule(plan.rules.get(situation=17)).counts_service_hours
