"""The plan check speaks through the forms, in German and English, and keeps what was typed."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from django.utils.html import escape

from allmende.domain.plan_check import ObjectiveDraft, PlanShape, check_objective, check_plan
from allmende.domain.plan_check.shape import GoalShape, ObjectiveShape
from allmende.plan import actions, queries
from allmende.plan.actions import save_objective
from allmende.plan.catalogue import FIELD_WORDS, MEASURE_WORDS, lesson_of
from allmende.plan.models import Goal, LessonSetAside, Objective, Strategy
from allmende.plan.queries.elements import LABELS, SUBSTANCE
from tests.plan.test_taking_back import offer

NEW = "/w/lotsenforum/plan/draft/objective/new/"
DRAFT = "/w/lotsenforum/plan/draft/"
LINT = "/w/lotsenforum/plan/draft/lint/"
SENTENCE = {
    "audience": "Neue Anwenderinnen und Anwender",
    "behaviour": "binnen 30 Tagen einer anderen Person helfen",
    "effect": "sie bleiben",
}


@pytest.fixture
def draft(plan_drafted):
    return plan_drafted


@pytest.mark.parametrize(
    ("language", "typed", "words"),
    [
        ("de", {"behaviour": "sich öfter einloggen"}, "allein nützt dem Ziel noch nicht"),
        ("de", {"behaviour": "Engagement steigern"}, "ist eine Zahl, kein Verhalten"),
        ("de", {"audience": "Wir"}, "Das sind wir, nicht die Mitglieder"),
        ("de", {"audience": "Unser Team"}, "Das sind wir, nicht die Mitglieder"),
        ("de", {"least_relevant_difference": "0"}, "Der Unterschied, der zählt, muss über 0"),
        ("en", {"behaviour": "log in more often"}, "alone does not serve the goal yet"),
        ("en", {"behaviour": "increase engagement"}, "is a number, not a behaviour"),
        ("en", {"audience": "Our team"}, "that is us, not the members"),
    ],
)
def test_what_is_no_objective_is_refused_with_a_lesson(draft, owner, client_of, language, typed, words):
    owner.user.language = language
    owner.user.save()
    answer = client_of(owner).post(f"{NEW}?under={draft.goal.key}", {**SENTENCE, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'class="err"' in page
    for value in {**SENTENCE, **typed}.values():
        assert f'value="{value}"' in page or f">\n{value}</textarea>" in page  # a word or a sentence
    assert Objective.objects.count() == 1


@pytest.mark.parametrize("address", ["draft/goal/new/", "start/short/goal/"])
def test_s0_26_increase_engagement_is_no_goal_on_either_path(owner, now, client_of, address):
    actions.start_plan(person=owner, title="Forum", owner=owner, now=now)
    typed = {"statement": "Engagement steigern", "plain_statement": "Engagement steigern", "value_type": "cost"}
    answer = client_of(owner).post(f"/w/lotsenforum/plan/{address}", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "„Engagement“ ist eine Zahl von uns" in page and ">\nEngagement steigern</textarea>" in page
    assert not Goal.objects.exists()


def test_s0_26_a_goal_is_checked_while_it_is_typed(draft, owner, client_of):
    asked = f"{LINT}?{urlencode({'layer': 'goal', 'key': draft.goal.key, 'under': ''})}"
    page = client_of(owner).post(asked, {"statement": "Mehr Reichweite"}).content.decode()
    assert "„Reichweite“ ist eine Zahl von uns" in page and 'class="bad"' in page


def test_an_objective_is_written_as_a_sentence(draft, owner, client_of):
    answer = client_of(owner).post(
        f"{NEW}?under={draft.goal.key}", {**SENTENCE, "target_share": "10,5", "least_relevant_difference": "3 %"}
    )
    assert answer.status_code == 303
    objective = Objective.objects.get(code="Z2")
    assert (objective.target_share, objective.least_relevant_difference) == (0.105, 0.03)
    assert objective.short_name == SENTENCE["behaviour"]
    assert answer.url.endswith(f"#{objective.key}")
    page = client_of(owner).get("/w/lotsenforum/plan/draft/").content.decode()
    assert f"<b>{SENTENCE['audience']}</b> sollen <b>{SENTENCE['behaviour']}</b>" in page
    assert "Was darf dabei nicht schlechter werden?" in page


def test_mere_reading_can_be_an_objective_where_the_plan_says_why(draft, owner, client_of):
    typed = {**SENTENCE, "behaviour": "die Sicherheitshinweise lesen"}
    assert client_of(owner).post(f"{NEW}?under={draft.goal.key}", typed).status_code == 422
    typed["activity_reason"] = "Wer sie kennt, verletzt sich nicht."
    assert client_of(owner).post(f"{NEW}?under={draft.goal.key}", typed).status_code == 303


@pytest.mark.parametrize("typed", ["47 Beiträge", "470", "-3", "NaN", "1e9"])
def test_a_target_is_a_share_and_nothing_else(draft, owner, client_of, typed):
    answer = client_of(owner).post(f"{NEW}?under={draft.goal.key}", {**SENTENCE, "target_share": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()


def test_findings_are_told_while_one_types(draft, owner, client_of):
    page = client_of(owner).post(LINT, {**SENTENCE, "behaviour": "mehr Follower gewinnen"}).content.decode()
    assert "<html" not in page
    assert "ist eine Zahl, kein Verhalten" in page
    assert "Noch offen" in page
    assert "Wer soll es tun?" not in page
    assert Objective.objects.count() == 1


def test_every_finding_of_the_domain_has_words():
    drafts = [
        ObjectiveDraft("", "", ""),
        ObjectiveDraft("wir", "besser sein", "x"),
        ObjectiveDraft("Neue", "einloggen", "x", measure_level="activity"),
        ObjectiveDraft("Neue", "Reichweite steigern", "x", measure_level="activity", target_share=2),
        ObjectiveDraft("Neue", "helfen", "x", measure_level="outcome", least_relevant_difference=0.0),
        ObjectiveDraft("Neue", "helfen", "x", target_share=0.5, baseline_share=0.49, least_relevant_difference=0.03),
    ]
    objective = ObjectiveShape("objective-1", 0)
    shapes = [
        PlanShape(()),
        PlanShape((GoalShape("a"), GoalShape("b"))),
        PlanShape(tuple(GoalShape(key, (objective,) * 4) for key in "abcd"), 8),
        PlanShape((GoalShape("a", (ObjectiveShape("objective-1", 2),)),)),
    ]
    findings = [finding for one in drafts for finding in check_objective(one)]
    findings += [finding for shape in shapes for finding in check_plan(shape)]
    assert len({finding.code for finding in findings}) >= 26
    for finding in findings:
        text = lesson_of(finding.code, finding.values)
        assert text.title, finding.code
        assert text.why, finding.code
        assert "%(" not in text.title + text.why + text.example
        assert "%%" not in text.title + text.why + text.example


def test_every_field_a_change_can_name_has_a_word():
    names = {name.removesuffix("_id") for fields in (*SUBSTANCE.values(), *LABELS.values()) for name in fields}
    assert names <= set(FIELD_WORDS)


def test_every_shipped_definition_has_a_readable_name():
    from allmende.ledger.shipped import SHIPPED

    assert {one.key for one in SHIPPED} == set(MEASURE_WORDS)


@pytest.mark.django_db
def test_lint_asks_for_more_before_an_agreement():
    values = {**SENTENCE, "definition_key": "newcomer_contributes_again_30d"}
    assert not queries.refusals(queries.lint_objective(values))
    codes = {lesson.code for lesson in queries.refusals(queries.lint_objective(values, for_agreement=True))}
    assert codes == {"target_missing", "least_relevant_missing"}


def noticed(owner, written):
    """A finding of the draft that is no refusal, and says so: (key, code)."""
    key = written.objective.key
    save_objective(person=owner, version=written.version, key=key, guardrail="", now=timezone.now())
    page = queries.draft_page(owner, written.version, timezone.now())
    assert "guardrail_missing" in {one.code for one in page.lessons[key]}
    return key, "guardrail_missing"


def test_s0_26_every_finding_explains_itself_and_can_be_set_aside_with_name_and_reason(draft, owner, client_of):
    client, (key, code) = client_of(owner), noticed(owner, draft)
    lesson = lesson_of(code, {})
    assert lesson.title and lesson.why
    sent = {"key": key, "code": code, "reason": ""}
    assert "Sagen Sie, warum" in client.post(f"{DRAFT}aside/", sent, follow=True).content.decode()
    said = client.post(f"{DRAFT}aside/", {**sent, "reason": "Nur im Dezember"}, follow=True)
    assert "Nur im Dezember" in said.content.decode() and owner.name in said.content.decode()
    page = queries.draft_page(owner, draft.version, timezone.now())
    assert code not in {one.code for one in page.lessons.get(key, ())}
    assert [(one.lesson.code, one.row.by) for one in page.aside[key]] == [(code, owner)]
    client.post(offer(said))
    assert not queries.draft_page(owner, draft.version, timezone.now()).aside


def test_what_was_set_aside_is_taken_up_and_back(draft, owner, client_of):
    client, (key, code) = client_of(owner), noticed(owner, draft)
    client.post(f"{DRAFT}aside/", {"key": key, "code": code, "reason": "Nur im Dezember"}, follow=True)
    row = LessonSetAside.objects.get()
    said = client.post(f"{DRAFT}aside/{row.pk}/", follow=True)
    assert not LessonSetAside.objects.exists()
    client.post(offer(said))
    assert LessonSetAside.objects.get().reason == "Nur im Dezember"


def test_a_refusal_is_not_set_aside(draft, owner, client_of):
    sent = {"key": draft.objective.key, "code": "quality_missing", "reason": "Weil wir es so nennen"}
    client_of(owner).post(f"{DRAFT}aside/", sent)
    assert not LessonSetAside.objects.exists()


def test_an_objective_does_not_begin_after_its_target_day(plan_drafted, owner, now):
    written = plan_drafted
    by = {"person": owner, "version": written.version, "key": written.objective.key, "now": now}
    late = written.objective.target_date + timedelta(days=1)
    with pytest.raises(actions.CannotSaveElement) as refused:
        actions.save_objective(starts_date=late, **by)
    assert refused.value.field == "starts_date"
    written.objective.refresh_from_db()
    assert written.objective.starts_date is None


def test_a_target_whose_day_passed_before_work_began_is_not_published(plan_drafted, owner, now):
    written = plan_drafted
    after = datetime.combine(written.objective.target_date + timedelta(days=2), time(9), UTC)
    with pytest.raises(actions.CannotPublish, match=r"Z1 .* (ist vorbei|passed)"):
        actions.publish_version(
            person=owner, version=written.version, reason="Der erste", without_agreement="eilig", now=after
        )
    written.objective.refresh_from_db()
    assert written.objective.starts_date is None


def typing(client, layer, values, **place):
    return client.post(f"{LINT}?{urlencode({'layer': layer, **place})}", values).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"behaviour": "Engagement steigern"}, "ist eine Zahl, kein Verhalten"),
        ({"behaviour": "die Reichweite erhöhen"}, "ist eine Zahl, kein Verhalten"),
        ({"behaviour": "unsere Beiträge liken"}, "allein nützt dem Ziel noch nicht"),
        ({"audience": "Unser Team"}, "Das sind wir, nicht die Mitglieder"),
        ({"behaviour": "wir antworten schneller"}, "Das sind wir, nicht die Mitglieder"),
    ],
)
def test_s0_26_the_grammar_of_objectives_is_told_while_one_types(draft, owner, client_of, typed, words):
    assert words in typing(client_of(owner), "objective", {**SENTENCE, **typed})


def test_s0_26_missing_quality_and_no_countable_population_are_told_while_one_types(draft, owner, client_of):
    page = typing(client_of(owner), "objective", SENTENCE)
    for code in ("quality_missing", "population_uncountable"):
        assert escape(lesson_of(code, {}).title) in page


def test_s0_26_a_lever_of_fear_is_told_while_one_types(draft, owner, client_of):
    client = client_of(owner)
    form = client.get(f"{DRAFT}strategy/{draft.strategy.key}/").content.decode()
    assert f"lint/?layer=strategy&amp;key={draft.strategy.key}" in form
    typed = {"emotion": "Angst vor dem Finanzamt", "statement": "Wer zu spät abgibt, zahlt.", "direction": "amplify"}
    page = typing(client, "strategy", typed, key=draft.strategy.key)
    assert "„Angst“: Angst und Scham bewegen Menschen" in page and "Es darf stehen bleiben" in page
    assert "Angst und Scham" not in typing(
        client, "strategy", {**typed, "direction": "relieve"}, key=draft.strategy.key
    )
    assert Strategy.objects.get().emotion == draft.strategy.emotion


def test_s0_26_a_lever_let_stand_says_so_while_one_types(draft, owner, client_of, now):
    by, key = {"person": owner, "now": now}, draft.strategy.key
    actions.save_strategy(version=draft.version, key=key, emotion="Angst vor dem Finanzamt", **by)
    actions.set_lesson_aside(plan=draft.plan, key=key, code="lever_of_fear", reason="Sie besteht ohnehin.", **by)
    page = client_of(owner).get(f"{DRAFT}strategy/{key}/").content.decode()
    assert "Sie besteht ohnehin." in page and "Es darf stehen bleiben" not in page


def test_s0_26_a_second_lever_of_an_objective_is_told_while_one_types(draft, owner, client_of):
    client, place = client_of(owner), {"under": draft.objective.key}
    typed = {"emotion": "Neugier", "statement": "Es ist spannend.", "direction": "amplify"}
    words = escape(lesson_of("several_strategies", {"strategies": 2}).title)
    assert words in typing(client, "strategy", typed, **place)
    assert words not in typing(client, "strategy", {**typed, "is_alternative": "on"}, **place)
    assert words not in typing(client, "strategy", typed, key=draft.strategy.key)


def test_i09_another_lever_is_tried_beside_the_one_that_counts(draft, owner, client_of):
    client = client_of(owner)
    address = f"{DRAFT}strategy/new/?under={draft.objective.key}&beside=1"
    assert address.replace("&", "&amp;") in client.get(DRAFT).content.decode()
    form = client.get(address).context["form"]
    assert form["is_alternative"].value() is True
    typed = {"emotion": "Neugier", "statement": "Es ist spannend.", "direction": "amplify", "is_alternative": "on"}
    assert client.post(address, typed).status_code == 303
    assert [one.is_alternative for one in Strategy.objects.order_by("rank")] == [False, True]
    assert "Alternative in Erprobung" in client.get(DRAFT).content.decode()


def test_s0_26_a_fourth_goal_is_told_while_one_types(draft, owner, client_of, now):
    values = {"statement": "Mehr", "plain_statement": "Mehr", "value_type": "cost"}
    for name in ("zwei", "drei"):
        actions.save_goal(person=owner, version=draft.version, now=now, **{**values, "statement": name})
    page = client_of(owner).get(f"{DRAFT}goal/new/").content.decode()
    assert escape(lesson_of("too_many_goals", {"goals": 4, "at_most": 3}).title) in page
    page = typing(client_of(owner), "goal", values, key=draft.goal.key)
    assert escape(lesson_of("several_goals", {"goals": 3}).title) in page


def test_s0_26_an_eighth_running_tactic_is_told_while_one_types(draft, owner, client_of, now):
    place = {"under": draft.strategy.key}
    by = {"person": owner, "version": draft.version, "strategy_key": draft.strategy.key, "now": now}
    actions.save_tactic(name="Siebte", reach=1, depth=1, length=1, effort_hours=1, **by)
    words = escape(lesson_of("too_many_tactics", {"tactics": 8, "at_most": 7}).title)
    client = client_of(owner)
    assert words in client.get(f"{DRAFT}tactic/new/?under={draft.strategy.key}").content.decode()
    assert words in typing(client, "tactic", {"name": "Achte", "state": "running"}, **place)
    assert words not in typing(client, "tactic", {"name": "Achte", "state": "paused"}, **place)


def test_no_other_layer_is_checked_while_one_types(draft, owner, client_of):
    assert client_of(owner).post(f"{LINT}?layer=step", {}).status_code == 404
    assert client_of(owner).post(f"{LINT}?layer=goal&key=gibtsnicht", {}).status_code == 404
