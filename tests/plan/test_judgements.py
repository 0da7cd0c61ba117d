"""A judged value leads on: what is to change becomes a draft or a finding, what is watched is asked about again (S0-05)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.plan import actions, queries, states
from allmende.plan.actions.record_evidence import Week, record_weeks, take_back_periods
from allmende.plan.jobs import look_at_values, look_at_watched
from allmende.plan.models import ChangeEvent, Evidence, Finding, Judgement, PlanVersion
from allmende.plan.queries.book_proof import evidence_parts
from allmende.team.actions import CannotUndo
from allmende.team.models import Notice
from tests.plan.test_proof import PLAN, measure, offer

REASON = "Die Lotsen antworten nur noch werktags"


@pytest.fixture
def asked(write_plan, owner, now) -> Judgement:
    """A value of the goal that left its limits and waits for a judgement."""
    written = write_plan(publish=True)
    measure(owner, written.goal.key, [7.8, 7.9, 7.7, 7.9, 7.8, 7.9, 7.8, 5.2], now)
    look_at_values(now)
    return Judgement.objects.get()


def judge(owner, judgement: Judgement, answer: str, now, **more) -> Judgement:
    return actions.judge_value(person=owner, judgement=judgement, answer=answer, reason=REASON, now=now, **more)


def test_s0_05_a_value_judged_to_change_leads_to_a_draft_with_the_reason_beside_the_element(asked, owner, client_of):
    client = client_of(owner)
    url = f"{PLAN}judgements/{asked.pk}/"
    told = client.post(url, {"answer": "change", "reason": REASON}, follow=True)
    assert (told.redirect_chain[-1][0], "Was kommt dabei heraus?" in told.content.decode()) == (url, True)
    assert REASON in client.get(f"{PLAN}findings/").content.decode(), "listed until something comes of it"
    assert REASON in client.get(f"{PLAN}dust/").content.decode()
    draft = client.post(f"{url}follow/", {"as": "draft"}, follow=True)
    assert draft.redirect_chain[-1][0] == f"{PLAN}draft/#{asked.key}"
    assert f"5,2 Punkte: {REASON}." in re.sub(r"\s+", " ", draft.content.decode()), "beside the element"
    asked.refresh_from_db()
    assert asked.version == PlanVersion.objects.get(state=states.DRAFT)
    assert "Entwurf der Version 2" in client.get(url).content.decode()
    assert REASON not in client.get(f"{PLAN}findings/").content.decode()
    client.post(offer(draft))
    asked.refresh_from_db()
    assert asked.version is None


def test_s0_05_a_draft_that_was_discarded_is_no_consequence(asked, owner, now):
    judge(owner, asked, "change", now)
    plan = queries.current_plan(owner.workspace)
    draft = actions.revise_for_judgement(person=owner, judgement=asked, plan=plan, now=now)
    assert queries.unmet_in_force(owner.workspace) == ()
    with pytest.raises(actions.CannotFollowJudgement):
        actions.find_for_judgement(person=owner, judgement=asked, plan=plan, now=now)
    actions.discard_draft(person=owner, version=draft, now=now)
    (unmet,) = queries.unmet_in_force(owner.workspace)
    assert unmet.judgement == asked
    actions.find_for_judgement(person=owner, judgement=asked, plan=plan, now=now)
    asked.refresh_from_db()
    assert (asked.version, asked.finding.observation) == (None, REASON)


def test_s0_05_a_finding_comes_of_it_that_leads_to_a_step(asked, owner, now, client_of):
    judge(owner, asked, "change", now)
    client = client_of(owner)
    told = client.post(f"{PLAN}judgements/{asked.pk}/follow/", {"as": "finding"}, follow=True)
    finding = Finding.objects.get()
    assert told.redirect_chain[-1][0] == f"{PLAN}findings/{finding.pk}/"
    assert (finding.element_key, finding.observation) == (asked.key, REASON)
    assert finding.source.startswith("Zufriedenheit vom ")
    assert "ein Befund" in client.get(f"{PLAN}judgements/{asked.pk}/").content.decode()
    client.post(offer(told))
    finding.refresh_from_db()
    asked.refresh_from_db()
    assert (finding.archived_at is not None, asked.finding) == (True, None)


def test_s0_05_only_what_was_judged_to_change_leads_on(asked, owner, now, client_of):
    judge(owner, asked, "keep", now)
    told = client_of(owner).post(f"{PLAN}judgements/{asked.pk}/follow/", {"as": "draft"}, follow=True)
    assert "nicht als Änderung" in told.content.decode()
    draft = PlanVersion.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.update(version=draft)


def test_s0_05_watching_needs_a_day_and_is_asked_again_with_the_newest_value(asked, owner, now, client_of):
    client, url = client_of(owner), f"{PLAN}judgements/{asked.pk}/"
    refused = client.post(url, {"answer": "watch", "reason": REASON, "again_date": ""})
    assert (refused.status_code, "an welchem Tag" in refused.content.decode()) == (422, True)
    assert (
        client.post(url, {"answer": "watch", "reason": REASON, "again_date": timezone.localdate()}).status_code == 422
    )
    day = timezone.localdate() + timedelta(days=14)
    told = client.post(url, {"answer": "watch", "reason": REASON, "again_date": day}, follow=True)
    assert "Wir sehen am" in told.content.decode()
    assert look_at_watched(now) == 0
    later = timezone.now() + timedelta(days=14)
    measure(owner, asked.key, [5.4], later)
    assert (look_at_watched(later), look_at_watched(later)) == (1, 0)
    again = Judgement.objects.get(answer="")
    assert (again.follows, again.measured, again.asked) == (asked, 5.4, owner)
    notice = Notice.objects.get(person=owner, kind="plan.judgement_again")
    assert str(again.pk) in notice.url
    shown = client.get(f"{PLAN}judgements/{again.pk}/").content.decode()
    assert REASON in shown and "5,4 Punkte" in shown
    with pytest.raises(CannotUndo):
        asked.refresh_from_db()
        actions.UNDO["judged"](
            person=owner, now=later, pk=str(asked.pk), revision=asked.revision, before={"answer": ""}
        )


def test_s0_05_what_was_asked_about_later_is_not_asked_twice(asked, owner, now):
    judge(owner, asked, "watch", now, again_date=now.date() + timedelta(days=7))
    later = now + timedelta(days=7)
    measure(owner, asked.key, [2.1], later)
    assert look_at_values(later) == 1
    assert look_at_watched(later) == 0


def test_s0_05_the_book_says_what_came_of_a_judgement(asked, owner, now):
    judge(owner, asked, "change", now)
    assert "nichts bisher" in str(evidence_parts(owner.workspace, {asked.key: "Ziel"}))


HAPPENED = {"kind": "team_change", "what": "Zwei Lotsen sind gegangen", "occurred_date": "2026-09-30", "noticed_date": "2026-10-01"}  # fmt: skip


def test_s0_05_a_value_judged_to_change_leads_straight_to_what_happened(asked, owner, now, client_of):
    client, url = client_of(owner), f"{PLAN}judgements/{asked.pk}/"
    judge(owner, asked, "change", now)
    form = client.post(f"{url}follow/", {"as": "event"}, follow=True)
    address = form.redirect_chain[-1][0]
    said = form.content.decode()
    assert address == f"{PLAN}events/new/?judgement={asked.pk}"
    assert "Zufriedenheit" in said and f"\n{REASON}</textarea>" in said, "what is known is not typed twice"
    asked.refresh_from_db()
    assert asked.event is None, "looking changes nothing"
    refused = client.post(address, {**HAPPENED, "noticed_date": "2026-09-01"})
    assert (refused.status_code, HAPPENED["what"] in refused.content.decode()) == (422, True)
    told = client.post(address, HAPPENED, follow=True)
    asked.refresh_from_db()
    event = ChangeEvent.objects.get()
    assert (asked.event, event.what) == (event, HAPPENED["what"])
    assert told.redirect_chain[-1][0] == f"{PLAN}events/{event.pk}/"
    assert REASON in told.content.decode(), "why it was noted stands on its page"
    assert HAPPENED["what"] in client.get(url).content.decode()
    assert queries.unmet_in_force(owner.workspace) == ()
    assert HAPPENED["what"] in str(evidence_parts(owner.workspace, {asked.key: "Ziel"}))
    client.post(offer(told))
    asked.refresh_from_db()
    event.refresh_from_db()
    assert (asked.event, event.archived_at is not None) == (None, True)
    (unmet,) = queries.unmet_in_force(owner.workspace)
    assert unmet.judgement == asked


def test_s0_05_an_event_that_was_put_away_is_no_consequence_and_one_that_was_answered_stays(asked, owner, now):
    judge(owner, asked, "change", now)
    by, plan = {"person": owner, "now": now}, queries.current_plan(owner.workspace)
    told = {"kind": "other", "occurred_date": now.date(), "noticed_date": now.date()}
    event = actions.happened_for_judgement(judgement=asked, plan=plan, what="Ein Irrtum", **told, **by)
    with pytest.raises(actions.CannotFollowJudgement):
        actions.find_for_judgement(judgement=asked, plan=plan, **by)
    actions.archive_change_event(event=event, **by)
    other = actions.happened_for_judgement(judgement=asked, plan=plan, what="Zwei Lotsen sind gegangen", **told, **by)
    asked.refresh_from_db()
    assert asked.event == other
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.update(version=PlanVersion.objects.get())
    actions.revise_for_event(event=other, approach="adapt", approach_reason="Weniger Hände", **by)
    with pytest.raises(CannotUndo):
        actions.UNDO["judgement_followed"](pk=str(asked.pk), revision=asked.revision, before={"event": None}, **by)


def test_s0_05_nobody_is_asked_about_a_value_that_was_taken_back_or_told_otherwise(asked, owner, now, client_of):
    """The question goes from Today with its notice; a value in its place is looked at like any other."""
    fact = Evidence.objects.get(key=asked.key, period_end=asked.period_end)
    told = {"key": asked.key, "source": asked.source, "unit": "Punkte", "n": None}
    told |= {"begins": (now - timedelta(days=1)).date(), "ends": (now - timedelta(days=1)).date()}
    corrected, before = actions.tell_evidence(person=owner, **told, number=7.8, now=now)
    assert not Judgement.objects.exists() and corrected.pk == fact.pk
    assert Notice.objects.get(kind="plan.judgement_asked").seen_at is not None
    assert look_at_values(now) == 0, "within its limits nothing is asked"
    assert client_of(owner).get(f"{PLAN}judgements/{asked.pk}/").status_code == 404
    with pytest.raises(actions.CannotJudge, match="zurückgenommen"):
        judge(owner, asked, "keep", now)
    actions.UNDO["told"](person=owner, now=now, pk=corrected.pk, before=before)
    assert look_at_values(now) == 1, "the first value stands again, and with it the question"
    again = Judgement.objects.get()
    assert (again.measured, Notice.objects.filter(kind="plan.judgement_asked", seen_at=None).count()) == (5.2, 1)
    actions.UNDO["told"](person=owner, now=now, pk=fact.pk, before=None)
    assert not Judgement.objects.exists() and not queries.open_judgements(owner.workspace).exists()


def test_s0_05_a_judgement_stays_when_its_value_is_taken_back_and_what_is_watched_waits_for_another(asked, owner, now):
    judge(owner, asked, "watch", now, again_date=now.date() + timedelta(days=7))
    later = now + timedelta(days=7)
    measure(owner, asked.key, [5.4], later)
    assert look_at_watched(later) == 1
    actions.UNDO["told"](person=owner, now=later, pk=Evidence.objects.order_by("-period_end")[0].pk, before=None)
    assert Judgement.objects.get() == asked, "what was judged stands"
    assert look_at_watched(later) == 1
    assert Judgement.objects.get(follows=asked).measured == 5.2, "the newest that stands"
    for fact in Evidence.objects.filter(key=asked.key):
        actions.UNDO["told"](person=owner, now=later, pk=fact.pk, before=None)
    assert look_at_watched(later) == 0 and Judgement.objects.get() == asked


def test_s0_05_a_question_about_a_week_goes_with_the_week(write_plan, owner, now):
    key, week = write_plan(publish=True).objective.key, timedelta(weeks=1)
    told = {"workspace": owner.workspace, "key": key, "source": "answers", "definition_version": "answers/1", "at": now}
    low = Week(now - week, now, share=0.1, n=90, low=0.3, high=0.7, level=0.5, is_signal=True)
    record_weeks(**told, weeks=[low])
    assert look_at_values(now) == 1
    take_back_periods(**told)
    assert not queries.open_judgements(owner.workspace).exists()
