"""Approvals remind before and after their day, and what stalls is told to somebody by name; each once."""

from datetime import timedelta

import pytest
from django.utils import translation

from allmende.editorial.actions import (
    ItemText,
    StepPlan,
    add_step,
    answer_step,
    ask_steps,
    remind_of_approvals,
    save_item,
)
from allmende.editorial.jobs import JOBS
from allmende.editorial.models import ApprovalStep
from allmende.editorial.queries import asked_texts
from allmende.team.actions import end_access
from allmende.team.models import Mail, Notice
from allmende.team.templatetags.team_words import sentence

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(new_person):
    return new_person("lead", "Mara Lind")


@pytest.fixture
def ask(forum, owner, lead, now):
    """`ask(...)` asks one step of a new item; `due_at` is in three days."""

    def make(**plan):
        written = ItemText(title="Fristen", no_objective_reason="Pflicht", texts={forum.pk: "Am 10. ist Abgabe."})
        item = save_item(person=owner, item=None, written=written, now=now)
        plan = {"people": [lead], "due_at": now + timedelta(days=3), **plan}
        step = add_step(person=owner, item=item, plan=StepPlan(**plan), now=now)
        ask_steps(person=owner, item=item, now=now)
        return step

    return make


def notices(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_a_reminder_before_one_after_and_then_somebody_by_name(ask, owner, lead, new_person, now):
    told = new_person("manager", "Ute Kern")
    ask(told_to=told)
    asked = notices(lead)
    run = JOBS[0].run
    for hours, sent in ((24, 0), (50, 1), (51, 0), (73, 1), (74, 0), (97, 1), (98, 0)):
        assert run(now + timedelta(hours=hours)) == sent, hours
    assert notices(lead) == [*asked, "editorial.approval_reminder", "editorial.approval_overdue"]
    assert Notice.objects.get(person=told).values["names"] == lead.name
    assert Mail.objects.filter(to_address=lead.user.email).count() == 2
    assert "benannt" in Mail.objects.get(to_address=told.user.email).body


def test_without_a_day_it_stalls_after_five_and_whoever_asked_learns_of_it(ask, owner, now):
    ask(due_at=None)
    assert remind_of_approvals(now=now + timedelta(days=4)) == 0
    assert remind_of_approvals(now=now + timedelta(days=5)) == 1
    assert "editorial.approval_stalled" in notices(owner)


@pytest.mark.parametrize("is_named", [True, False])
def test_what_stalls_reaches_the_owner_where_those_named_before_have_left(
    ask, owner, new_person, now, is_named
) -> None:
    asker, named = new_person("manager", "Ute Kern"), new_person("manager", "Olaf Beck")
    step = ask(due_at=None, told_to=named if is_named else None)
    ApprovalStep.objects.filter(pk=step.pk).update(asked_by=asker)
    end_access(person=owner, colleague=asker, now=now, reason="Ruhestand")
    end_access(person=owner, colleague=named, now=now, reason="Ruhestand")
    assert remind_of_approvals(now=now + timedelta(days=5)) == 1
    assert "editorial.approval_stalled" in notices(owner)


def test_somebody_outside_is_reminded_though_whoever_asked_has_left(ask, owner, new_person, now) -> None:
    asker = new_person("manager", "Ute Kern")
    step = ask(people=[], guests=[("Dr. Weiß", "weiss@amt.example")])
    ApprovalStep.objects.filter(pk=step.pk).update(asked_by=asker)
    end_access(person=owner, colleague=asker, now=now, reason="Ruhestand")
    before = Mail.objects.filter(to_address="weiss@amt.example").count()
    remind_of_approvals(now=now + timedelta(hours=50))
    assert Mail.objects.filter(to_address="weiss@amt.example").count() == before + 1


def test_where_changes_were_asked_for_and_nobody_made_them_that_is_what_stalls(ask, owner, lead, now) -> None:
    step = ask()
    seen = {one.variant.pk: one.words_hash for one in asked_texts(step.item)}
    answer_step(
        reviewer=step.reviewers.get(), seen=seen, answer="changes", words="Der Zehnte ist ein Sonntag.", now=now
    )
    for days in (3, 4):
        remind_of_approvals(now=now + timedelta(days=days, hours=1))
    with translation.override("de"):
        said = str(sentence(Notice.objects.get(person=owner, kind="editorial.approval_stalled")))
    assert said.strip() == f"„Fristen“ kommt nicht weiter: Die Änderungswünsche von {lead.name} sind noch offen."
    body = Mail.objects.get(to_address=owner.user.email).body
    assert "Änderungswünsche" in body and "benannt" not in body, "nobody is named for it; it came to whoever asked"
    assert "editorial.approval_overdue" not in notices(lead), "whoever answered waits for us"


def test_whoever_answered_is_not_reminded(ask, owner, lead, now):
    step = ask()
    seen = {one.variant.pk: one.words_hash for one in asked_texts(step.item)}
    answer_step(reviewer=step.reviewers.get(), seen=seen, answer="approved", words="", now=now)
    assert remind_of_approvals(now=now + timedelta(days=9)) == 0


def test_somebody_outside_is_reminded_with_a_link_of_their_own(ask, now):
    step = ask(people=[], guests=[("Dr. Weiß", "weiss@amt.example")])
    remind_of_approvals(now=now + timedelta(hours=50))
    remind_of_approvals(now=now + timedelta(hours=51))
    assert Mail.objects.filter(to_address="weiss@amt.example").count() == 2
    assert step.reviewers.get().email == "weiss@amt.example"
