"""Steps reach the calendars of those who do them by mail: once per change, under the name the feed gives them (3.5)."""

import email
from datetime import UTC, date, datetime, timedelta
from email import policy

import pytest
from django.core import mail as outside
from django.test import Client
from icalendar import Calendar

from allmende.plan import actions
from allmende.plan.jobs import send_invitations
from allmende.plan.models import Invitation
from allmende.team.actions import send_due_mail
from allmende.team.models import Mail

# Longer than an undo takes.
LATER = timedelta(minutes=5)


@pytest.fixture
def step_of(write_plan, owner, new_person, now):
    """A plan in force with one step of Emre's, due after the clocks went back."""
    written = write_plan()
    written.emre = new_person("manager", "Emre Yıldız")
    by = {"person": owner, "version": written.version, "now": now}
    actions.save_step(key=written.step.key, owner=written.emre, due_date=date(2026, 10, 25), where="Telefon", **by)
    actions.publish_version(reason="los", without_agreement="folgt", **by)
    return written


@pytest.fixture
def post(now):
    """`post(at)` lets the worker look and send; the mails with their calendars, as the outside reads them."""

    def run(at):
        outside.outbox.clear()
        send_invitations(at)
        send_due_mail(now=at)
        found = []
        for one in outside.outbox:
            read = email.message_from_bytes(one.message().as_bytes(), policy=policy.default)
            parts = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
            if not parts:
                continue  # colleagues are told of the version too
            (part,) = parts
            calendar = Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            assert part.get_param("method") == str(calendar["method"])
            found.append((read, calendar, event))
        return found

    return run


def agree(written, at):
    return actions.agree_step(person=written.emre, plan=written.plan, key=written.step.key, now=at)


def test_nobody_is_invited_before_the_step_is_agreed(step_of, post, now):
    assert post(now + LATER) == []
    agree(step_of, now)
    assert post(now + timedelta(minutes=1)) == [], "what was pressed by mistake can be undone first"
    assert len(post(now + LATER)) == 1


def test_the_invitation_is_read_by_a_calendar(step_of, post, now):
    agree(step_of, now)
    ((read, calendar, event),) = post(now + LATER)
    assert read["To"].addresses[0].addr_spec == step_of.emre.user.email
    assert "Die acht aktivsten" in read.get_body(("plain",)).get_content()
    assert str(read["Subject"]).strip().startswith("Einladung: ")
    assert (str(calendar["method"]), str(calendar["version"])) == ("REQUEST", "2.0")
    assert str(event["uid"]) == f"{step_of.step.key}-do@allmende"
    assert (int(event["sequence"]), str(event["status"]), str(event["location"])) == (0, "CONFIRMED", "Telefon")
    attendee = event["attendee"]
    assert str(attendee) == f"mailto:{step_of.emre.user.email}"
    assert (attendee.params["CN"], attendee.params["PARTSTAT"]) == ("Emre Yıldız", "NEEDS-ACTION")
    assert str(event["organizer"]).startswith("mailto:")


def test_a_whole_day_stays_one_day_when_the_clocks_change(step_of, post, now):
    agree(step_of, now)
    ((_read, _calendar, event),) = post(now + LATER)
    assert event.decoded("dtstart") == date(2026, 10, 25)
    assert event.decoded("dtend") == date(2026, 10, 26)
    assert type(event.decoded("dtstart")) is date, "a day, no instant that shifts with a zone"
    assert event.decoded("dtstamp") == (now + LATER).replace(microsecond=0)


def test_nothing_is_sent_twice(step_of, post, now):
    agree(step_of, now)
    assert len(post(now + LATER)) == 1
    for minutes in (6, 60, 60 * 24):
        assert post(now + timedelta(minutes=minutes)) == []
    assert Mail.objects.filter(once_key__startswith="plan.invitation").count() == 1


def test_two_workers_that_saw_the_same_send_one(step_of, now):
    from allmende.plan.actions.invite_doers import _tell
    from allmende.plan.queries import invitations_due

    agree(step_of, now)
    first, second = list(invitations_due(now + LATER)), list(invitations_due(now + LATER))
    assert [_tell(one, now + LATER) for one in (*first, *second)] == [True, False]
    actions.move_step(
        person=step_of.emre, plan=step_of.plan, key=step_of.step.key, to_day=date(2026, 10, 28), today=now.date(),
        now=now + LATER,
    )  # fmt: skip
    at = now + 3 * LATER
    first, second = list(invitations_due(at)), list(invitations_due(at))
    assert [_tell(one, at) for one in (*first, *second)] == [True, False]


def test_another_day_is_told_under_the_same_name_and_the_feed_counts_along(step_of, post, now, time_machine):
    time_machine.move_to(now)
    agree(step_of, now)
    ((_, _, first),) = post(now + LATER)
    actions.move_step(
        person=step_of.emre, plan=step_of.plan, key=step_of.step.key, to_day=date(2026, 10, 29), today=now.date(),
        now=now + LATER,
    )  # fmt: skip
    ((read, calendar, event),) = post(now + 3 * LATER)
    assert str(calendar["method"]) == "REQUEST" and str(read["Subject"]).strip().startswith("Geändert: ")
    assert (str(event["uid"]), int(event["sequence"])) == (str(first["uid"]), 1)
    assert event.decoded("dtstart") == date(2026, 10, 29)
    token = actions.open_feed(person=step_of.emre, now=now)
    (in_feed,) = Calendar.from_ical(Client().get(f"/calendar/{token}.ics").content).walk("VEVENT")
    for name in ("uid", "sequence", "summary"):
        assert in_feed[name] == event[name]
    assert in_feed.decoded("dtstart") == event.decoded("dtstart")


def test_a_dropped_step_is_called_off_and_comes_back(step_of, post, now):
    agree(step_of, now)
    post(now + LATER)
    by = {"person": step_of.emre, "plan": step_of.plan, "key": step_of.step.key}
    actions.report_step(state="cancelled", note="entfällt", now=now + LATER, **by)
    ((read, calendar, event),) = post(now + 3 * LATER)
    assert (str(calendar["method"]), str(event["status"]), int(event["sequence"])) == ("CANCEL", "CANCELLED", 1)
    assert str(event["uid"]) == f"{step_of.step.key}-do@allmende"
    assert str(read["Subject"]).strip().startswith("Abgesagt: ")
    assert "weggefallen: entfällt" in read.get_body(("plain",)).get_content()
    assert post(now + 4 * LATER) == []
    actions.report_step(state="planned", now=now + 4 * LATER, **by)
    agree(step_of, now + 4 * LATER)
    ((_, calendar, event),) = post(now + 6 * LATER)
    assert (str(calendar["method"]), int(event["sequence"])) == ("REQUEST", 2)


def test_given_to_somebody_else_one_is_called_off_and_the_other_invited(step_of, owner, post, now):
    agree(step_of, now)
    post(now + LATER)
    draft = actions.open_draft(person=owner, plan=step_of.plan, now=now + LATER)
    actions.save_step(person=owner, version=draft, key=step_of.step.key, owner=owner, now=now + LATER)
    actions.publish_version(person=owner, version=draft, reason="Jana übernimmt", now=now + LATER)
    told = {read["To"].addresses[0].addr_spec: str(calendar["method"]) for read, calendar, _ in post(now + 3 * LATER)}
    assert told == {step_of.emre.user.email: "CANCEL", owner.user.email: "REQUEST"}


def test_a_step_taken_out_of_the_plan_is_called_off(step_of, owner, post, now):
    agree(step_of, now)
    post(now + LATER)
    draft = actions.open_draft(person=owner, plan=step_of.plan, now=now + LATER)
    actions.remove_element(person=owner, version=draft, layer="step", key=step_of.step.key, now=now + LATER)
    actions.publish_version(person=owner, version=draft, reason="Nicht mehr nötig", now=now + LATER)
    ((_, calendar, event),) = post(now + 3 * LATER)
    assert str(calendar["method"]) == "CANCEL"
    assert str(event["summary"]) == step_of.step.what and int(event["sequence"]) == 1


def test_what_was_done_stays_where_it_stands(step_of, post, now):
    agree(step_of, now)
    post(now + LATER)
    actions.report_step(person=step_of.emre, plan=step_of.plan, key=step_of.step.key, state="done", now=now + LATER)
    assert post(now + 3 * LATER) == []


def test_the_mail_is_empty_once_it_has_left(step_of, post, now):
    agree(step_of, now)
    post(now + LATER)
    sent = Mail.objects.get(once_key__startswith="plan.invitation")
    assert (sent.body, sent.calendar) == ("", "") and sent.sent_at


def test_whoever_left_gets_no_mail(step_of, post, now):
    agree(step_of, now)
    post(now + LATER)
    step_of.emre.left_at = now + LATER
    step_of.emre.save()
    actions.report_step(
        person=step_of.version.created_by, plan=step_of.plan, key=step_of.step.key, state="cancelled", now=now + LATER
    )
    assert post(now + 3 * LATER) == []


def test_the_demo_invites_nobody(step_of, post, now):
    agree(step_of, now)
    step_of.plan.workspace.demo_since = now
    step_of.plan.workspace.save()
    assert post(now + LATER) == []
    assert not Invitation.objects.exists()


def test_the_page_of_the_step_says_whether_it_was_sent(step_of, owner, post, now, client_of):
    page = f"/w/lotsenforum/plan/step/{step_of.step.key}/"
    assert "noch nicht gesendet" in client_of(owner).get(page).text
    agree(step_of, now)
    post(now + LATER)
    assert "an Emre Yıldız gesendet am" in client_of(owner).get(page).text


def test_a_day_that_passed_invites_nobody_anew(step_of, post, now):
    agree(step_of, now)
    assert post(datetime(2026, 11, 2, 9, tzinfo=UTC)) == []


def test_a_closed_plan_calls_its_steps_off(step_of, post, owner, now):
    agree(step_of, now)
    assert len(post(now + LATER)) == 1
    reason = "Das Forum endet zum Jahresende."
    actions.close_plan(person=owner, plan=step_of.plan, reason=reason, now=now + LATER)
    ((read, calendar, _event),) = post(now + LATER * 2)
    assert str(calendar["method"]) == "CANCEL" and read["To"].startswith("Emre")
    assert post(now + LATER * 3) == []
