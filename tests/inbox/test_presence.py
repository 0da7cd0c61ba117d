"""Who else has it open, and who writes an answer there already."""

from datetime import timedelta

from django.utils import timezone

from allmende.inbox.actions import look_at_conversation
from allmende.inbox.queries import who_else_looks


def test_who_types_is_said_to_write_and_soon_no_more(owner, new_person, client_of, asked):
    (one,) = asked(1)
    colleague, now = new_person("moderator", "Mo Moderator"), timezone.now()
    here = f"/w/{owner.workspace.slug}/inbox/{one.public_id}/here/"
    assert client_of(colleague).post(here, {"typing": "begun"}).status_code == 200
    assert "Mo Moderator schreibt gerade eine Antwort" in client_of(owner).post(here).content.decode()
    client_of(colleague).post(here)
    assert "Mo Moderator hat es auch offen" in client_of(owner).post(here).content.decode()
    look_at_conversation(person=colleague, conversation=one, now=now, is_typing=True)
    assert who_else_looks(one, owner, now + timedelta(seconds=40)) == [("Mo Moderator", True)]
    assert who_else_looks(one, owner, now + timedelta(seconds=60)) == [("Mo Moderator", False)]
    assert who_else_looks(one, owner, now + timedelta(seconds=90)) == []


def test_beginning_to_type_uses_up_no_time_of_the_budget(owner, client_of, asked):
    (one,) = asked(1)
    client, here = client_of(owner), f"/w/{owner.workspace.slug}/inbox/{one.public_id}/here/"
    client.post(here)
    client.post(here, {"typing": "begun"})
    client.post(here, {"typing": "still"})
    assert client.session["present"][1] == 60
