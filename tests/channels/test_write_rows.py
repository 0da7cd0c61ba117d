"""Rows written in bulk are the rows that the ORM would have written."""

from datetime import timedelta

import pytest

from allmende.channels.actions.write_rows import update_rows
from allmende.channels.models import Account, Message


def test_rows_get_the_fields_that_are_named_and_keep_the_others(world, django_assert_num_queries):
    posts = [world.post(f"Nummer {number}.") for number in range(3)]
    messages = [post.message for post in posts]
    for message in messages:
        message.title, message.text = f"{message.text}!", "Nicht genannt."
        message.extra, message.identity_id, message.deleted_at = {"a": ["ä"]}, None, world.now + timedelta(days=1)
    update_rows(messages[:2], ["title", "extra", "identity", "deleted_at"])
    kept = list(Message.objects.order_by("pk"))
    assert [one.title for one in kept] == ["Nummer 0.!", "Nummer 1.!", "Neu im Forum"]
    assert [one.text for one in kept] == [f"Nummer {number}." for number in range(3)]
    assert (kept[0].extra, kept[0].deleted_at) == ({"a": ["ä"]}, world.now + timedelta(days=1))
    with django_assert_num_queries(0):
        update_rows([], ["title"])


def test_a_secret_is_never_written_past_its_seal(world):
    account = Account.objects.get(pk=world.account.pk)
    account.secret = "geheim"
    with pytest.raises(TypeError):
        update_rows([account], ["secret"])
