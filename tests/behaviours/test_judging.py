"""From a plan's objective to a verdict that the plan knows, with its steps."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.behaviours.actions import CannotAdopt, adopt_definition, fill_ledger, judge, measure, measure_workspace
from allmende.behaviours.jobs import measure as measure_due
from allmende.behaviours.models import BehaviourDefinition, Measurement, Verdict
from allmende.behaviours.queries import figures_for, period_lines
from allmende.behaviours.queries.counting import Question, judge_question
from allmende.behaviours.queries.days import acts_of_days
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.pages import behaviour_page
from allmende.channels.actions import undo_import
from allmende.domain.verdict import newcombe, wilson
from allmende.ledger.definition import Anchor, Quality
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS, NEWCOMER_CONTRIBUTES_AGAIN
from allmende.members.models import Member
from allmende.plan.jobs import look_at_values
from allmende.plan.models import Evidence, Judgement
from allmende.plan.queries.facts import evidence_series
from allmende.team.models import AuditRow
from tests.behaviours.conftest import STARTS, questions, row


@pytest.fixture
def definition(owner, workspace, now):
    return adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)


def judged(workspace, definition, now):
    fill_ledger(workspace=workspace, now=now)
    measure(workspace=workspace, definition=definition, as_of=now, now=now)
    (verdict,) = judge(workspace=workspace, definition=definition, as_of=now, now=now)
    return verdict


def test_weeks_months_and_all_time_are_kept_with_wilson(take_in, two_times, workspace, definition, now):
    take_in(two_times)
    fill_ledger(workspace=workspace, now=now)
    kept = measure(workspace=workspace, definition=definition, as_of=now, now=now)
    assert kept == {"week": 38, "month": 9, "all": 1}
    week = Measurement.objects.filter(period_kind="week").first()
    assert (week.complete, week.successes, week.people, week.times, week.censored) == (20, 10, 10, 10, 0)
    interval = wilson(10, 20)
    assert (week.low, week.high) == (interval.low, interval.high)
    whole = Measurement.objects.get(period_kind="all")
    assert (whole.complete, whole.successes) == (26 * 20 + 12 * 20, 26 * 10 + 12 * 14)
    measure(workspace=workspace, definition=definition, as_of=now, now=now)
    assert Measurement.objects.count() == 48


def test_only_periods_that_came_out_otherwise_are_written_anew(take_in, two_times, workspace, definition, now):
    take_in(two_times)
    fill_ledger(workspace=workspace, now=now)
    earlier, later = now - timedelta(days=30), now + timedelta(minutes=5)

    def at(as_of, now):
        measure(workspace=workspace, definition=definition, as_of=as_of, now=now)
        told = [field.attname for field in Measurement._meta.fields if field.name != "id"]
        return list(Measurement.objects.order_by("period_kind", "period_start").values_list(*told))

    at(earlier, earlier)
    first = Measurement.objects.filter(period_kind="week").first()
    brought_up = at(now, now)
    assert Measurement.objects.filter(period_kind="week").first().pk == first.pk
    Measurement.objects.all().delete()
    assert at(now, now) == brought_up
    with CaptureQueriesContext(connection) as asked:
        at(now, later)
    words = [query["sql"].split()[0] for query in asked]
    assert (words.count("INSERT"), words.count("DELETE"), words.count("UPDATE")) == (0, 0, 1)
    assert set(Measurement.objects.values_list("measured_at", flat=True)) == {later}


def test_S1_19_the_figure_compares_now_with_before_and_says_whether_it_is_real(
    take_in, two_times, workspace, definition, now, put_plan_in_force
):
    objective = put_plan_in_force()
    take_in(two_times)
    verdict = judged(workspace, definition, now)
    assert (verdict.k, verdict.n, verdict.before_k, verdict.before_n) == (168, 240, 260, 520)
    assert (verdict.people, verdict.before_people) == (40, 40)
    assert (verdict.times, verdict.before_times) == (168, 260)
    assert verdict.word == "moving"
    assert verdict.difference == pytest.approx(0.2)
    assert 0.04 < verdict.low < 0.2 < verdict.high
    assert verdict.flags == ["clearly"]
    assert [step["code"] for step in verdict.steps] == [
        "data_fit", "baseline", "review_date", "no_other_causes", "enough_units", "enough_people", "difference",
        "guardrail",
    ]  # fmt: skip
    figure = figures_for(workspace, [objective.key])[objective.key]
    assert (figure.share, figure.before_share) == (pytest.approx(0.7), pytest.approx(0.5))
    assert figure.definition_version == "first_answer_by_member_24h/1"
    assert figure.word == "moving"


def test_S1_15_the_plan_is_told_people_times_and_share(
    take_in, two_times, workspace, definition, now, put_plan_in_force
):
    objective = put_plan_in_force()
    take_in(two_times)
    judged(workspace, definition, now)
    fact = Evidence.objects.get(key=objective.key, kind="behaviour")
    assert (fact.people, fact.times, fact.n, fact.verdict) == (40, 168, 240, "moving")
    assert (fact.share, fact.before_share) == (pytest.approx(0.7), pytest.approx(0.5))
    assert fact.url == f"/w/{workspace.slug}/behaviours/first_answer_by_member_24h/"
    judged(workspace, definition, now)
    assert Evidence.objects.filter(kind="behaviour").count() == 1


def test_s0_03_what_a_channel_brings_arrives_every_day_with_date_and_source(
    take_in, two_times, workspace, definition, now, put_plan_in_force, owner, client_of
):
    """Collected by a connector, counted by the worker: messages of the next day move the value at the element."""
    objective, told = put_plan_in_force(), []
    take_in(two_times)
    for day, brought in enumerate((12, 13)):
        at = now + timedelta(days=day)
        take_in(questions(datetime(2026, 9, 28 + day, 1, tzinfo=UTC), 1, brought, 10), at=at)
        assert measure_due(at) == 1
        fact = Evidence.objects.get(key=objective.key, kind="behaviour")
        assert (fact.source, fact.period_end) == (definition.key, datetime(2026, 10, 4, 22, tzinfo=UTC))
        told.append(fact.n)
    assert told == [252, 265]
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/element/{objective.key}/").content.decode()
    assert "von 265" in page and "Ein Mitglied antwortet zuerst" in page


def test_s0_03_yesterdays_value_arrives_with_its_day_and_source(
    take_in, two_times, workspace, definition, now, put_plan_in_force, owner, client_of
):
    """The week tells until Sunday, the day tells until yesterday: what began the day before, its 24 hours being over."""
    objective = put_plan_in_force()
    take_in(two_times)
    wednesday = datetime(2026, 10, 7, 6, tzinfo=UTC)
    take_in(questions(datetime(2026, 10, 5, 8, tzinfo=UTC), 1, 24, 12), at=wednesday)
    for at in (wednesday, wednesday + timedelta(hours=6)):
        measure_workspace(workspace=workspace, now=at)
    days = Evidence.objects.filter(key=objective.key, kind="day").order_by("period_start")
    newest = days.last()
    assert days.count() == 14
    assert (newest.source, newest.at) == (definition.key, wednesday + timedelta(hours=6))
    assert workspace.day_at(newest.period_start) == date(2026, 10, 6), "yesterday"
    assert newest.period_end - newest.period_start == timedelta(days=1)
    week = Evidence.objects.get(key=objective.key, kind="behaviour")
    assert workspace.day_at(week.period_end) < date(2026, 10, 6)
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/element/{objective.key}/").content.decode()
    assert f"Nur am 6.\u00a0Okt.: {round(newest.share * newest.n)} von {newest.n}, deren Frist ablief" in page


def test_s0_03_a_day_without_an_ended_window_says_so_and_keeps_what_it_said(
    take_in, two_times, workspace, definition, now, put_plan_in_force, owner, client_of
):
    """A unit belongs to the day on which its window ended: the same day tells the same a week later."""
    objective = put_plan_in_force()
    take_in(two_times)
    told = []
    for later in (1, 8):
        measure_workspace(workspace=workspace, now=now + timedelta(days=later))
        rows = Evidence.objects.filter(key=objective.key, kind="day")
        told.append({workspace.day_at(row.period_start): (row.n, row.share) for row in rows})
    shared = set(told[0])
    assert {day: told[1][day] for day in shared} == told[0]
    assert sum(n for n, _ in told[0].values())
    assert told[1][workspace.day_at(now) + timedelta(days=7)] == (0, None)
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/evidence/").content.decode()
    assert "lief keine Frist ab" in page


def test_s0_03_a_day_is_a_value_and_never_a_verdict(take_in, two_times, workspace, definition, now, put_plan_in_force):
    """No peeking (`domain.md` 4.4, step 9): nobody is asked about a single day, and no book or program takes it for a fact."""
    objective = put_plan_in_force()
    take_in(two_times)
    take_in(questions(datetime(2026, 10, 5, 8, tzinfo=UTC), 1, 12, 0), at=now + timedelta(days=3))
    measure_workspace(workspace=workspace, now=now + timedelta(days=3))
    days = Evidence.objects.filter(key=objective.key, kind="day")
    assert set(days.values_list("verdict", "low", "high")) == {("", None, None)}
    look_at_values(now + timedelta(days=3))
    assert not Judgement.objects.filter(period_end__in=days.values("period_end"), low__isnull=True).exists()
    assert not days.filter(looked_at__isnull=True).exists()
    assert all(one.kind == "behaviour" for one in evidence_series(workspace)[objective.key])


def test_units_of_their_own_are_compared_by_newcombe(take_in, two_times, workspace, definition, now, put_plan_in_force):
    """Where nobody helps often, no resampling: the interval is the closed one."""
    put_plan_in_force()
    rows = [
        row | {"author": f"{row['author']} {row['message_id']}"} if row["message_id"].endswith("-a") else row
        for row in two_times
    ]
    take_in(rows)
    verdict = judged(workspace, definition, now)
    interval = newcombe(168, 240, 260, 520)
    assert verdict.method == "newcombe"
    assert (verdict.low, verdict.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_too_early_says_how_many_are_missing(take_in, two_times, workspace, definition, now, put_plan_in_force):
    put_plan_in_force(starts_date=date(2026, 9, 21), review_date=None)
    take_in(two_times)
    verdict = judged(workspace, definition, now)
    assert (verdict.word, verdict.reason_code, verdict.n, verdict.missing_units) == (
        "too_early",
        "too_few_units",
        20,
        10,
    )
    review = next(step for step in verdict.steps if step["code"] == "review_date")
    assert review["is_met"] is False


def test_under_twenty_people_who_do_it_is_too_early_however_many_ask(
    take_in, workspace, definition, now, put_plan_in_force
):
    put_plan_in_force()
    few = questions(datetime(2026, 1, 5, tzinfo=UTC), 26, 20, 10, helpers=12)
    take_in(few + questions(datetime(2026, 7, 6, tzinfo=UTC), 12, 20, 14, helpers=12))
    verdict = judged(workspace, definition, now)
    assert (verdict.word, verdict.reason_code, verdict.people) == ("too_early", "too_few_people", 12)
    lines = list(period_lines(workspace, FIRST_ANSWER_BY_MEMBER, as_of=now, period="quarter"))
    assert lines[-1]["reason_code"] == "too_few_people"


def test_an_objective_without_a_date_begins_with_its_publication(
    take_in, two_times, workspace, definition, now, put_plan_in_force
):
    put_plan_in_force(starts_date=None)
    take_in(two_times)
    verdict = judged(workspace, definition, now)
    assert (verdict.word, verdict.reason_code, verdict.n, verdict.before_n) == ("too_early", "too_few_units", 0, 760)


def test_without_a_beginning_there_is_no_before(take_in, two_times, workspace, now):
    take_in(two_times)
    fill_ledger(workspace=workspace, now=now)
    question = Question("objective-1", cut=None, least=0.04, is_review_date=True)
    found = judge_question(workspace, FIRST_ANSWER_BY_MEMBER, question, as_of=now)
    assert (found.verdict.word, found.verdict.reason_code) == ("too_early", "no_baseline")
    assert found.now is not None and found.now.complete == 760 and found.before is None


def test_an_empty_community_is_too_early_and_nothing_breaks(workspace, definition, now, put_plan_in_force):
    put_plan_in_force()
    verdict = judged(workspace, definition, now)
    assert (verdict.word, verdict.n) == ("too_early", 0)


def test_open_windows_stay_outside_and_are_named(take_in, two_times, workspace, now, put_plan_in_force, owner):
    put_plan_in_force(definition_key="newcomer_contributes_again_30d")
    definition = adopt_definition(workspace=workspace, spec=NEWCOMER_CONTRIBUTES_AGAIN, person=owner, now=now)
    take_in(two_times)
    verdict = judged(workspace, definition, now)
    assert verdict.period_end <= now - timedelta(days=30)
    assert verdict.open_units > 0
    assert verdict.word != "not_measurable"


def test_a_definition_changed_after_the_start_cannot_be_judged(
    take_in, two_times, workspace, definition, now, put_plan_in_force, owner
):
    put_plan_in_force()
    take_in(two_times)
    wider = FIRST_ANSWER_BY_MEMBER.to_dict() | {"window_seconds": 48 * 3600}
    newer = adopt_definition(workspace=workspace, spec=wider, person=owner, now=now)
    assert (newer.number, BehaviourDefinition.objects.get(number=1).state) == (2, "superseded")
    verdict = judged(workspace, newer, now)
    assert (verdict.word, verdict.reason_code) == ("not_measurable", "definition_changed")


def test_S1_14_a_definition_that_counts_activity_is_refused(owner, workspace, now):
    values = FIRST_ANSWER_BY_MEMBER.to_dict() | {"key": "visits", "predicate": {"acts": ["visited", "liked"]}}
    with pytest.raises(CannotAdopt, match=r"Aktivität|activity"):
        adopt_definition(workspace=workspace, spec=values, person=owner, now=now)
    assert not BehaviourDefinition.objects.exists()


def test_adopting_the_same_twice_changes_nothing(owner, workspace, now):
    first = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    assert adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now) == first
    assert AuditRow.objects.filter(verb="behaviours.definition.adopted").count() == 1


def test_the_job_counts_what_is_new_and_rests_otherwise(
    take_in, two_times, workspace, definition, now, put_plan_in_force
):
    put_plan_in_force()
    assert measure_due(now) == 0
    take_in(two_times)
    assert measure_due(now) == 1
    assert Verdict.objects.get().word == "moving"
    assert measure_due(now + timedelta(seconds=10)) == 0
    assert measure_due(now + timedelta(hours=7)) == 1


def test_lines_of_the_command_name_baseline_and_difference(take_in, two_times, workspace, now):
    take_in(two_times)
    fill_ledger(workspace=workspace, now=now)
    lines = list(period_lines(workspace, FIRST_ANSWER_BY_MEMBER, as_of=now, period="month"))
    assert len(lines) == 9
    july = next(line for line in lines if line["period_start"].startswith("2026-07"))
    before = [line for line in lines if line["period_start"] < july["period_start"]]
    assert july["baseline_n"] == sum(line["complete"] for line in before)
    assert july["baseline_k"] == sum(line["successes"] for line in before)
    assert july["verdict"] == "moving"
    assert (lines[0]["verdict"], lines[0]["reason_code"]) == ("too_early", "no_baseline")


def test_measuring_everything_at_once_leaves_nothing_to_do(take_in, two_times, workspace, definition, now):
    take_in(two_times)
    assert measure_workspace(workspace=workspace, now=now) == 1
    assert now.date() > STARTS


def test_the_plan_draws_the_weeks_that_the_behaviour_draws(
    take_in, two_times, workspace, definition, now, put_plan_in_force, client_of, owner
):
    objective = put_plan_in_force()
    take_in(two_times)
    judged(workspace, definition, now)
    judged(workspace, definition, now)
    weeks = list(Evidence.objects.filter(key=objective.key, kind="week").order_by("period_start"))
    series = behaviour_page(definition).series
    assert series is not None
    shown = series.weeks[-20:]
    assert [(week.share, week.n, week.low, week.high) for week in weeks] == [
        (week.share, week.n, week.limits.lower, week.limits.upper) for week in shown
    ]
    assert [week.flags == ["signal"] for week in weeks] == [week.is_signal for week in shown]
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/").content.decode()
    (spark,) = re.findall(r'<svg class="spark".*?</svg>', page)
    assert spark.count("<circle") == 20
    assert spark.count('class="d s"') == sum(week.is_signal for week in shown) > 0
    (series_told,) = evidence_series(workspace)[objective.key]
    assert (series_told.kind, len(series_told.points)) == ("behaviour", 1)
    whole = behaviour_page(definition).wide
    assert whole.line.count("M") == whole.band.count("M") == page.count('<path class="band" d="M') == 1
    # A week in which nobody asked: no line leads through it, and the others stay where they stand.
    quiet = series.weeks[-6].start
    Measurement.objects.filter(definition=definition, period_kind="week", period_start=quiet).update(
        complete=0, successes=0
    )
    broken = behaviour_page(definition).wide
    assert broken.line.count("M") == broken.band.count("M") == broken.band.count("Z") == 2
    places = [x for x, _, _ in whole.dots]
    assert [x for x, _, _ in broken.dots] == [*places[:-6], *places[-5:]]
    Evidence.objects.filter(key=objective.key, kind="week", period_start=quiet).delete()
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/").content.decode()
    (spark,) = re.findall(r'<svg class="spark".*?</svg>', page)
    assert (spark.count("<circle"), spark.count("M"), spark.count("Z")) == (19, 2, 2)


@pytest.fixture
def answering(owner, workspace, now):
    """Who answers, whether marked or not, per calendar month."""
    spec = replace(HELPERS, quality=Quality(), minimum=2)
    return adopt_definition(workspace=workspace, spec=spec, person=owner, now=now, name="Antworten")


@pytest.mark.parametrize("form", ["F3", "F5", "F6"])
def test_s0_03_people_in_periods_have_a_value_of_each_day_too(take_in, workspace, now, put_plan_in_force, owner, form):
    """A day tells people and times; the days of a month add up to it, however often somebody did it."""
    spec = replace(HELPERS, quality=Quality(), minimum=1, form=form)
    spec = replace(spec, anchor=Anchor("period", () if form == "F3" else ("answered",)))
    adopt_definition(workspace=workspace, spec=spec, person=owner, now=now, name="Antworten")
    objective = put_plan_in_force(definition_key=HELPERS.key)
    monday = datetime(2026, 10, 5, 8, tzinfo=UTC)
    take_in(questions(datetime(2026, 8, 3, tzinfo=UTC), 9, 20, 12, helpers=20))
    take_in(questions(monday, 1, 24, 12, helpers=5), at=monday + timedelta(days=2))
    wednesday = datetime(2026, 10, 7, 6, tzinfo=UTC)
    for _ in range(2):
        measure_workspace(workspace=workspace, now=wednesday)
    days = Evidence.objects.filter(key=objective.key, kind="day", source=HELPERS.key).order_by("period_start")
    assert days.count() == 14
    assert workspace.day_at(days.last().period_start) == date(2026, 10, 6), "yesterday"
    told = {workspace.day_at(one.period_start): (one.times, one.people) for one in days}
    assert told[date(2026, 10, 5)] == (2, 2), "at 13:00 and 19:15 in Berlin"
    assert told[date(2026, 10, 6)] == (4, 4), "at 1:30, 7:45, 14:00 and 20:15"
    assert told[date(2026, 10, 4)] == (0, 0)
    assert {(one.n, one.share) for one in days} == {(None, None)}
    september = Measurement.objects.get(
        definition__key=HELPERS.key, period_kind="month", period_start=datetime(2026, 8, 31, 22, tzinfo=UTC)
    )
    counted = acts_of_days(workspace, spec, as_of=wednesday, last=40)
    days = [one for one in counted if workspace.day_at(one.starts_at).month == 9]
    assert len(days) == 30 and september.times == sum(one.times for one in days) > 40


def test_s0_03_days_that_are_over_are_counted_again_after_six_hours_or_when_asked(
    take_in, workspace, now, put_plan_in_force, owner, answering
):
    """Each goes through the whole ledger, so not with every count; a new day, version or erasure is told of at once."""
    objective = put_plan_in_force(definition_key=HELPERS.key)
    take_in(questions(datetime(2026, 8, 3, tzinfo=UTC), 9, 20, 12, helpers=20))
    wednesday = datetime(2026, 10, 7, 6, tzinfo=UTC)
    in_force = BehaviourDefinition.objects.filter(key=HELPERS.key, state="in_force")
    in_force.update(in_force_at=wednesday - timedelta(days=1))
    days = Evidence.objects.filter(key=objective.key, kind="day", source=HELPERS.key).order_by("period_start")

    def counted(hours: float, **more: bool) -> tuple[int, datetime]:
        measure_workspace(workspace=workspace, now=wednesday + timedelta(hours=hours), **more)
        yesterday = days.filter(definition_version=f"{HELPERS.key}/1").last()
        return yesterday.times, yesterday.at - wednesday

    assert counted(0) == (0, timedelta(0))
    late = [row("late", "Fragt spät", wednesday - timedelta(hours=20))]
    late.append(row("late-a", "Hilft 1", wednesday - timedelta(hours=19), "late"))
    take_in(late, at=wednesday)
    assert counted(1) == (0, timedelta(0))
    assert counted(1.5, is_asked_for=True) == (1, timedelta(hours=1.5))
    assert counted(7) == (1, timedelta(hours=1.5))
    assert counted(8) == (1, timedelta(hours=8))
    Member.objects.filter(alias="Hilft 1").update(erased_at=wednesday + timedelta(hours=8.125))
    assert counted(8.25) == (0, timedelta(hours=8.25))
    newer = counted_as(answering)
    adopt_definition(workspace=workspace, spec=replace(newer, minimum=3), person=owner, now=wednesday)
    assert counted(8.5)[1] == timedelta(hours=8.25)
    assert days.filter(definition_version=f"{HELPERS.key}/2").count() == 14
    assert counted(17)[1] == timedelta(hours=8.25), "midnight in Berlin has passed, and only the new version is told of"
    assert days.filter(definition_version=f"{HELPERS.key}/2").last().at == wednesday + timedelta(hours=17)
    # Taken back, changed and in force again it is still version 2.
    in_force.update(in_force_at=wednesday + timedelta(hours=17.5))
    counted(18)
    assert days.filter(definition_version=f"{HELPERS.key}/2").last().at == wednesday + timedelta(hours=18)


def test_s0_03_days_are_told_anew_at_once_where_an_import_was_undone(
    take_in, workspace, put_plan_in_force, owner, answering
):
    """What it brought yesterday is gone; a day that still told of it for six hours would be wrong."""
    objective = put_plan_in_force(definition_key=HELPERS.key)
    wednesday = datetime(2026, 10, 7, 6, tzinfo=UTC)
    take_in(questions(datetime(2026, 8, 3, tzinfo=UTC), 9, 20, 12, helpers=20), at=wednesday - timedelta(hours=1))
    late = [row("late", "Fragt spät", wednesday - timedelta(hours=20))]
    late.append(row("late-a", "Hilft 1", wednesday - timedelta(hours=19), "late"))
    run = take_in(late, at=wednesday - timedelta(hours=1))
    in_force = BehaviourDefinition.objects.filter(key=HELPERS.key, state="in_force")
    in_force.update(in_force_at=wednesday - timedelta(days=1))
    days = Evidence.objects.filter(key=objective.key, kind="day", source=HELPERS.key).order_by("period_start")
    measure_workspace(workspace=workspace, now=wednesday)
    assert days.last().times == 1
    measure_workspace(workspace=workspace, now=wednesday + timedelta(minutes=30))
    undo_import(person=owner, import_run=run, now=wednesday + timedelta(minutes=10))  # it took half an hour
    measure_workspace(workspace=workspace, now=wednesday + timedelta(minutes=41))
    assert (days.last().times, days.last().at) == (0, wednesday + timedelta(minutes=41))
    measure_workspace(workspace=workspace, now=wednesday + timedelta(hours=2))
    assert days.last().at == wednesday + timedelta(minutes=41), "and not with every count from then on"


def test_s0_03_yesterday_is_told_in_words_beside_the_months(
    take_in, workspace, now, put_plan_in_force, owner, client_of, answering
):
    objective = put_plan_in_force(definition_key=HELPERS.key)
    take_in(questions(datetime(2026, 8, 3, tzinfo=UTC), 9, 20, 12, helpers=20))
    take_in(questions(datetime(2026, 10, 6, 8, tzinfo=UTC), 1, 24, 12, helpers=5), at=now)
    measure_workspace(workspace=workspace, now=now + timedelta(hours=1))
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/element/{objective.key}/").content.decode()
    assert "Nur am 6.\u00a0Okt.: " in page and "-mal, von " in page
