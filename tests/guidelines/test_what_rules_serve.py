"""A reaction refers to a core message, a campaign or an objective, and whoever answers sees it (S4-22)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import send_due
from allmende.channels.models import Dispatch, Message
from allmende.guidelines.actions import CannotEdit, archive_message, open_draft, put_in_force, save_message, save_rule
from allmende.guidelines.queries import messages_page, plan_in_force
from allmende.inbox.actions import choose_situation, send_reply
from tests.inbox.conftest import listen, says  # noqa: F401 - fixtures
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture

SENTENCE = "Wer hier fragt, bekommt Antwort von jemandem, der dieselbe Arbeit tut."


@pytest.fixture
def message(owner, now):
    return save_message(
        person=owner, message=None, sentence=SENTENCE, proof_points="", valid_from_date=now.date() - timedelta(days=9),
        valid_until_date=None, now=now,
    )  # fmt: skip


@pytest.fixture
def rule(owner, forum, now):
    draft = open_draft(person=owner, channel=forum, now=now)
    return draft.rules.get(situation=1)


@pytest.fixture
def referring(client_of, owner, rule, message, write_plan):  # noqa: F811
    """The rule refers to all three by its screen, and the plan is put in force."""
    objective = write_plan(publish=True).objective
    client, page = client_of(owner), reverse("guidelines:edit_rule", args=[owner.workspace.slug, rule.pk])
    form = client.get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    typed |= {"core_message_id": str(message.pk), "serves_key": objective.key, "campaign": "Woche der Kasse"}
    done = client.post(page, {name: value for name, value in typed.items() if value is not False})
    assert done.status_code == 302, done.context["form"].errors
    put_in_force(person=owner, plan=rule.plan, now=timezone.now())
    return objective


@pytest.fixture
def conversation(says, listen):  # noqa: F811
    now = timezone.now()
    says("Karl", "Wie buche ich das?", at=now - timedelta(hours=1))
    return listen(now)[0]


def test_s4_22_a_reaction_refers_to_core_message_campaign_and_objective(owner, forum, rule, message, referring):
    held = plan_in_force(forum).rules.get(situation=1)
    assert (held.core_message, held.campaign, held.serves_key) == (message, "Woche der Kasse", referring.key)
    following = open_draft(person=owner, channel=forum, now=timezone.now()).rules.get(situation=1)
    assert (following.core_message, following.campaign) == (message, "Woche der Kasse")


def test_s4_22_whoever_answers_sees_what_must_be_said_and_it_is_counted(
    client_of,
    owner,
    message,
    referring,
    conversation,
    listen,  # noqa: F811
):
    client, slug = client_of(owner), owner.workspace.slug
    held = plan_in_force(conversation.channel).rules.get(situation=1)
    choose_situation(person=owner, conversation=conversation, rule=held, now=timezone.now())
    page = client.get(reverse("inbox:conversation", args=[slug, conversation.public_id])).content.decode()
    assert SENTENCE in page and "Woche der Kasse" in page
    behind = client.get(reverse("web:background", args=[slug, conversation.public_id])).content.decode()
    assert referring.short_name in behind
    now = timezone.now()
    send_reply(person=owner, conversation=conversation, text=f"So geht es. {SENTENCE}", seen_until=10**9, now=now)
    assert not messages_page(owner.workspace, now.date()).messages[0].used
    conversation.refresh_from_db()
    assert (conversation.serves_key, conversation.subject_label) == (referring.key, ""), "it was not caused by itself"
    send_due(now=now + timedelta(minutes=9))
    assert Dispatch.objects.get().state == "sent"
    listen(now + timedelta(minutes=10))
    assert messages_page(owner.workspace, now.date()).messages[0].used == (("wörtlich in einer Antwort", 1),)
    assert "wörtlich in einer Antwort" in client.get(reverse("guidelines:messages", args=[slug])).content.decode()
    Message.objects.filter(dispatch__isnull=False).update(text="So geht es.")  # the rule asks for it, nobody said it
    assert not messages_page(owner.workspace, now.date()).messages[0].used


def test_a_core_message_put_away_is_not_chosen_anew_but_stays_where_it_stands(client_of, owner, rule, message):
    now = timezone.now()
    page = reverse("guidelines:edit_rule", args=[owner.workspace.slug, rule.pk])
    save_rule(person=owner, rule=rule, now=now, core_message_id=message.pk)
    archive_message(person=owner, message=message, now=now)
    assert SENTENCE in client_of(owner).get(page).content.decode()
    save_rule(person=owner, rule=rule, now=now, core_message_id=None)
    rule.refresh_from_db()
    assert SENTENCE not in client_of(owner).get(page).content.decode()


def test_a_core_message_of_nobody_is_refused(owner, rule, now):
    with pytest.raises(CannotEdit):
        save_rule(person=owner, rule=rule, now=now, core_message_id=rule.plan_id)
