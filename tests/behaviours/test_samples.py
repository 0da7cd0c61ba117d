"""How sure is the counting? Drawn, coded blind, finished; and what verdicts, plan and exports make of it (domain 4.5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.api.queries.evidence import NUMBERS, Wish, figures_page
from allmende.behaviours import states
from allmende.behaviours.actions import (
    ERASING,
    CannotSample,
    adopt_definition,
    code_item,
    draw_sample,
    finish_sample,
    forget_sampled,
    judge,
    measure_workspace,
    remind_samples,
    set_sample_aside,
    take_sample_up,
    tell_label,
)
from allmende.behaviours.jobs import see_to_samples
from allmende.behaviours.models import Coding, LabelSample, SampledItem, Verdict
from allmende.behaviours.queries import coding_page, export_lines, figures_for
from allmende.behaviours.queries.definitions import version_name
from allmende.behaviours.queries.due import due_workspaces
from allmende.behaviours.queries.samples import certainty_of, turn_of
from allmende.channels.actions import undo_import
from allmende.channels.models import Message
from allmende.domain import verdict as domain
from allmende.ledger.definition import Quality
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    HARD_QUESTION_WAITS,
    HELP_RATE,
    HELPERS,
    NEWCOMER_HELPS,
    QUESTION_WAITS,
)
from allmende.members.actions import erase, merge_members, part_members
from allmende.members.jobs import erase_due
from allmende.members.models import Member
from allmende.plan import actions as plan
from allmende.plan.models import Evidence, PlanVersion, StrategicPlan
from allmende.plan.queries.book_proof import evidence_parts
from allmende.team.actions import CannotUndo
from allmende.team.models import AuditRow, Notice
from tests.behaviours.conftest import row

DAYS = {"first_date": date(2026, 7, 6), "last_date": date(2026, 9, 20)}


@pytest.fixture
def counted(take_in, two_times, workspace, owner, now, put_plan_in_force):
    """A behaviour that moved, in force and counted; returns its definition."""
    put_plan_in_force()
    take_in(two_times)
    made = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    return made


@pytest.fixture
def drawn(counted, owner, now):
    return draw_sample(person=owner, definition=counted, seed=3, now=now, **DAYS)


def code_all(person, sample, now, wrong_yes=0, wrong_no=0, unsure=0):
    """Of what was counted so many are found not to be so, of what was not so many are; the first ones cannot be said."""
    for item in sample.items.order_by("place"):
        if unsure:
            answer, unsure = states.UNSURE, unsure - 1
        elif item.is_counted:
            answer, wrong_yes = (states.NO, wrong_yes - 1) if wrong_yes else (states.YES, 0)
        else:
            answer, wrong_no = (states.YES, wrong_no - 1) if wrong_no else (states.NO, 0)
        code_item(person=person, item=item, answer=answer, now=now)


def finished(person, sample, now, **wrong):
    code_all(person, sample, now, **wrong)
    return finish_sample(person=person, sample=sample, now=now)


def test_4_5_fifty_of_each_kind_are_drawn_and_frozen_in_an_order_that_tells_nothing(drawn, counted, owner, now):
    kinds = list(drawn.items.values_list("is_counted", flat=True))
    assert (kinds.count(True), kinds.count(False)) == (50, 50)
    assert sum(one != other for one, other in pairwise(kinds)) > 10
    assert (drawn.counted, drawn.complete, drawn.state) == (11 * 14, 11 * 20, "drawn")
    assert [one.place for one in drawn.items.all()] == list(range(1, 101))
    book = AuditRow.objects.get(verb="behaviours.sample.drawn")
    assert (book.person_id, book.object_id) == (owner.pk, str(drawn.pk))
    with pytest.raises(CannotSample, match="noch nicht abgeschlossen"):
        draw_sample(person=owner, definition=counted, seed=4, now=now, **DAYS)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"first_date": date(2026, 9, 2), "last_date": date(2026, 9, 1)}, "endet"),
        ({"first_date": date(2026, 9, 2), "last_date": date(2031, 9, 1)}, "in der Zukunft"),
        ({"first_date": date(2020, 9, 2), "last_date": date(2020, 9, 9)}, "kein Fall"),
        ({"first_date": date(1, 1, 1), "last_date": date(2020, 9, 9)}, "kein Fall"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(counted, owner, now, days, words):
    with pytest.raises(CannotSample, match=words):
        draw_sample(person=owner, definition=counted, seed=3, now=now, **days)
    assert not LabelSample.objects.exists()


def test_4_5_what_people_found_stands_in_numbers(drawn, owner, now):
    sample = finished(owner, drawn, now, wrong_yes=5, wrong_no=2, unsure=3)
    sure = Coding.objects.exclude(answer=states.UNSURE)
    yes, no = (sure.filter(item__is_counted=kind).count() for kind in (True, False))
    assert (sample.yes, sample.true_yes, sample.no, sample.true_no) == (yes, yes - 5, no, no - 2)
    assert (sample.unsure, sample.state, sample.coder, sample.cases) == (3, "finished", owner, 100)
    found = certainty_of(sample.definition, now)
    assert found.accuracy == domain.accuracy(domain.Coded(yes, yes - 5, no, no - 2), domain.Share(154, 220))
    assert found.truly.low < found.truly.value < found.truly.high
    with pytest.raises(CannotSample, match="was Sie gesagt haben, gilt"):
        code_item(person=owner, item=drawn.items.first(), answer="yes", now=now)
    with pytest.raises(CannotSample, match="gilt"):
        set_sample_aside(person=owner, sample=drawn, reason="Gefällt nicht", now=now)


def test_nothing_is_finished_before_all_is_coded(drawn, owner, now):
    for item in drawn.items.all()[:40]:
        code_item(person=owner, item=item, answer="yes", now=now)
    with pytest.raises(CannotSample, match="60"):
        finish_sample(person=owner, sample=drawn, now=now)
    for item in drawn.items.all():
        code_item(person=owner, item=item, answer="unsure", now=now)
    with pytest.raises(CannotSample, match="entscheiden"):
        finish_sample(person=owner, sample=drawn, now=now)
    assert Coding.objects.count() == 100


def test_4_5_two_people_code_twenty_alike_or_the_definition_is_to_be_rewritten(drawn, owner, new_person, now):
    finished(owner, drawn, now)
    second = new_person("manager", "Emre")
    twenty = list(drawn.items.all()[:20])
    with pytest.raises(CannotSample, match="nicht unter denen"):
        code_item(person=second, item=drawn.items.all()[20], answer="yes", now=now)
    for place, item in enumerate(twenty):
        is_yes = item.is_counted != (place < 8)
        code_item(person=second, item=item, answer="yes" if is_yes else "no", now=now)
    third = new_person("moderator", "Ines")
    with pytest.raises(CannotSample, match="zwei"):
        code_item(person=third, item=twenty[0], answer="yes", now=now)
    assert turn_of(LabelSample.objects.get(), third) is None
    sample = finish_sample(person=second, sample=drawn, now=now)
    pairs = [(one.is_counted, one.is_counted != (place < 8)) for place, one in enumerate(twenty)]
    assert (sample.coded_twice, sample.kappa) == (20, pytest.approx(domain.kappa(pairs)))
    assert sample.kappa < 0.6
    assert certainty_of(sample.definition, now).is_unclear
    assert (sample.yes, sample.true_yes, sample.no, sample.true_no) == (50, 50, 50, 50)  # the first coder's alone


def test_4_5_whoever_of_the_two_finishes_last_settles_how_alike_they_are(drawn, owner, new_person, now):
    second = new_person("manager", "Emre")
    code_item(person=owner, item=drawn.items.first(), answer="unsure", now=now)
    for item in drawn.items.all()[:20]:
        code_item(person=second, item=item, answer="yes" if item.is_counted else "no", now=now)
    assert finish_sample(person=second, sample=drawn, now=now).coded_twice == 0
    sample = finished(owner, drawn, now)
    assert (sample.coded_twice, sample.kappa, sample.second_finished_at) == (20, 1.0, now)


def test_4_5_the_verdict_is_put_right_on_both_sides_and_the_plan_is_told(counted, drawn, owner, workspace, now):
    raw = Verdict.objects.get()
    finished(owner, drawn, now, wrong_yes=6, wrong_no=4)
    judge(workspace=workspace, as_of=now, now=now)
    # The day of review was yesterday: a sample finished after it counts for the next review only.
    assert Verdict.objects.get().true_share is None
    LabelSample.objects.update(finished_at=now - timedelta(days=2))
    judge(workspace=workspace, as_of=now, now=now)
    found = Verdict.objects.get()
    sampled = domain.Sampled(domain.Coded(50, 44, 50, 46), domain.Share(154, 220))
    se, sp = sampled.accuracy.sensitivity, sampled.accuracy.specificity
    assert found.true_share == pytest.approx((168 / 240 + sp - 1) / (se + sp - 1))
    assert found.before_true_share == pytest.approx((260 / 520 + sp - 1) / (se + sp - 1))
    assert (found.k, found.n, found.share) == (168, 240, 0.7)
    assert (found.raw_difference, found.raw_low, found.raw_high) == (raw.difference, raw.low, raw.high)
    assert found.difference == pytest.approx(found.true_share - found.before_true_share) and found.difference > 0.2
    assert found.high - found.low > raw.high - raw.low
    assert (found.word, found.steps[-1]["code"], found.steps[-1]["is_met"]) == ("moving", "labels", True)
    fact = Evidence.objects.get(kind="behaviour")
    assert (fact.share, fact.before_share) == (found.true_share, found.before_true_share)
    assert (fact.counted_share, fact.counted_before_share) == (0.7, 0.5)
    figure = figures_for(workspace, [found.objective_key])[found.objective_key]
    assert (figure.share, figure.counted_share, figure.k, figure.n) == (found.true_share, 0.7, 168, 240)
    line = export_lines(counted)[-1]
    assert (line["share"], line["true_share"], line["raw_difference"]) == (0.7, found.true_share, raw.difference)
    assert line["difference"] == found.difference


def test_4_5_labels_right_too_seldom_leave_nothing_to_report(counted, drawn, owner, workspace, now):
    finished(owner, drawn, now - timedelta(days=2), wrong_yes=25, wrong_no=20)
    judge(workspace=workspace, as_of=now, now=now)
    found = Verdict.objects.get()
    assert (found.word, found.reason_code, found.difference) == ("not_measurable", "labels_too_noisy", None)
    fact = Evidence.objects.get(kind="behaviour")
    assert (fact.verdict, fact.share, fact.before_share, fact.low) == ("not_measurable", None, None, None)
    assert (fact.people, fact.times, fact.n) == (None, None, None)


def test_4_5_what_weeks_and_days_came_to_goes_where_labels_are_right_too_seldom(
    counted, drawn, owner, workspace, now, client_of
):
    """Neither the weeks beside the verdict nor a single day, nor how many people: all of it was counted by the same labels."""
    beside = Evidence.objects.filter(kind__in=("week", "day"))
    assert {one.kind for one in beside} == {"week", "day"}
    address = reverse("plan:element", args=[workspace.slug, Verdict.objects.get().objective_key])
    before = client_of(owner).get(address).content.decode()
    assert 'class="spark"' in before and "168 von 240" in before
    finished(owner, drawn, now - timedelta(days=2), wrong_yes=25, wrong_no=20)
    for _ in range(2):
        judge(workspace=workspace, as_of=now, now=now)
        assert not beside.all().exists()
    page = client_of(owner).get(address).content.decode()
    assert 'class="spark"' not in page and "168" not in page and "nicht messbar" in page
    assert '<div class="figrow">' in page and "<p></p>" not in page.split('<div class="figrow">')[1].split("</div>")[0]
    LabelSample.objects.all().delete()
    judge(workspace=workspace, as_of=now, now=now)
    assert {one.kind for one in beside.all()} == {"week", "day"}


@pytest.mark.parametrize("form", ["F3", "F4"])
def test_4_5_what_is_no_share_is_withheld_where_labels_are_right_too_seldom(form, counted, workspace, owner, now):
    """A value is not put right, and not told either where people found the counting wrong too often."""
    spec = QUESTION_WAITS if form == "F4" else HELP_RATE
    wanted = replace(spec, key=counted.key, quality=Quality())
    newer = adopt_definition(workspace=workspace, spec=wanted, person=owner, now=now - timedelta(days=300))
    measure_workspace(workspace=workspace, now=now)
    told = Evidence.objects.get(kind="behaviour", definition_version=version_name(newer))
    assert told.value is not None and told.unit
    told_days = Evidence.objects.filter(kind="day", definition_version=version_name(newer))
    assert told_days.exists() == (form == "F3"), "how long something takes has no value of a single day"
    LabelSample.objects.create(
        workspace=workspace, definition=newer, period_start=now - timedelta(days=90), period_end=now - timedelta(days=9),
        counted=60, complete=120, state="finished", coder=owner, yes=50, true_yes=25, no=50, true_no=30, unsure=0,
        finished_at=now - timedelta(days=2), created_at=now, created_by=owner, updated_at=now, updated_by=owner,
    )  # fmt: skip
    judge(workspace=workspace, as_of=now, now=now)
    told.refresh_from_db()
    assert (told.verdict, told.reason) == ("not_measurable", "labels_too_noisy")
    assert (told.value, told.before_value, told.low, told.high, told.share) == (None, None, None, None, None)
    measure_workspace(workspace=workspace, now=now + timedelta(hours=7))
    beside = Evidence.objects.filter(kind__in=("week", "day"), definition_version=version_name(newer))
    assert not beside.exists(), "nor of any week, nor of yesterday"


def test_4_5_what_a_version_told_earlier_is_held_back_too_and_stands_again_once_it_is_right_often_enough(
    counted, drawn, owner, workspace, now
):
    """Neither a program nor the book reads a figure of May by labels that are found wrong in October."""
    earlier = now - timedelta(weeks=4)
    judge(workspace=workspace, as_of=earlier, now=earlier)
    facts = Evidence.objects.filter(kind="behaviour").order_by("period_end")
    before = [(one.share, one.n, one.people, one.low, one.verdict) for one in facts]
    assert len(before) == 2 and None not in before[0] + before[1]
    finished(owner, drawn, now - timedelta(days=2), wrong_yes=15, wrong_no=13)
    judge(workspace=workspace, as_of=now, now=now)
    told = figures_page(workspace, Wish(source=counted.key))["figures"]
    assert [one["held_back"]["code"] for one in told] == ["labels_too_noisy"] * 2
    assert {one[name] for one in told for name in (*NUMBERS, "verdict")} == {None}
    for one in facts.all():
        assert (one.verdict, one.reason) == ("not_measurable", "labels_too_noisy")
        assert {getattr(one, name) for name in ("share", "n", "people", "times", "low", "high", "before_share")} == {
            None
        }
    book = str(evidence_parts(workspace, {}))
    assert book.count("dass die Zählung zu selten stimmt") == 2 and "70" not in book
    again = draw_sample(person=owner, definition=counted, seed=8, now=now - timedelta(days=2), **DAYS)
    finished(owner, again, now - timedelta(days=2))
    judge(workspace=workspace, as_of=now, now=now)
    stands = [(one.share, one.n, one.people, one.low, one.verdict) for one in facts.all()]
    assert stands[0] == before[0] and None not in stands[1]


def test_4_5_a_version_found_too_noisy_after_it_was_superseded_is_held_back_at_once(
    counted, drawn, owner, workspace, now
):
    code_all(owner, drawn, now, wrong_yes=25, wrong_no=20)
    adopt_definition(
        workspace=workspace, spec=replace(FIRST_ANSWER_BY_MEMBER, window=timedelta(hours=12)), person=owner, now=now
    )
    fact = Evidence.objects.get(kind="behaviour")
    assert fact.share is not None
    finish_sample(person=owner, sample=drawn, now=now)
    fact.refresh_from_db()
    assert (fact.share, fact.reason, fact.verdict) == (None, "labels_too_noisy", "not_measurable")
    assert not Evidence.objects.filter(kind__in=("week", "day"), definition_version=fact.definition_version).exists()


def test_4_5_what_was_told_of_an_objective_that_left_the_plan_is_held_back_and_stands_again(
    counted, drawn, owner, workspace, now
):
    """Nobody judges it any more, so no judgement sees to it; program, book and file get it all the same."""
    fact, key = Evidence.objects.get(kind="behaviour"), Verdict.objects.get().objective_key
    before = (fact.share, fact.n, fact.people, fact.low, fact.verdict)
    by = {"person": owner, "now": now}
    draft = plan.open_draft(plan=StrategicPlan.objects.get(), **by)
    plan.remove_element(version=draft, layer="objective", key=key, **by)
    plan.publish_version(version=draft, reason="gestrichen", without_agreement="eilig", **by)
    finished(owner, drawn, now, wrong_yes=15, wrong_no=13)
    (told,) = figures_page(workspace, Wish(source=counted.key))["figures"]
    assert told["held_back"]["code"] == "labels_too_noisy" and {told[name] for name in NUMBERS} == {None}
    assert not Evidence.objects.filter(kind__in=("week", "day"), key=key).exists()
    lines = export_lines(counted)
    assert {one["reason"] for one in lines} == {"labels_too_noisy"} and all(one["is_withheld"] for one in lines)
    assert {one[name] for one in lines for name in ("share", "people", "complete", "before_share", "true_share")} == {
        None
    }
    assert lines[-1]["verdict"] == "not_measurable"
    again = draw_sample(person=owner, definition=counted, seed=8, now=now, **DAYS)
    finished(owner, again, now)
    measure_workspace(workspace=workspace, now=now + timedelta(hours=1))
    fact.refresh_from_db()
    assert (fact.share, fact.n, fact.people, fact.low, fact.verdict) == before
    assert "labels_too_noisy" not in {one["reason"] for one in export_lines(counted)}


def test_4_5_a_file_tells_figures_again_in_a_later_week_in_which_they_are_right_often_enough(
    counted, drawn, owner, workspace, now
):
    """The week that was judged while they were not keeps its reason; it speaks of no other week."""
    before = now - timedelta(days=2)
    finished(owner, drawn, before, wrong_yes=15, wrong_no=13)
    judge(workspace=workspace, as_of=now, now=now)
    assert {one["reason"] for one in export_lines(counted)} == {"labels_too_noisy"}
    finished(owner, draw_sample(person=owner, definition=counted, seed=8, now=before, **DAYS), before)
    later = now + timedelta(weeks=1)
    judge(workspace=workspace, as_of=later, now=later)
    facts = Evidence.objects.filter(kind="behaviour").order_by("period_end")
    assert [one.reason == "labels_too_noisy" for one in facts] == [True, False]
    lines = export_lines(counted)
    assert "labels_too_noisy" not in {one["reason"] for one in lines} and lines[-1]["share"] is not None


def test_4_5_what_slipped_past_an_earlier_edition_is_held_back_by_the_next_count(counted, drawn, owner, workspace, now):
    """The sample was finished before anybody looked at objectives that left the plan."""
    PlanVersion.objects.update(state="superseded")
    finished(owner, drawn, now, wrong_yes=25, wrong_no=20)
    Evidence.objects.filter(kind="behaviour").update(reason="", verdict="moving", share=0.7, n=240)
    measure_workspace(workspace=workspace, now=now + timedelta(hours=1))
    fact = Evidence.objects.get(kind="behaviour")
    assert (fact.verdict, fact.reason, fact.share, fact.n) == ("not_measurable", "labels_too_noisy", None, None)


def test_4_5_a_finished_sample_is_judged_by_at_once_and_once_more_when_it_is_quiet(
    counted, drawn, owner, workspace, now
):
    """Finishing may end after a judgement that began later had looked."""
    at = now + timedelta(minutes=1)
    assert due_workspaces(at) == []
    finished(owner, drawn, at)
    assert due_workspaces(at + timedelta(seconds=10)) == [workspace]
    measure_workspace(workspace=workspace, now=at + timedelta(seconds=10))
    assert due_workspaces(at + timedelta(minutes=4)) == []
    assert due_workspaces(at + timedelta(minutes=6)) == [workspace]
    measure_workspace(workspace=workspace, now=at + timedelta(minutes=6))
    assert due_workspaces(at + timedelta(minutes=20)) == []


def test_4_5_all_samples_before_the_review_put_it_right_together(counted, drawn, owner, workspace, now):
    finished(owner, drawn, now - timedelta(days=20), wrong_yes=6, wrong_no=4)
    judge(workspace=workspace, as_of=now, now=now)
    alone = Verdict.objects.get()
    days = {"first_date": date(2026, 4, 6), "last_date": date(2026, 6, 21)}
    second = draw_sample(person=owner, definition=counted, seed=9, now=now - timedelta(days=3), **days)
    assert (second.counted, second.complete) == (110, 220)
    finished(owner, second, now - timedelta(days=2), wrong_yes=2, wrong_no=8)
    judge(workspace=workspace, as_of=now, now=now)
    both = Verdict.objects.get()
    assert both.steps[-1]["values"]["coded"] == 200
    first = domain.Sampled(domain.Coded(50, 44, 50, 46), domain.Share(154, 220))
    together = domain.pooled([first, domain.Sampled(domain.Coded(50, 48, 50, 42), domain.Share(110, 220))])
    assert both.true_share == pytest.approx(domain.true_share(domain.Share(168, 240), together).value)
    assert both.true_share != pytest.approx(alone.true_share)
    found = certainty_of(counted, now)
    assert found.accuracy.sensitivity == pytest.approx(together.accuracy.sensitivity) and found.earlier == 1


def test_4_5_a_case_that_two_samples_drew_is_counted_once(counted, drawn, owner, workspace, now):
    """The same weeks drawn anew: whoever came up again tells nothing more, also where people say something else of it now."""
    finished(owner, drawn, now - timedelta(days=20), wrong_yes=6, wrong_no=4)
    second = draw_sample(person=owner, definition=counted, seed=9, now=now - timedelta(days=3), **DAYS)
    finished(owner, second, now - timedelta(days=2), wrong_yes=2, wrong_no=8)
    again = set(drawn.items.values_list("message", flat=True)) & set(second.items.values_list("message", flat=True))
    assert len(again) > 20
    judge(workspace=workspace, as_of=now, now=now)
    assert Verdict.objects.get().steps[-1]["values"]["coded"] == 200 - len(again)
    told = {}
    for message, is_counted, answer in Coding.objects.values_list("item__message", "item__is_counted", "answer"):
        told.setdefault((message, is_counted), []).append(answer == "yes")
    sides = [
        [sum(said) / len(said) for (_, is_counted), said in told.items() if is_counted is kind]
        for kind in (True, False)
    ]
    yes, no = sides
    once = domain.accuracy(domain.Coded(len(yes), sum(yes), len(no), len(no) - sum(no)), domain.Share(154, 220))
    found = certainty_of(counted, now).accuracy
    assert (found.sensitivity, found.specificity) == pytest.approx((once.sensitivity, once.specificity), abs=0.005)
    SampledItem.objects.all().delete()
    judge(workspace=workspace, as_of=now, now=now)
    assert Verdict.objects.get().steps[-1]["values"]["coded"] == 200, "which cases they were is forgotten by now"


def test_without_a_sample_of_this_version_nothing_changes(counted, drawn, owner, workspace, now):
    before = Verdict.objects.values().get()
    finished(owner, drawn, now - timedelta(days=2), wrong_yes=20, wrong_no=9)
    newer = adopt_definition(
        workspace=workspace, spec=counted.spec | {"minimum": 1, "window_seconds": 90_000}, person=owner, now=now
    )
    assert newer.number == 2
    measure_workspace(workspace=workspace, now=now)
    found = Verdict.objects.get(definition=newer)
    assert found.true_share is None and "labels" not in {step["code"] for step in found.steps}
    assert before["true_share"] is None and before["raw_difference"] is None


def test_set_aside_with_a_reason_and_taken_up_again(drawn, counted, owner, new_person, now):
    code_item(person=owner, item=drawn.items.first(), answer="no", now=now)
    with pytest.raises(CannotSample, match="warum"):
        set_sample_aside(person=owner, sample=drawn, reason="  ", now=now)
    with pytest.raises(PermissionDenied):
        set_sample_aside(person=new_person("author"), sample=drawn, reason="x", now=now)
    set_sample_aside(person=owner, sample=drawn, reason="Die Zeit war falsch", now=now)
    with pytest.raises(CannotSample, match="beiseitegelegt"):
        code_item(person=owner, item=drawn.items.first(), answer="yes", now=now)
    take_sample_up(person=owner, now=now, pk=str(drawn.pk))
    drawn.refresh_from_db()
    assert (drawn.state, drawn.reason, drawn.set_aside_at, Coding.objects.count()) == ("coding", "", None, 1)
    set_sample_aside(person=owner, sample=drawn, reason="Doch", now=now)
    draw_sample(person=owner, definition=counted, seed=9, now=now, **DAYS)
    with pytest.raises(CannotUndo):
        take_sample_up(person=owner, now=now, pk=str(drawn.pk))


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "finished"}, {"state": "coding"}, {"state": "set_aside"}, {"counted": 999}, {"kappa": 0.5},
        {"finished_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"reason": "x"}, {"state": "lost"},
    ],
)  # fmt: skip
def test_the_database_keeps_the_states_of_a_sample(drawn, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        LabelSample.objects.filter(pk=drawn.pk).update(**broken)


def test_the_database_keeps_codings_apart(drawn, owner, new_person, now):
    item = drawn.items.first()
    code_item(person=owner, item=item, answer="no", now=now)
    code_item(person=owner, item=item, answer="yes", now=now)
    assert Coding.objects.get().answer == "yes"
    other = {"item": item, "coded_at": now, "answer": "no"}
    for broken in (
        other | {"person": owner, "turn": 2}, other | {"person": new_person("manager"), "turn": 1},
        other | {"person": new_person("lead"), "turn": 3}, other | {"person": new_person("lead"), "turn": 2, "answer": "x"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Coding.objects.create(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        LabelSample.objects.filter(pk=drawn.pk).update(second_coder=owner)


def test_the_case_shows_what_was_said_and_nothing_of_what_was_counted(drawn, owner, client_of, workspace):
    shapes = {}
    client = client_of(owner)
    for kind in (True, False):
        item = drawn.items.filter(is_counted=kind).first()
        page = coding_page(drawn, owner, item.place)
        assert page.case.item == item and page.case.said[0].is_it
        assert len(page.case.said) == (2 if kind else 1)  # the answer stands there, for people to see
        answer = client.get(f"/w/{workspace.slug}/behaviours/samples/{drawn.pk}/?at={item.place}")
        html = answer.content.decode()
        shapes[kind] = html.count("primary"), html.count("aria-current"), "counted" in html.split("<main")[1]
    assert shapes[True] == shapes[False]
    assert not shapes[True][2]


def test_a_person_codes_by_form_from_the_first_case_to_the_last(drawn, owner, client_of, workspace):
    client, here = client_of(owner), f"/w/{workspace.slug}/behaviours/samples/{drawn.pk}/"
    for place, item in enumerate(drawn.items.all(), start=1):
        if place in (1, 2, 100):
            page = client.get(here).content.decode()
            assert f"Fall {place} von 100" in page and f'value="{item.pk}"' in page
        assert client.post(here, {"item": item.pk, "answer": "yes" if item.is_counted else "no"}).status_code == 302
    page = client.get(here).content.decode()
    assert "Alles ist kodiert" in page
    again = client.get(f"{here}?at=3").content.decode()
    assert "Fall 3 von 100" in again and "Alles ist kodiert: zum Abschluss" in again
    client.post(f"{here}finish/")
    assert LabelSample.objects.get().state == "finished"
    assert "Sensitivität" in client.get(f"/w/{workspace.slug}/behaviours/{drawn.definition.key}/").content.decode()
    assert (
        "100 Fälle kodiert"
        in client.get(f"/w/{workspace.slug}/behaviours/{drawn.definition.key}/samples/").content.decode()
    )
    assert client.get(here).status_code == 200


def test_a_sample_is_drawn_and_set_aside_on_its_pages_with_undo(counted, owner, client_of, workspace):
    client, place = client_of(owner), f"/w/{workspace.slug}/behaviours/{counted.key}/samples/"
    told = {name: day.isoformat() for name, day in DAYS.items()}
    refused = client.post(place, told | {"last_date": "2020-01-01"})
    assert refused.status_code == 422 and 'value="2020-01-01"' in refused.content.decode()
    assert client.post(place, told).status_code == 302
    sample = LabelSample.objects.get()
    away = f"/w/{workspace.slug}/behaviours/samples/{sample.pk}/away/"
    assert client.post(away, {"reason": ""}).status_code == 422
    answer = client.post(away, {"reason": "Zu früh"}, follow=True)
    assert "Zu früh" in answer.content.decode() and "/undo/" in answer.content.decode()


def test_whoever_may_only_look_sees_neither_cases_nor_how_to_draw(drawn, new_person, client_of, workspace):
    observer, moderator = client_of(new_person("observer")), client_of(new_person("moderator"))
    for path in (f"samples/{drawn.pk}/", f"{drawn.definition.key}/samples/"):
        assert observer.get(f"/w/{workspace.slug}/behaviours/{path}").status_code == 403
        assert moderator.get(f"/w/{workspace.slug}/behaviours/{path}").status_code == 200
    told = {name: day.isoformat() for name, day in DAYS.items()}
    assert moderator.post(f"/w/{workspace.slug}/behaviours/{drawn.definition.key}/samples/", told).status_code == 403


def test_private_words_of_a_thread_are_shown_to_no_coder(drawn, owner):
    item = drawn.items.filter(is_counted=True).first()
    answer = Message.objects.filter(thread_native_id=item.message.thread_native_id).exclude(pk=item.message_id)
    answer.update(visibility="direct")
    assert [one.is_it for one in coding_page(drawn, owner, item.place).case.said] == [True]


def test_words_that_never_got_out_are_shown_to_no_coder(drawn, owner):
    item = drawn.items.filter(is_counted=True).first()
    answer = Message.objects.filter(thread_native_id=item.message.thread_native_id).exclude(pk=item.message_id)
    answer.update(native_id=None)
    assert [one.is_it for one in coding_page(drawn, owner, item.place).case.said] == [True]


@pytest.mark.parametrize(("spec", "minimum"), [(NEWCOMER_HELPS, 1), (HELPERS, 2)])
def test_a_persons_case_shows_what_they_said_in_their_time(spec, minimum, take_in, two_times, workspace, owner, now):
    newcomers = [row(f"n{one}", f"Neu {one}", datetime(2026, 5, 4 + one, 9, tzinfo=UTC)) for one in range(20)]
    helps = [row(f"n{one}-a", f"Neu {one}", datetime(2026, 5, 7 + one, 9, tzinfo=UTC), "n0") for one in range(1, 20, 2)]
    take_in([*two_times, *newcomers, *helps])
    plain = replace(spec, quality=Quality(), minimum=minimum)
    made = adopt_definition(workspace=workspace, spec=plain, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    sample = draw_sample(
        person=owner, definition=made, seed=1, now=now, each=5, first_date=date(2026, 1, 1), last_date=date(2026, 8, 31)
    )
    for item in sample.items.all():
        case = coding_page(sample, owner, item.place).case
        assert case.is_person and case.name == item.message.identity.member.alias
        assert {one.name for one in case.said} == {case.name}
        assert all(one.is_in_time or one.is_it for one in case.said)


def test_whoever_is_forgotten_takes_their_cases_along_and_the_numbers_stand(drawn, owner, now):
    sample = finished(owner, drawn, now, wrong_yes=5)
    item = drawn.items.first()
    member = item.message.identity.member
    erase(person=owner, member=member, asked_date=now.date(), now=now)
    for minute in range(1, 4):
        erase_due(now + timedelta(minutes=minute))
    assert not SampledItem.objects.filter(pk=item.pk).exists() and drawn.items.count() == 99
    assert not Coding.objects.filter(item_id=item.pk).exists()
    sample.refresh_from_db()
    assert (sample.yes, sample.true_yes) == (50, 45)
    assert coding_page(sample, owner, 5).case is None


def test_whoever_asked_to_be_forgotten_is_drawn_no_more_even_before_the_ledger_is_filled_anew(
    drawn, counted, owner, now
):
    member = drawn.items.first().message.identity.member
    set_sample_aside(person=owner, sample=drawn, reason="Noch einmal", now=now)
    Member.objects.filter(pk=member.pk).update(erased_at=now)
    again = draw_sample(person=owner, definition=counted, seed=3, now=now, **DAYS)
    assert again.items.count() == 99 and not again.items.filter(message__identity__member=member).exists()


def test_a_case_forgotten_while_it_is_coded_is_not_missed(drawn, owner, now):
    code_all(owner, drawn, now)
    member = drawn.items.first().message.identity.member
    (step,) = (one for one in ERASING if one.name == "behaviours.samples")
    assert step.run(member, (), now).removed == 1
    assert finish_sample(person=owner, sample=drawn, now=now).cases == 99


def test_two_members_who_are_one_keep_their_cases_and_part_with_them(drawn, owner, now):
    one, other = (item.message.identity.member for item in drawn.items.all()[:2])
    first = drawn.items.first()
    merging = merge_members(person=owner, source=one, target=other, basis="said", now=now)
    assert SampledItem.objects.get(pk=first.pk).message.identity.member == other
    assert coding_page(drawn, owner, 1).case.said[0].name == other.alias
    part_members(person=owner, now=now, merging=merging.pk)
    assert SampledItem.objects.get(pk=first.pk).message.identity.member == Member.objects.get(pk=one.pk)


def test_cases_go_with_the_words_of_an_import_that_is_undone(counted, drawn, owner, now):
    run = drawn.items.first().message.import_run
    undo_import(person=owner, import_run=run, now=now)
    assert not SampledItem.objects.exists() and LabelSample.objects.count() == 1


def test_cases_are_forgotten_after_two_years_and_the_numbers_stand(drawn, owner, now):
    finished(owner, drawn, now)
    assert see_to_samples(now + timedelta(days=729)) >= 0 and SampledItem.objects.count() == 100
    assert forget_sampled(before=now + timedelta(days=1)) == 100
    assert LabelSample.objects.get().yes == 50


def test_cases_of_a_sample_that_nobody_coded_to_its_end_are_forgotten_too(drawn, owner, now):
    code_item(person=owner, item=drawn.items.first(), answer="no", now=now)
    assert forget_sampled(before=now) == 0
    assert forget_sampled(before=now + timedelta(days=1)) == 100
    assert not Coding.objects.exists() and LabelSample.objects.get().state == "coding"


def test_a_sample_whose_cases_are_forgotten_is_coded_by_nobody_more(
    drawn, owner, new_person, client_of, workspace, now
):
    finished(owner, drawn, now)
    forget_sampled(before=now + timedelta(days=1))
    second, here = new_person("manager", "Emre"), f"/w/{workspace.slug}/behaviours/samples/{drawn.pk}/"
    assert remind_samples(now=now) == 0
    page = coding_page(LabelSample.objects.get(), second, None)
    assert (page.turn, page.case, page.is_all_coded) == (None, None, False)
    assert "sind gelöscht" in client_of(second).get(here).content.decode()
    with pytest.raises(CannotSample, match="sind gelöscht"):
        finish_sample(person=second, sample=drawn, now=now)


def test_4_5_a_second_coder_is_asked_for_once_a_quarter(drawn, owner, new_person, now):
    assert remind_samples(now=now) == 0
    finished(owner, drawn, now)
    assert [remind_samples(now=now + timedelta(days=day)) for day in (0, 1, 2)] == [1, 0, 0]
    assert "Ein Mitglied antwortet zuerst" in Notice.objects.get().values["name"]
    assert remind_samples(now=now + timedelta(days=100)) == 1
    second = new_person("manager")
    for item in drawn.items.all()[:20]:
        code_item(person=second, item=item, answer="yes" if item.is_counted else "no", now=now)
    finish_sample(person=second, sample=drawn, now=now + timedelta(days=101))
    assert certainty_of(drawn.definition, now + timedelta(days=102)).last_kappa.kappa == 1.0
    assert not certainty_of(drawn.definition, now + timedelta(days=102)).is_second_due
    assert remind_samples(now=now + timedelta(days=190)) == 0
    assert certainty_of(drawn.definition, now + timedelta(days=200)).is_second_due


def test_4_5_a_sample_is_asked_for_once_a_quarter_where_a_rule_says_what_is_counted(
    owner, new_person, workspace, now, forum
):
    new_person("moderator")
    tell_label(person=owner, label="hard", tag="schwer", situation=0, now=now)
    adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    assert remind_samples(now=now) == 0
    made = adopt_definition(workspace=workspace, spec=HARD_QUESTION_WAITS, person=owner, now=now)
    assert [remind_samples(now=now + timedelta(days=day)) for day in (0, 1)] == [1, 0]
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (owner, "behaviours.sample_due")
    assert notice.url.endswith(f"/behaviours/{made.key}/samples/")
    assert remind_samples(now=now + timedelta(days=100)) == 1


def test_the_page_says_why_a_sample_is_needed_or_not(counted, owner, client_of, workspace, now):
    page = f"/w/{workspace.slug}/behaviours/{counted.key}/"
    assert "niemand hat geraten" in client_of(owner).get(page).content.decode()
    assert not certainty_of(counted, now).is_guessed
    spec = FIRST_ANSWER_BY_MEMBER.to_dict()
    spec["anchor"]["labels"] = ["hard"]
    counted.spec = spec
    assert certainty_of(counted, now).is_guessed
