"""Grammar, lint, cardinalities, cut line and change level: domain 0.1, 3.4, 3.5, S1-14, I-08 to I-10."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.plan_check import (
    ChangeLevel,
    GoalShape,
    LeverDraft,
    ObjectiveDraft,
    ObjectiveShape,
    PlanElement,
    PlanShape,
    Severity,
    TacticLoad,
    change_level,
    changes,
    check_goal,
    check_lever,
    check_objective,
    check_plan,
    cut_line,
    is_refused,
    tactic_priority,
)

GOOD = ObjectiveDraft(
    audience="Neue Mitglieder",
    behaviour="innerhalb von 30 Tagen die Frage eines anderen Mitglieds beantworten",
    effect="Fragen ohne Anruf gelöst werden",
    quality_condition="die Antwort wurde bedankt oder angenommen",
    measure_level="behaviour",
    is_population_countable=True,
    baseline_share=0.06,
    target_share=0.12,
    has_target_date=True,
    least_relevant_difference=0.03,
    guardrail="Anteil angenommener Antworten",
)


def refusals(draft, **how):
    return {f.code for f in check_objective(draft, **how) if f.severity == Severity.REFUSE}


def warnings(draft):
    return {f.code for f in check_objective(draft) if f.severity == Severity.WARN}


def test_a_complete_objective_has_no_findings():
    assert check_objective(GOOD, for_agreement=True) == ()


@pytest.mark.parametrize(
    "behaviour",
    [
        "sich einloggen",
        "sich täglich einzuloggen",
        "jede Woche das Forum besuchen",
        "besuchen regelmäßig unsere Produktseite",
        "unsere Beiträge liken und teilen",
        "unserer Seite folgen",
        "den Newsletter lesen",
        "der Gruppe beitreten",
        "öfter mitlesen",
        "log in every day",
        "visit our forum at least once a week",
        "like our posts, follow our page and read the newsletter",
        "join the group",
        "follow us",
        "share our posts",
    ],
)
def test_3_5_only_looking_joining_or_pressing_a_button_is_refused(behaviour):
    assert refusals(replace(GOOD, behaviour=behaviour)) == {"activity_only"}


@pytest.mark.parametrize(
    "behaviour",
    [
        "Engagement steigern",
        "das Engagement der Community erhöhen",
        "increase engagement",
        "1.000 Follower gewinnen",
        "mehr Likes",
        "die Reichweite verdoppeln",
        "get more page views and impressions",
        "grow reach",
        "Mitgliederzahl auf 5.000 steigern",
    ],
)
def test_s1_14_a_number_is_no_behaviour(behaviour):
    assert "number_not_behaviour" in refusals(replace(GOOD, behaviour=behaviour))


@pytest.mark.parametrize(
    "statement",
    ["Engagement steigern", "Increase engagement.", "mehr Reichweite", "5.000 Follower gewinnen", "Get more traffic"],
)
def test_s0_26_a_number_alone_is_no_goal(statement):
    assert [(one.code, one.severity) for one in check_goal(statement)] == [("number_not_goal", Severity.REFUSE)]


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("Increase awareness of organ donation among students", ["number_not_goal"]),
        ("Kundinnen und Kunden lösen Fragen schneller, ohne anzurufen", []),
        ("Fewer people leave within their first year", []),
        ("", []),
    ],
)
def test_s0_26_a_number_beside_something_else_warns_and_a_goal_passes(statement, codes):
    found = check_goal(statement)
    assert [one.code for one in found] == codes
    assert not is_refused(found)


@pytest.mark.parametrize(
    "behaviour",
    [
        "Fragen beantworten, die sie im Forum lesen",
        "den Entwurf lesen und zwei Fehler melden",
        "einen Hof besuchen und berichten, was sie gelernt haben",
        "answer questions of people who join",
        "read a draft and report what is unclear",
        "share what went wrong on their farm",
        "Erfahrungen aus der Ernte teilen",
        "anderen Neulingen eine erste Antwort geben",
        "einen Fehlerbericht mit reproduzierbaren Schritten einreichen",
        "erklären, wie sie mehr Reichweite mit weniger Diesel erzielen konnten, ohne umzubauen",
    ],
)
def test_3_5_doing_something_for_others_is_not_refused(behaviour):
    assert refusals(replace(GOOD, behaviour=behaviour)) == set()


def test_3_5_an_activity_is_allowed_when_the_plan_explains_its_value():
    draft = replace(GOOD, behaviour="den Newsletter lesen", activity_reason="Nur dort steht die Rückrufliste.")
    assert refusals(draft) == set()
    assert "activity_only" in warnings(draft)


@pytest.mark.parametrize(
    "audience",
    [
        "wir",
        "Wir als Redaktion",
        "We",
        "unser Team",
        "Unser Social-Media-Team",
        "our team",
        "Community Management",
    ],
)
def test_3_5_we_are_no_audience(audience):
    assert refusals(replace(GOOD, audience=audience)) == {"subject_is_us"}


@pytest.mark.parametrize(
    "audience", ["unsere Mitglieder", "Wirtschaftsprüfer", "Teamleitungen unserer Kunden", "Weinbauern"]
)
def test_3_5_others_are_an_audience(audience):
    assert refusals(replace(GOOD, audience=audience)) == set()


def test_3_5_we_in_the_behaviour_is_refused_too():
    assert refusals(replace(GOOD, behaviour="wir beantworten alle Fragen")) == {"subject_is_us"}


def test_3_5_the_three_parts_of_the_sentence_are_asked_for():
    empty = ObjectiveDraft(audience=" ", behaviour="", effect="…")
    assert refusals(empty) == {"audience_missing", "behaviour_missing", "effect_missing"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quality_condition": ""}, "quality_missing"),
        ({"is_population_countable": False}, "population_uncountable"),
        ({"is_population_countable": None}, "population_uncountable"),
        ({"guardrail": ""}, "guardrail_missing"),
        ({"behaviour": "sich aktiver beteiligen"}, "behaviour_vague"),
        ({"target_share": 0.07}, "target_below_least_relevant"),
    ],
)
def test_3_5_what_only_weakens_is_warned_of(change, code):
    draft = replace(GOOD, **change)
    assert warnings(draft) == {code}
    assert refusals(draft, for_agreement=True) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"least_relevant_difference": None}, "least_relevant_missing"),
        ({"target_share": None}, "target_missing"),
        ({"has_target_date": False}, "target_date_missing"),
        ({"measure_level": None}, "measure_missing"),
    ],
)
def test_0_1b_an_agreement_needs_what_a_draft_may_lack(change, code):
    draft = replace(GOOD, **change)
    assert warnings(draft) == {code}
    assert refusals(draft, for_agreement=True) == {code}


def test_i_08_and_s1_14_an_activity_carries_neither_measure_nor_target():
    assert refusals(replace(GOOD, measure_level="activity")) == {"target_on_activity"}
    assert refusals(replace(GOOD, measure_level="activity", target_share=None)) == {"measure_is_activity"}
    assert refusals(replace(GOOD, measure_level="outcome")) == {"measure_is_no_behaviour"}


def test_impossible_numbers_are_refused():
    assert refusals(replace(GOOD, target_share=12)) == {"target_is_no_share"}
    assert refusals(replace(GOOD, least_relevant_difference=0)) == {"least_relevant_not_positive"}


def goal(key, *strategies):
    return GoalShape(key, tuple(ObjectiveShape(f"{key}-o{i}", count) for i, count in enumerate(strategies)))


@pytest.mark.parametrize(
    ("plan", "codes"),
    [
        (PlanShape((goal("g", 1),), 7), {}),
        (PlanShape(()), {"goal_missing": "refuse"}),
        (PlanShape((goal("g", 1), goal("h", 1))), {"several_goals": "warn"}),
        (PlanShape(tuple(goal(k, 1) for k in "ghij")), {"too_many_goals": "strong"}),
        (PlanShape((goal("g", 1, 1, 1, 1),)), {"too_many_objectives": "warn"}),
        (PlanShape((goal("g"),)), {"objective_missing": "warn"}),
        (PlanShape((goal("g", 0),)), {"strategy_missing": "strong"}),
        (PlanShape((goal("g", 2),)), {"several_strategies": "refuse"}),
        (PlanShape((goal("g", 1),), 8), {"too_many_tactics": "warn"}),
    ],
)
def test_finding_3_cardinalities(plan, codes):
    findings = check_plan(plan)
    assert {f.code: f.severity for f in findings} == codes
    assert is_refused(findings) == ("refuse" in codes.values())


def test_3_5_tactic_priority_is_reach_times_depth_times_length():
    assert tactic_priority(3, 3, 3) == 27
    assert tactic_priority(1, 2, 3) == 6
    with pytest.raises(ValueError, match="1 to 3"):
        tactic_priority(0, 1, 4)


def test_3_5_the_cut_line_cuts_from_the_bottom():
    tactics = [
        TacticLoad("small", 1, 1, 1, Decimal("0.5")),
        TacticLoad("dear", 3, 3, 2, 6),
        TacticLoad("top", 3, 3, 3, 4.0),
        TacticLoad("cheap", 3, 2, 3, 2),
    ]
    line = cut_line(tactics, hours=20, routine_hours=8)
    assert line.runs == ("top", "cheap", "dear")
    assert (line.would_stop, line.used_hours, line.left_hours) == (("small",), 12, 0)
    assert cut_line(tactics, 18, 8).runs == ("top", "cheap")
    assert cut_line(tactics, 5, 8).runs == ()


loads = st.lists(
    st.builds(TacticLoad, st.uuids().map(str), *[st.integers(1, 3)] * 3, st.decimals(0, 10, places=1)),
    max_size=6,
)


@given(loads, st.integers(0, 40), st.integers(0, 10))
@settings(max_examples=50, deadline=None)
def test_3_5_the_cut_line_keeps_within_the_hours_and_loses_nothing(tactics, hours, fewer):
    line, shorter = cut_line(tactics, hours, 5), cut_line(tactics, hours - fewer, 5)
    assert line.used_hours <= max(0, hours - 5)
    assert {*line.runs, *line.would_stop} == {t.key for t in tactics}
    assert line.runs[: len(shorter.runs)] == shorter.runs
    assert line == cut_line(tactics[::-1], hours, 5)


PLAN = (
    PlanElement("g", "goal", {"statement": "Weniger Anrufe"}, {"plain_statement": "Das Telefon klingelt seltener."}),
    PlanElement(
        "o",
        "objective",
        {"behaviour": "Fragen beantworten", "target_share": 0.12},
        {"short_name": "Antworten"},
    ),
    PlanElement("s", "strategy", {"emotion": "Stolz"}),
    PlanElement("t", "tactic", {"name": "Werkstattbesuch", "effort_hours": 3}),
    PlanElement("a", "action", {"what": "Einladen", "due_date": "2026-12-01"}),
)


@pytest.mark.parametrize(
    ("place", "change", "level"),
    [
        (0, {"statement": "Mehr Umsatz"}, ChangeLevel.GOAL),
        (1, {"target_share": 0.15}, ChangeLevel.OBJECTIVE),
        (2, {"emotion": "Neugier"}, ChangeLevel.STRATEGY),
        (3, {"effort_hours": 4}, ChangeLevel.TACTIC),
        (4, {"due_date": "2026-12-08"}, ChangeLevel.ACTION),
        (0, {"statement": "weniger Anrufe!"}, ChangeLevel.WORDING),
        (0, {}, None),
    ],
)
def test_3_4_change_level_of_one_element(place, change, level):
    after = list(PLAN)
    after[place] = replace(after[place], substance={**after[place].substance, **change})
    assert change_level(PLAN, after) == level


def test_3_4_labels_are_wording():
    after = [*PLAN[:1], replace(PLAN[1], labels={"short_name": "Helfen"}), *PLAN[2:]]
    (change,) = changes(PLAN, after)
    assert (change.how, change.level, change.fields) == ("reworded", ChangeLevel.WORDING, ("short_name",))


def test_3_4_who_reads_a_change_reads_the_words_that_changed_with_it():
    before = PlanElement(
        "goal-1", "goal", {"statement": "Fewer calls", "measure": "calls"}, {"plain_statement": "Calls"}
    )
    after = PlanElement(
        "goal-1", "goal", {"statement": "Fewer visits", "measure": "Calls"}, {"plain_statement": "Visits"}
    )
    (change,) = changes([before], [after])
    assert (change.how, change.level) == ("changed", ChangeLevel.GOAL)
    assert change.fields == ("statement", "measure", "plain_statement")


def test_3_4_the_highest_level_touched_counts_and_leads():
    after = [*PLAN[:3], replace(PLAN[3], substance={"name": "Rundgang", "effort_hours": 3})]
    found = changes(PLAN, after)
    assert [(c.key, c.how) for c in found] == [("t", "changed"), ("a", "removed")]
    assert change_level(PLAN, after) == ChangeLevel.TACTIC
    assert change_level(PLAN[1:], PLAN) == ChangeLevel.GOAL
    assert [int(level) for level in ChangeLevel] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("emotion", "statement", "word"),
    [
        ("Angst, abgehängt zu werden", "", "Angst"),
        ("Versagensangst", "", "Versagensangst"),
        ("Scham", "", "Scham"),
        ("Stolz", "Wer schweigt, soll sich schämen.", "schämen"),
        ("Ehrgeiz", "Wir stellen die Letzten bloß und drohen; die Bloßstellung wirkt.", "Bloßstellung"),
        ("Fear of missing the deadline", "", "Fear"),
        ("Guilt", "", "Guilt"),
        ("Stolz auf sichtbares Fachkönnen", "", ""),
        ("Vertrauen", "Niemand soll ohne Angst fragen müssen? Doch: angstfrei, ohne Scham.", ""),
        ("Ehrfurcht", "Furchtlos und unverschämt neugierig", ""),
        ("Sorge, etwas zu verpassen", "", ""),
        ("Zugehörigkeit", "Die Mannschaft am Prüfstand gehört zusammen.", ""),
    ],
)
def test_a_lever_of_fear_or_shame_is_found(emotion, statement, word):
    lever = LeverDraft("strategy-1", emotion, statement)
    found = check_lever(lever)
    assert [(one.code, one.severity, one.values["word"]) for one in found] == (
        [("lever_of_fear", "strong", word)] if word else []
    )
    among = check_lever(lever, is_among_employees=True)
    assert [(one.code, one.severity) for one in among] == ([("lever_off_among_employees", "refuse")] if word else [])


def test_a_justified_lever_and_one_that_relieves_stand():
    fear = LeverDraft("strategy-1", "Angst vor dem Monatsabschluss")
    assert not check_lever(replace(fear, ethics_note="Sie besteht ohnehin; wir zeigen sofort den Ausweg."))
    assert not check_lever(replace(fear, is_relieved=True), is_among_employees=True)
    assert is_refused(check_lever(replace(fear, ethics_note="Muss sein"), is_among_employees=True))


@pytest.mark.parametrize(
    ("behaviour", "quoted"),
    [
        ("Engagement steigern", "Engagement"),
        ("Mehr Aktivität", "Aktivität"),
        ("jede Woche Öffnen", "Öffnen"),
        ("die Engagement-Rate erhöhen", "Engagement-Rate"),
    ],
)
def test_s0_26_a_finding_quotes_the_word_as_it_was_typed(behaviour, quoted):
    (finding,) = [one for one in check_objective(replace(GOOD, behaviour=behaviour)) if "word" in one.values]
    assert finding.values["word"] == quoted


BY_TIME = replace(
    GOOD, form="duration", target_share=None, baseline_share=None, baseline_value=9.4, target_value=6.0,
    least_relevant_difference=0.2,
)  # fmt: skip
BY_RATE = replace(BY_TIME, form="rate", baseline_value=0.34, target_value=0.5)


@pytest.mark.parametrize("draft", [BY_TIME, BY_RATE])
def test_a_rate_or_a_time_has_its_target_in_its_own_unit(draft):
    assert not refusals(draft)
    assert "target_value_missing" in warnings(replace(draft, target_value=None))
    assert "target_value_missing" in refusals(replace(draft, target_value=None), for_agreement=True)
    assert "target_is_for_shares" in refusals(replace(draft, target_share=0.4))
    assert "target_value_not_positive" in refusals(replace(draft, target_value=0.0))
    assert "target_date_missing" in warnings(replace(draft, has_target_date=False))
    assert "target_is_for_values" in refusals(replace(GOOD, target_value=6.0))


def test_only_of_a_time_more_is_no_aim():
    assert "target_takes_longer" in warnings(replace(BY_TIME, target_value=12.0))
    assert "target_takes_longer" not in warnings(replace(BY_RATE, target_value=12.0))


@pytest.mark.parametrize(
    ("draft", "target", "is_too_near"),
    [(BY_TIME, 7.6, True), (BY_TIME, 7.5, False), (BY_RATE, 0.40, True), (BY_RATE, 0.41, False), (BY_RATE, 0.29, True)],
)
def test_a_target_nearer_than_what_matters_changes_no_decision(draft, target, is_too_near):
    """A fifth of 9.4 hours is 1.88; 1.2 times 0.34 is 0.408."""
    assert ("target_below_least_relevant" in warnings(replace(draft, target_value=target))) == is_too_near
