"""What is new in the plan to one person: never one's own doings, and at the first look what the plan is (S0-06)."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.plan import actions
from allmende.plan.models import PlanVisit
from allmende.plan.queries import plan_page
from allmende.team.models import Mail

PLAN = "/w/lotsenforum/plan/"
LATER = "Seit Ihrem letzten Blick"
FIRST = "Neu für Sie"


def revise(person, written, at, **values):
    draft = actions.open_draft(person=person, plan=written.plan, now=at)
    actions.save_tactic(person=person, version=draft, key=written.tactics[3].key, now=at, **values)
    reason = "Gelöste Fragen nehmen nicht zu"
    return actions.publish_version(person=person, version=draft, reason=reason, without_agreement="eilig", now=at)


def seen(client):
    assert client.post(f"{PLAN}seen/").status_code == 303
    return client.get(PLAN).content.decode()


def test_what_others_changed_since_the_last_look_stays_until_it_was_seen(write_plan, owner, new_person, now, client_of):
    written, colleague = write_plan(publish=True), new_person("manager")
    client = client_of(colleague)
    assert LATER not in seen(client)
    revise(owner, written, now, effort_hours=2)
    for _ in range(2):
        page = client.get(PLAN).content.decode()
        assert LATER in page and FIRST not in page
        assert "<b>T4 Wem hilfst du heute?</b> geändert" in page
        assert "(Ebene Taktik), weil: Gelöste Fragen nehmen nicht zu." in page
    page = seen(client)
    assert LATER not in page and FIRST not in page


def test_nobody_is_shown_their_own_change_as_new(write_plan, owner, new_person, now, client_of):
    written, colleague = write_plan(publish=True), new_person("lead")
    client = client_of(owner)
    page = client.get(PLAN).content.decode()
    assert LATER not in page and FIRST not in page
    revise(owner, written, now, effort_hours=2)
    page = client.get(PLAN).content.decode()
    assert LATER not in page and FIRST not in page
    actions.save_plan(person=owner, plan=written.plan, owner=colleague, now=now)
    revise(colleague, written, now, effort_hours=3)
    actions.save_plan(person=owner, plan=written.plan, owner=owner, now=now)
    revise(owner, written, now, effort_hours=4)
    page = client.get(PLAN).content.decode()
    assert LATER in page and page.count("weil: Gelöste Fragen nehmen nicht zu.") == 1


def test_at_the_first_look_a_colleague_reads_what_the_plan_is_and_what_changed_lately(
    write_plan, owner, new_person, now, client_of
):
    written = write_plan(publish=True)
    client = client_of(new_person("manager"))
    page = client.get(PLAN).content.decode()
    assert FIRST in page and "Dieser Plan ist nie fertig" in page and "seit er in Kraft trat" in page
    assert not PlanVisit.objects.exists()  # it stays until it was seen
    revise(owner, written, now - timedelta(days=60), effort_hours=2)
    revise(owner, written, now - timedelta(days=40), effort_hours=3)
    page = client.get(PLAN).content.decode()
    assert "Version 3, 28.\xa0Aug.:" in page and "Version 2, 8.\xa0Aug.:" not in page and LATER not in page
    assert FIRST not in seen(client)


def test_lately_are_thirty_days_or_the_last_change(write_plan, owner, new_person, now):
    written, colleague = write_plan(publish=True), new_person("manager")
    days = (60, 40, 20, 10)
    for number, age in enumerate(days):
        revise(owner, written, now - timedelta(days=age), effort_hours=2 + number)
    assert [one.number for one in plan_page(colleague, now).since.versions] == [5, 4]
    assert [one.number for one in plan_page(colleague, now + timedelta(days=60)).since.versions] == [5]


def test_s0_06_the_mail_of_a_first_version_says_what_it_is_about_and_later_ones_what_changed_in_order(
    write_plan, owner, new_person, now
):
    colleague = new_person("lead")
    written = write_plan(publish=True)
    first = Mail.objects.get(to_address=colleague.user.email)
    assert "Darum geht es darin:" in first.body and ": neu" not in first.body
    assert "Erfahrene antworten zuerst" in first.body and "Lotsenkreis" not in first.body
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    for tactic in reversed(written.tactics):
        actions.save_tactic(person=owner, version=draft, key=tactic.key, effort_hours=1, now=now)
    version = actions.publish_version(person=owner, version=draft, reason="Weniger Zeit", now=now)
    assert [one["name"][:2] for one in version.changes] == ["T1", "T2", "T3", "T5", "T6"]
    (later,) = Mail.objects.filter(to_address=colleague.user.email).exclude(pk=first.pk)
    assert "Was sich geändert hat:" in later.body


def test_the_plan_page_asks_at_most_thirty_times_also_at_a_first_look(write_plan, owner, new_person, now, client_of):
    written, client = write_plan(publish=True), client_of(new_person("manager"))
    for number in range(3):
        revise(owner, written, now, effort_hours=2 + number)
    client.get(PLAN)
    with CaptureQueriesContext(connection) as captured:
        assert FIRST in client.get(PLAN).content.decode()
    assert len(captured) <= 30
