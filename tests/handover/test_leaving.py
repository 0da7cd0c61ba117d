"""Nobody leaves while something is in their hands, unless somebody says knowingly why it may stay open (I-01, S0-22)."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from allmende.editorial.actions import ItemText, save_item
from allmende.handover import states
from allmende.handover.actions import CannotRevoke, accept_handover, revoke_access
from allmende.inbox.actions import assign_conversation
from allmende.plan import actions as plan
from allmende.team import actions, queries
from allmende.team.models import AuditDetail, AuditRow
from tests.inbox.conftest import asked  # noqa: F401 - a fixture


@pytest.fixture
def busy(write_plan, owner, emre, asked, now):  # noqa: F811 - pytest takes the fixture by this name
    """Emre answers for a tactic, has a step to check, a routine, a conversation, an item and a shift."""
    written = write_plan()
    key = plan.save_step(
        person=owner, version=written.version, tactic_key=written.tactics[0].key, what="Fünf Danksagungen schreiben",
        due_date=date(2026, 10, 20), owner=owner, controller=emre, control_date=date(2026, 10, 22), now=now,
    ).key  # fmt: skip
    plan.publish_version(
        person=owner, version=written.version, reason="Der erste Plan", without_agreement="eilig", now=now
    )
    routine = {"name": "Morgenrunde", "rhythm": "daily", "planned_minutes": 15, "owner": emre}
    plan.save_routine(person=owner, routine=None, steps=["Hinsehen"], revision=None, now=now, **routine)
    assign_conversation(person=owner, conversation=asked(1)[0], assignee=emre, now=now)
    words = ItemText(title="Checkliste", no_objective_reason="Probe", texts={})
    save_item(person=emre, item=None, written=words, now=now)
    begins = now + timedelta(days=3650)
    actions.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=emre, starts_at=begins,
        ends_at=begins + timedelta(hours=4), now=now,
    )  # fmt: skip
    return key


def kinds(colleague, now):
    return [one.kind for one in queries.still_theirs(colleague, now)]


def test_i_01_what_is_still_somebodys_is_asked_of_every_room(busy, owner, emre, now):
    assert sorted(kinds(emre, now)) == ["conversation", "item", "routine", "shift", "step"]
    assert busy in [one.key for one in queries.still_theirs(emre, now)]
    assert "plan" in kinds(owner, now) and "step" in kinds(owner, now)


def test_i_01_access_ends_only_with_the_reason_why_work_stays_open(busy, owner, emre, now):
    with pytest.raises(actions.StillTheirs) as refused:
        actions.end_access(person=owner, colleague=emre, now=now)
    assert len(refused.value.things) == 5 and "Emre Yıldız" in str(refused.value)
    emre.refresh_from_db()
    assert emre.left_at is None
    actions.end_access(person=owner, colleague=emre, reason="Jana nimmt alles am Montag", now=now)
    emre.refresh_from_db()
    assert emre.left_at == now
    row = AuditRow.objects.get(verb="team.person.left")
    kept = json.dumps(AuditDetail.objects.get(row=row).after)
    assert "Jana nimmt alles am Montag" in kept and f"step {busy}" in kept


def test_the_page_names_it_and_keeps_what_was_typed(busy, owner, emre, client_of, now):
    client, at = client_of(owner), {"args": [owner.workspace.slug, emre.pk]}
    page = client.get(reverse("team:edit_person", **at)).content.decode()
    assert "Bei Emre Yıldız liegen noch 5 Dinge" in page and "Fünf Danksagungen schreiben" in page
    assert reverse("plan:step", args=[owner.workspace.slug, busy]) in page
    answer = client.post(reverse("team:end_access", **at), {"reason": " "})
    assert answer.status_code == 422 and "Nicht beendet" in answer.content.decode()
    answer = client.post(reverse("team:end_access", **at), {"reason": "x" * 301})
    assert answer.status_code == 422 and "x" * 301 in answer.content.decode()
    client.post(reverse("team:end_access", **at), {"reason": "Jana nimmt alles"})
    emre.refresh_from_db()
    assert emre.left_at


def test_s0_22_a_handover_ends_the_access_only_knowingly_too(announce, walk, busy, owner, emre, client_of, now):
    handover = walk(announce(leaver=emre, successor=owner), states.JOINT_PHASE)
    handover = accept_handover(person=owner, handover=handover, now=now)
    assert sorted(kinds(emre, now)) == ["item", "routine", "shift"], "what the handover moved is no longer theirs"
    with pytest.raises(CannotRevoke):
        revoke_access(person=owner, handover=handover, now=now)
    client, at = client_of(owner), {"args": [owner.workspace.slug, handover.pk]}
    assert "Morgenrunde" in client.get(reverse("handover:transfer", **at)).content.decode()
    answer = client.post(reverse("handover:revoke", **at), {"reason": ""})
    assert answer.status_code == 422 and "Nicht beendet" in answer.content.decode()
    client.post(reverse("handover:revoke", **at), {"reason": "Die Runde entfällt"})
    handover.refresh_from_db()
    assert handover.state == states.ACCESS_REVOKED
