"""The plan check speaks through the forms, in German and English, and keeps what was typed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from allmende.domain.plan_check import ObjectiveDraft, PlanShape, check_objective, check_plan
from allmende.domain.plan_check.shape import GoalShape, ObjectiveShape
from allmende.plan import actions, queries
from allmende.plan.actions import save_objective
from allmende.plan.catalogue import FIELD_WORDS, MEASURE_WORDS, lesson_of
from allmende.plan.models import LessonSetAside, Objective
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
def draft(write_plan):
    return write_plan()


@pytest.mark.parametrize(
    ("language", "typed", "words"),
    [
        ("de", {"behaviour": "sich öfter einloggen"}, "allein nützt dem Ziel noch nicht"),
        ("de", {"behaviour": "Engagement steigern"}, "ist eine Zahl, kein Verhalten"),
        ("de", {"audience": "Wir"}, "Das sind wir, nicht die Mitglieder"),
        ("de", {"audience": "Unser Team"}, "Das sind wir, nicht die Mitglieder"),
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


def test_an_objective_does_not_begin_after_its_target_day(write_plan, owner, now):
    written = write_plan()
    by = {"person": owner, "version": written.version, "key": written.objective.key, "now": now}
    late = written.objective.target_date + timedelta(days=1)
    with pytest.raises(actions.CannotSaveElement) as refused:
        actions.save_objective(starts_date=late, **by)
    assert refused.value.field == "starts_date"
    written.objective.refresh_from_db()
    assert written.objective.starts_date is None


def test_a_target_whose_day_passed_before_work_began_is_not_published(write_plan, owner, now):
    written = write_plan()
    after = datetime.combine(written.objective.target_date + timedelta(days=2), time(9), UTC)
    with pytest.raises(actions.CannotPublish, match=r"Z1 .* (ist vorbei|passed)"):
        actions.publish_version(
            person=owner, version=written.version, reason="Der erste", without_agreement="eilig", now=after
        )
    written.objective.refresh_from_db()
    assert written.objective.starts_date is None
