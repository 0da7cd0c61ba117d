"""Nobody gets more conversations than one person can bear, unless somebody says why (S4-11)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import (
    CannotAssign,
    assign_conversation,
    assign_several,
    close_conversation,
    save_protection,
    undo_assign,
)
from allmende.inbox.models import Conversation, ProtectionRules
from allmende.inbox.queries import load_of_person, person_loads
from allmende.team.models import AuditRow


@pytest.fixture
def lena(owner, new_person):
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def limited(owner, lena, asked):
    """At most two open conversations per person; three were asked, and two lie with Lena."""
    save_protection(
        person=owner, conflict_replies=5, cool_down_minutes=2, measures_people=False, works_council_note="", most_open=2,
        now=timezone.now(),
    )  # fmt: skip
    asked(3)
    found = list(Conversation.objects.select_related("workspace").order_by("pk"))
    for one in found[:2]:
        give(owner, one, lena)
    return found


def give(person, conversation, assignee, reason=""):
    assign_conversation(person=person, conversation=conversation, assignee=assignee, now=timezone.now(), reason=reason)


def test_one_conversation_at_most_is_said_in_the_singular(owner, lena, limited, new_person, client_of):
    ProtectionRules.objects.update(most_open=1)
    close_conversation(person=owner, conversation=limited[0], reason="spam", now=timezone.now())
    with pytest.raises(CannotAssign, match="liegt schon 1 offenes Gespräch"):
        give(owner, limited[2], lena)
    page = client_of(new_person("observer")).get(reverse("inbox:protection", args=["lotsenforum"])).content.decode()
    assert "Höchstens 1 offenes Gespräch liegt bei einer Person" in page


def test_s4_11_who_is_full_gets_nothing_more_and_who_has_room_is_named(owner, lena, limited):
    with pytest.raises(CannotAssign, match="Jana Petersen"):
        give(owner, limited[2], lena)
    assert load_of_person(lena).is_full and Conversation.objects.get(pk=limited[2].pk).assignee is None
    give(owner, Conversation.objects.select_related("workspace").get(pk=limited[0].pk), lena)  # has it already
    close_conversation(person=owner, conversation=limited[0], reason="spam", now=timezone.now())
    give(owner, limited[2], lena)


def test_s4_11_whoever_gives_more_says_why_and_the_book_keeps_it(owner, lena, limited):
    give(owner, limited[2], lena, reason="Nur sie kennt den Fall.")
    row = AuditRow.objects.filter(verb="inbox.conversation.assigned").latest("number")
    assert (row.person, row.detail.after["over_limit"]) == (owner, "Nur sie kennt den Fall.")
    undo_assign(person=owner, conversation=limited[2].pk, before="", after=str(lena.pk), now=timezone.now())
    assert load_of_person(lena).number == 2


def test_several_at_once_go_as_a_whole_or_not_at_all(owner, lena, limited):
    Conversation.objects.filter(pk=limited[1].pk).update(assignee=None)
    both = list(Conversation.objects.filter(pk__in=[limited[1].pk, limited[2].pk]).select_related("workspace"))
    with pytest.raises(CannotAssign):
        assign_several(person=owner, conversations=both, assignee=lena, now=timezone.now(), urls={})
    assert load_of_person(lena).number == 1


def test_without_a_limit_everything_is_as_before(owner, lena, limited):
    ProtectionRules.objects.update(most_open=None)
    give(owner, limited[2], lena)
    assert [(one.person, one.number, one.is_full) for one in person_loads(owner.workspace)][-1] == (lena, 3, False)


def test_a_limit_of_nothing_is_no_limit(limited):
    for number in (0, 501):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProtectionRules.objects.update(most_open=number)


def test_the_screen_asks_for_the_reason_and_the_lead_sees_who_is_full(client_of, owner, lena, limited):
    client, slug = client_of(owner), owner.workspace.slug
    page = reverse("inbox:assign", args=[slug, limited[2].public_id])
    refused = client.post(page, {"assignee": str(lena.pk)})
    assert refused.status_code == 422 and "Warum trotzdem?" in refused.content.decode()
    assert f'<option value="{lena.pk}" selected>' in refused.content.decode()
    done = client.post(page, {"assignee": str(lena.pk), "why": "Nur sie kennt den Fall."})
    assert done.status_code == 302 and load_of_person(lena).number == 3
    shown = client.get(reverse("inbox:protection", args=[slug])).content.decode()
    assert "3 offene Gespräche" in shown and "voll" in shown
    assert "3 offene Gespräche" not in client_of(lena).get(reverse("inbox:protection", args=[slug])).content.decode()


def test_several_for_somebody_who_is_full_ask_for_the_reason_and_lose_no_tick(client_of, owner, lena, limited):
    client, page = client_of(owner), reverse("inbox:several", args=[owner.workspace.slug])
    Conversation.objects.filter(pk=limited[1].pk).update(assignee=None)
    picked = [str(one.public_id) for one in limited[1:]]
    refused = client.post(page, {"what": "assign", "picked": picked, "assignee": str(lena.pk)})
    told = refused.content.decode()
    assert refused.status_code == 422 and "Warum trotzdem?" in told and load_of_person(lena).number == 1
    assert all(f'name="picked" value="{one}"' in told for one in picked) and f'value="{lena.pk}" selected' in told
    client.post(page, {"what": "assign", "picked": picked, "assignee": str(lena.pk), "why": "Nur sie kennt beide."})
    assert load_of_person(lena).number == 3
    rows = AuditRow.objects.filter(verb="inbox.conversation.assigned").order_by("number")
    assert [one.detail.after.get("over_limit") for one in rows][-1] == "Nur sie kennt beide."
