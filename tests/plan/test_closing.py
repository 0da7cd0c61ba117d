"""A plan ends with its reason: 3.4 (closed), S0-01, S0-06, S0-21, I-02. The database refuses what would alter it."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from allmende.plan import actions, jobs, queries, states
from allmende.plan.access import find_version
from allmende.plan.models import Goal, PlanVersion, Routine, Step, StrategicPlan
from allmende.team.models import AuditRow, Mail, Notice, Responsibility
from tests.plan.test_agreeing import link_in
from tests.plan.test_routines import write_routine  # noqa: F401 - a fixture

PLAN = "/w/lotsenforum/plan/"
REASON = "Der Verlag stellt das Forum zum Jahresende ein."
ANEW = "Der neue Verlag hat ganz andere Ziele."
ELEMENTS = ("plan_goal", "plan_objective", "plan_outcome", "plan_strategy", "plan_tactic", "plan_step")


@pytest.fixture
def closed(write_plan, owner, now):
    written = write_plan(publish=True)
    actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.close_plan(person=owner, plan=written.plan, reason=REASON, now=now)
    written.plan.refresh_from_db()
    return written


def refuses(sql, *values):
    with pytest.raises(DatabaseError, match="closed"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)


def test_s0_01_closing_asks_for_the_reason_and_keeps_it(write_plan, owner, now, client_of):
    written = write_plan(publish=True)
    client = client_of(owner)
    assert "Plan schließen" in client.get(PLAN).content.decode()
    for reason in ("", "  \n ", "Schluss damit"):
        assert client.post(f"{PLAN}close/", {"reason": reason}).status_code == 422
    written.plan.refresh_from_db()
    assert written.plan.state == states.ACTIVE
    answer = client.post(f"{PLAN}close/", {"reason": f"  {REASON} "})
    assert answer["Location"] == f"{PLAN}closed/{written.plan.pk}/"
    written.plan.refresh_from_db()
    assert (written.plan.state, written.plan.closing_reason, written.plan.closed_by) == ("closed", REASON, owner)
    assert AuditRow.objects.filter(verb="plan.plan.closed").exists()
    with pytest.raises(actions.CannotClosePlan):
        actions.close_plan(person=owner, plan=written.plan, reason=REASON, now=now)


def test_s0_01_a_closed_plan_stays_readable(closed, owner, new_person, client_of):
    client = client_of(new_person("observer"))
    home = client.get(PLAN).content.decode()
    assert REASON in home and f"{PLAN}closed/{closed.plan.pk}/" in home
    assert client.get(f"{PLAN}versions/")["Location"] == PLAN
    assert client.get(f"{PLAN}dust/")["Location"] == client.get(f"{PLAN}events/")["Location"] == PLAN
    assert client_of(owner).get(f"{PLAN}settings/")["Location"] == PLAN
    page = client.get(f"{PLAN}closed/{closed.plan.pk}/").content.decode()
    assert REASON in page and f"{PLAN}versions/1/" in page
    old = client.get(f"{PLAN}versions/1/").content.decode()
    assert closed.goal.plain_statement in old and "wurde am" in old
    assert client.get(f"{PLAN}element/{closed.objective.key}/").status_code == 200
    assert queries.plan_to_export(owner.workspace) == closed.plan
    assert not PlanVersion.objects.filter(state__in=(states.PUBLISHED, *states.OPEN_VERSION_STATES)).exists()


def test_only_whoever_answers_for_the_plan_closes_it(write_plan, owner, new_person, now):
    written = write_plan(publish=True)
    with pytest.raises(actions.CannotClosePlan, match=owner.name):
        actions.close_plan(person=new_person("lead"), plan=written.plan, reason=REASON, now=now)
    StrategicPlan.objects.update(state=states.NEEDS_OWNER)
    with pytest.raises(actions.CannotClosePlan, match="niemand"):
        actions.close_plan(person=owner, plan=written.plan, reason=REASON, now=now)


def test_a_closed_plan_is_altered_by_no_path(closed):
    refuses("UPDATE plan_strategicplan SET title = 'Anders'")
    refuses("UPDATE plan_strategicplan SET state = 'active', closing_reason = '', closed_at = NULL")
    refuses("DELETE FROM plan_strategicplan")
    refuses("UPDATE plan_planversion SET state = 'draft' WHERE state = 'discarded'")
    refuses("DELETE FROM plan_planversion WHERE state = 'discarded'")
    drafted = PlanVersion.objects.get(state=states.DISCARDED)
    for table in ELEMENTS:
        refuses(f"UPDATE {table} SET revision = 9 WHERE version_id = %s", _stored(drafted))
        refuses(f"DELETE FROM {table} WHERE version_id = %s", _stored(drafted))
    with pytest.raises(DatabaseError), transaction.atomic():
        closed.plan.title = "Anders"
        closed.plan.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.create(
            plan=closed.plan, number=9, workspace=closed.plan.workspace,
            created_at=closed.plan.closed_at, updated_at=closed.plan.closed_at,
        )  # fmt: skip
    goal = Goal.objects.get(version=drafted)
    goal.pk, goal.key = None, "goal-neu"
    with pytest.raises(DatabaseError), transaction.atomic():
        goal.save(force_insert=True)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="OR REPLACE is SQLite's")
def test_replacing_rows_is_no_way_around_a_closed_plan(closed):
    columns = ", ".join(f'"{field.column}"' for field in StrategicPlan._meta.concrete_fields)
    refuses(f"INSERT OR REPLACE INTO plan_strategicplan ({columns}) SELECT {columns} FROM plan_strategicplan")
    refuses("UPDATE OR REPLACE plan_step SET revision = 9 WHERE 1 = 1")


def test_nothing_is_closed_without_a_reason(write_plan, now):
    write_plan(publish=True)
    for reason in ("", " \n\t "):
        with pytest.raises(DatabaseError), transaction.atomic():
            StrategicPlan.objects.update(state=states.CLOSED, closed_at=now, closing_reason=reason)
    with pytest.raises(DatabaseError), transaction.atomic():
        StrategicPlan.objects.update(state=states.CLOSED, closed_at=None, closing_reason=REASON)
    with pytest.raises(DatabaseError), transaction.atomic():
        StrategicPlan.objects.update(closing_reason=REASON)


def test_s0_06_everybody_is_told_that_the_plan_is_closed_and_why(write_plan, owner, new_person, now, settings):
    reader = new_person("author", "Emre")
    by = {"person": owner, "now": now}
    actions.add_stakeholder(name="Frau Brandt", email="brandt@example.org", **by)
    actions.add_stakeholder(name="Herr Stumm", **by)
    written = write_plan(publish=True)
    actions.close_plan(plan=written.plan, reason=REASON, **by)
    assert not Notice.objects.filter(person=owner, kind="plan.plan_closed").exists()
    notice = Notice.objects.get(person=reader, kind="plan.plan_closed")
    assert notice.values["reason"] == REASON
    mails = {one.to_address: one for one in Mail.objects.filter(once_key__startswith="plan.plan_closed")}
    assert set(mails) == {reader.user.email, "brandt@example.org"}
    assert REASON in mails[reader.user.email].body
    assert REASON in mails["brandt@example.org"].body
    assert "Er ist nur für Sie gedacht." in mails["brandt@example.org"].body
    assert "Er ist nur für Sie gedacht." not in mails[reader.user.email].body, (
        "a colleague's address asks for the log-in"
    )
    assert all(one.body.rstrip().endswith(by["person"].name) for one in mails.values())
    page = Client().get(link_in(mails["brandt@example.org"].body)).content.decode()
    assert REASON in page and "geschlossen" in page


def test_the_notice_says_the_reason_in_words(closed, new_person, owner, client_of, write_plan):
    reader = new_person("author", "Emre")
    actions.start_plan(person=owner, title="Neu", from_nothing_reason=ANEW, now=closed.plan.closed_at)
    plan = StrategicPlan.objects.exclude(state=states.CLOSED).get()
    actions.close_plan(person=owner, plan=plan, reason=REASON, now=closed.plan.closed_at)
    page = client_of(reader).get("/w/lotsenforum/team/notices/").content.decode()
    assert "hat den Plan Neu geschlossen" in page and REASON in page


def test_s0_21_a_new_plan_after_a_closed_one_says_why_it_begins_from_nothing(closed, owner, now, client_of):
    client = client_of(owner)
    assert 'name="from_nothing_reason"' in client.get(f"{PLAN}start/").content.decode()
    typed = {"title": "Neustart", "community_type": "support", "owner": str(owner.pk), "strategic_hours": "5"}
    answer = client.post(f"{PLAN}start/", typed)
    assert answer.status_code == 422 and "Neustart" in answer.content.decode()
    with pytest.raises(actions.CannotStartPlan):
        actions.start_plan(person=owner, title="Neustart", from_nothing_reason="Neu", now=now)
    assert client.post(f"{PLAN}start/", {**typed, "from_nothing_reason": ANEW}).status_code == 303
    draft = PlanVersion.objects.get(state=states.DRAFT)
    assert draft.from_nothing_reason == ANEW
    assert draft.number > PlanVersion.objects.filter(plan=closed.plan).order_by("-number")[0].number
    assert not Goal.objects.filter(version=draft).exists()
    assert f"{PLAN}closed/{closed.plan.pk}/" in client.get(f"{PLAN}versions/").content.decode()
    assert find_version(owner, 1) == closed.version, "a version keeps its address"


def test_s3_03_the_short_path_asks_it_too(closed, owner, client_of):
    client = client_of(owner)
    typed = {"title": "Neustart", "owner": str(owner.pk)}
    assert client.post(f"{PLAN}start/short/owner/", typed).status_code == 422
    assert client.post(f"{PLAN}start/short/owner/", {**typed, "from_nothing_reason": ANEW}).status_code == 303
    assert PlanVersion.objects.get(state=states.DRAFT).from_nothing_reason == ANEW
    assert 'name="from_nothing_reason"' not in client.get(f"{PLAN}start/short/owner/").content.decode()


def test_a_first_plan_asks_for_no_such_reason(owner, client_of):
    assert 'name="from_nothing_reason"' not in client_of(owner).get(f"{PLAN}start/").content.decode()


def test_routines_of_a_closed_plan_rest_until_they_are_brought_back(
    write_plan, write_routine, owner, now, client_of  # noqa: F811
):  # fmt: skip
    written, routine = write_plan(publish=True), write_routine()
    assert queries.daily_round(owner.workspace, now.date()).routines
    actions.close_plan(person=owner, plan=written.plan, reason=REASON, now=now)
    assert not queries.daily_round(owner.workspace, now.date()).routines
    page = client_of(owner).get(f"{PLAN}closed/{written.plan.pk}/").content.decode()
    assert routine.name in page
    routine = Routine.objects.get()
    written.plan.refresh_from_db()
    actions.archive_routine(person=owner, routine=routine, is_away=False, now=now + timedelta(days=1))
    assert queries.daily_round(owner.workspace, now.date()).routines
    assert not queries.closed_page(written.plan).resting


def test_i02_nobody_answers_for_a_closed_plan_and_nothing_is_due(closed, owner, now):
    assert not Responsibility.objects.filter(kind="plan", ends_at__isnull=True).exists()
    assert not queries.accountable(owner.workspace)
    later = now + timedelta(days=400)
    assert jobs.remind_of_reviews(later) == jobs.remind_readers(later) == jobs.renew_agreements(later) == 0
    assert jobs.notice_leaving(later) == jobs.find_dust(later) == 0
    assert not queries.steps_due(owner.workspace, later.date())
    assert Step.objects.filter(version=closed.version).exists()


def test_s0_24_a_closed_plan_comes_back_from_a_file_as_closed(closed, owner, new_person, now):
    elsewhere = new_person("owner", owner.name, slug="other")
    text = json.dumps(queries.exported(closed.plan), sort_keys=True)
    plan = actions.import_plan(person=elsewhere, text=text, now=now)
    plan.refresh_from_db()
    assert (plan.state, plan.closing_reason) == (states.CLOSED, REASON)
    assert json.dumps(queries.exported(plan), sort_keys=True) == text


def _stored(row):
    return row.pk.hex if connection.vendor == "sqlite" else row.pk
