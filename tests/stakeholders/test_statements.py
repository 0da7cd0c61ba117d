"""What a report says and refuses to say, one test per statement of domain.md 1.1."""

import json
from datetime import date
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from allmende.plan.actions import open_draft, publish_version, remove_element, save_objective
from allmende.plan.models import WorkLink
from allmende.plan.queries import work_for
from allmende.stakeholders.actions import CannotCompose, CannotRelease, release_report, write_report
from allmende.stakeholders.queries import polite_refusal, report_page, thawed
from allmende.stakeholders.queries.sentences import contribution, outcome
from allmende.team.models import AuditRow
from tests.plan.conftest import OBJECTIVE

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(owner, now):
    def texts(report, **typed):
        return write_report(
            person=owner, report=report, now=now, seen_revision=report.revision, **{"title": report.title} | typed
        )

    return texts


@pytest.fixture
def release(owner, now):
    def let_go(report, **other):
        return release_report(person=owner, report=report, now=now, seen_revision=report.revision, **other)

    return let_go


def page_of(client_of, owner, report):
    return client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode()


def test_s1_15_people_times_and_share_stand_together(compose, judge, client_of, owner):
    judge()
    numbers = thawed(compose().content).objectives[0].figure.numbers
    assert (numbers.people, numbers.times, numbers.k, numbers.n) == (187, 512, 512, 905)
    assert numbers.share == pytest.approx(0.5657, abs=1e-4)
    page = page_of(client_of, owner, compose())
    assert "<b>187 " in page
    assert "512 von 905" in page
    assert "49 von 100" in page


def test_s1_17_no_activity_count_leaves_the_team(compose, judge, write, release):
    judge()
    report = write(compose(), story="Wir hatten 3.412 Beiträge im Quartal.", setback="Nur 10.000 Follower.")
    with pytest.raises(CannotRelease) as refused:
        release(report)
    assert {(finding.code, finding.where) for finding in refused.value.findings} == {
        ("activity_count", "story"),
        ("size_total", "setback"),
    }
    report.refresh_from_db()
    assert not report.is_released
    assert not WorkLink.objects.exists()


def test_s1_17_a_named_person_overrides_with_a_reason_and_the_book_knows(compose, judge, write, release, owner):
    judge()
    report = write(compose(), story="Wir hatten 3.412 Beiträge im Quartal.")
    release(report, override_reason="Der Vorstand hat am 5. Oktober danach gefragt.")
    assert report.released_by == owner
    assert [finding["words"] for finding in report.findings] == ["3.412 Beiträge"]
    row = AuditRow.objects.get(verb="stakeholders.report.overridden")
    assert row.person == owner
    assert row.detail.after["reason"].startswith("Der Vorstand")


def test_s1_17_a_quote_without_consent_is_never_overridden(compose, judge, write, release):
    judge()
    report = write(compose(), story="„Um 18:05 hatte ich die Antwort.“", story_by="Birgit Ahlers")
    with pytest.raises(CannotRelease, match="1"):
        release(report, override_reason="Sie hat bestimmt nichts dagegen.")
    release(write(report, story=report.story, story_by=report.story_by, has_story_consent=True))
    assert report.is_released


def test_s1_17_activity_hidden_in_the_plans_own_words_is_found(compose, judge, plan, release):
    judge()
    report = compose()
    report.content["goals"][0]["plain_statement"] = "10.000 Follower bis Jahresende"
    report.save()
    with pytest.raises(CannotRelease) as refused:
        release(report, override_reason="Steht doch so im Plan.")
    assert [finding.where for finding in refused.value.findings] == ["plan"]


def test_s1_14_a_report_has_no_place_for_activity(compose, judge, weeks):
    judge()
    kept = json.dumps(compose().content)
    for word in ("follower", "impressions", "page_views", "likes", "posts", "members_total"):
        assert word not in kept.lower()


def test_s1_18_a_behaviour_report_exists_and_links_to_its_objective(compose, judge, release, plan, workspace, brandt):
    judge()
    report = release(compose())
    (link,) = work_for(workspace, plan.objective.key)
    assert (link.kind, link.ref, link.label) == ("report", str(report.pk), report.title)
    brandt.refresh_from_db()
    assert brandt.next_due_date.isoformat() == "2026-11-04"


@pytest.mark.parametrize(
    ("counts", "word", "said"),
    [
        ({"k": 512, "n": 905}, "moving", "Das ist sicher mehr"),
        ({"k": 450, "n": 905}, "cannot_tell", "lässt sich noch nicht sagen"),
        ({"k": 390, "n": 905}, "worsening", "Das ist sicher weniger"),
        ({"k": 6, "n": 11}, "too_early", "zu früh"),
        ({"k": 512, "n": 905, "before": None}, "too_early", "Aus der Zeit davor gibt es nichts"),
    ],
)
def test_s1_19_now_against_before_and_whether_it_is_noise(compose, judge, counts, word, said):
    judge(**counts)
    figure = thawed(compose().content).objectives[0].figure
    assert figure.word == word
    with translation.override("de"):
        assert said in outcome(figure)


def test_s1_19_the_example_stands_on_the_page(compose, judge, write, client_of, owner):
    judge()
    report = write(compose(), story="Freitag, 17:40, Abschluss.", ask="Vier Stunden je Woche, bis 30. Oktober.")
    page = page_of(client_of, owner, report)
    assert "Freitag, 17:40, Abschluss." in page
    assert "Vier Stunden je Woche" in page


@pytest.mark.parametrize(
    ("counts", "contributes", "said"),
    [
        ({"k": 512, "n": 905}, "contributes", "Ja, die Community trägt zu diesem Ziel bei."),
        ({"k": 390, "n": 905}, "does_not", "Nein, bisher trägt"),
        ({"k": 450, "n": 905}, "cannot_tell_yet", "noch nicht sagen"),
        (None, "cannot_tell_yet", "noch nicht sagen"),
    ],
)
def test_s1_20_each_goal_says_whether_the_community_contributes(compose, judge, counts, contributes, said):
    if counts:
        judge(**counts)
    (goal,) = thawed(compose().content).goals
    assert goal.contribution == contributes
    with translation.override("de"):
        assert said in contribution(goal)


def test_s1_20_the_page_says_why_for_each_objective(compose, judge, client_of, owner):
    """A goal two objectives serve: the one that moves and the one nobody could measure are both named, with the reason."""
    judge()
    report = compose()
    (goal,) = report.content["goals"]
    other = json.loads(json.dumps(goal["objectives"][0])) | {"key": "zweites", "short_name": "Neue kommen wieder"}
    other["figure"] |= {"word": "too_early", "flags": [], "reason": "no_baseline", "numbers": None, "weeks": []}
    goal["objectives"].append(other)
    report.save()
    page = " ".join(unescape(page_of(client_of, owner, report)).split())
    said = page[page.index("Trägt die Community zum Ziel bei?") :]
    first = goal["objectives"][0]["short_name"]
    assert f"{first}: bewegt sich" in said
    assert "Neue kommen wieder: zu früh. Aus der Zeit davor gibt es nichts" in said
    assert "Ja, die Community trägt zu diesem Ziel bei." in said


def test_s1_21_the_page_leads_with_goal_and_behaviour(compose, judge, client_of, owner):
    judge()
    page = page_of(client_of, owner, compose())
    order = [page.index(words) for words in ("Das ist sicher mehr", "Wie das Ihrem Ziel dient", "Was Mitglieder tun")]
    assert order == sorted(order)


@pytest.fixture
def exchanged(plan, owner, now):
    """A draft in which another objective stands in the place of the agreed one."""
    draft = open_draft(person=owner, plan=plan.plan, now=now)
    goal = draft.goals.get()
    by = {"person": owner, "version": draft, "now": now}
    other = save_objective(goal_key=goal.key, **{**OBJECTIVE, "short_name": "Neue kommen wieder"}, **by)
    remove_element(layer="objective", key=plan.objective.key, **by)
    return draft, other


def keys_in(report):
    return [one.key for goal in thawed(report.content).goals for one in goal.objectives]


def test_s1_23_only_what_is_agreed_is_reported(compose, judge, plan, exchanged, owner, now):
    judge()
    draft, other = exchanged
    assert keys_in(compose()) == [plan.objective.key], "what stands in a draft is not agreed"
    publish_version(person=owner, version=draft, reason="anders", without_agreement="eilig", now=now)
    assert keys_in(compose()) == [other.key], "from then on nothing but the new one"


def test_s1_23_an_objective_no_longer_agreed_is_not_reported(compose, judge, release, exchanged, owner, now):
    judge()
    report = compose()
    publish_version(person=owner, version=exchanged[0], reason="anders", without_agreement="eilig", now=now)
    with pytest.raises(CannotRelease) as refused:
        release(report)
    assert "objective_not_agreed" in {finding.code for finding in refused.value.findings}
    report.refresh_from_db()
    assert not report.is_released


def test_figures_on_few_people_are_held_back_when_composed(compose, judge, weeks, release):
    judge(people=4)
    report = compose()
    figure = thawed(report.content).objectives[0].figure
    assert (figure.numbers, figure.weeks, figure.held_back) == (None, (), ("group_below_floor",))
    assert "512" not in json.dumps(report.content)
    assert release(report).is_released


def test_a_definition_changed_within_the_period_holds_its_figures_back(compose, judge, definition):
    definition.number, definition.in_force_at = 2, judge().period_start.replace(month=8)
    definition.save()
    assert thawed(compose().content).objectives[0].figure.held_back == ("definition_changed_in_period",)


def test_a_composed_report_does_not_change_with_the_figures(compose, judge):
    verdict = judge()
    report = compose()
    verdict.k = 1
    verdict.save()
    report.refresh_from_db()
    assert thawed(report.content).objectives[0].figure.numbers.k == 512


def test_only_what_was_judged_until_the_last_day_counts(compose, judge):
    judge()
    early = thawed(compose(period_end_date=date(2026, 9, 1)).content)
    assert early.objectives[0].figure.reason == "not_judged"


def test_composing_anew_keeps_typed_texts_and_a_written_heading(compose, judge, write):
    report = write(compose(), title="Meine Überschrift", story="Ein Beispiel.")
    judge()
    again = compose()
    assert again.pk == report.pk
    assert (again.title, again.story) == ("Meine Überschrift", "Ein Beispiel.")
    assert thawed(again.content).objectives[0].figure.word == "moving"


def test_a_heading_nobody_wrote_follows_the_figures(compose, judge):
    assert compose().title == "Erfahrene antworten zuerst: Für ein Urteil ist es zu früh."
    judge()
    assert compose().title == "Erfahrene antworten zuerst: sicher öfter als zuvor."


def test_the_polite_answer_names_the_behaviour_and_where_it_stands(compose, judge):
    judge()
    paper = thawed(compose().content)
    with translation.override("de"):
        said = polite_refusal(paper)
    assert said.startswith("Die Zahl der Beiträge sagt nicht, ob die Community Ihrer Abteilung hilft.")
    assert "512 von 905" in said


def test_without_a_plan_in_force_nothing_is_composed(owner, brandt, now):
    from allmende.stakeholders.actions import compose_report
    from tests.stakeholders.conftest import PERIOD

    with pytest.raises(CannotCompose):
        compose_report(person=owner, stakeholder=brandt, now=now, **PERIOD)


def test_a_manager_composes_but_does_not_release(compose, judge, new_person, now):
    judge()
    report = compose()
    with pytest.raises(PermissionDenied):
        release_report(person=new_person("manager"), report=report, now=now, seen_revision=report.revision)


def test_what_changed_while_reading_is_not_released(compose, judge, write, owner, now):
    judge()
    report = compose()
    seen = report.revision
    write(report, story="Ein Satz mehr.")
    with pytest.raises(CannotRelease):
        release_report(person=owner, report=report, now=now, seen_revision=seen)


def test_the_chart_marks_weeks_beyond_chance_since_the_start(compose, judge, weeks):
    judge()
    chart = report_page(compose()).chart
    assert len(chart.rows) == 26
    assert chart.starts_date.isoformat() == "2026-07-06"
    assert chart.signal_count
    assert "," not in chart.level_y


def test_an_english_workspace_writes_english_reports(compose, judge, workspace, client_of, owner):
    workspace.language = "en"
    workspace.save()
    judge()
    report = compose()
    assert report.title == "Erfahrene antworten zuerst: certainly more often than before."
    page = page_of(client_of, owner, report)
    assert "How this serves your goal" in page
    assert "512 of 905" in page
    assert "+4.2 to +11.3" in page


def test_employee_communities_show_groups_from_eight_on(compose, judge, plan):
    plan.plan.community_type = "internal"
    plan.plan.save()
    judge(people=7)
    paper = thawed(compose().content)
    assert paper.floor == 8
    assert paper.objectives[0].figure.held_back == ("group_below_floor",)


def test_few_people_before_are_protected_too(compose, judge):
    judge(before_people=3)
    assert thawed(compose().content).objectives[0].figure.numbers is None
