"""A forum in which members speak, collected and filed by the real jobs."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from allmende.channels.actions import collect_channel, record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.connectors.sandbox.network import Words
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation


@pytest.fixture
def says(forum, practice) -> Callable:  # type: ignore[no-untyped-def]
    """`says("Birgit Ahlers", "text", at=..., thread=...)`: a member speaks on the network; returns the post."""

    def speak(name: str, text: str, at: datetime, title: str = "", reply_to: str = "") -> dict:
        words = Words(text=text, title=title or ("" if reply_to else text[:40]), parent=reply_to)
        return practice.network.say(practice.network.member(name), words, now=at)

    return speak


@pytest.fixture
def listen(forum) -> Callable:  # type: ignore[no-untyped-def]
    """Collect what the network has and file it, as the worker does."""

    def run(now: datetime) -> list[Conversation]:
        collect_channel(channel=forum, now=now)
        while file_new(now):
            pass
        return list(Conversation.objects.order_by("started_at"))

    return run


@pytest.fixture
def asked(forum) -> Callable:  # type: ignore[no-untyped-def]
    """`asked(3)` files questions of as many members, minutes ago; returns their conversations, the oldest first."""

    def ask(number: int, html: str = "", first: int = 0) -> list[Conversation]:
        now = timezone.now()
        items = [
            Item(
                ref=Ref(f"q{n}"),
                kind="message",
                act="asked",
                author=Author(f"m{n}", name=f"Mitglied {n}"),
                occurred_at=now - timedelta(minutes=number - n + 1),
                thread=f"q{n}",
                title=f"Frage {n} zur Umsatzsteuer",
                text="" if html else f"Wie buche ich Beleg {n}?",
                html=html,
            )
            for n in range(first, first + number)
        ]
        record_batch(channel=forum, batch=Batch(items, str(first + number)), now=now)
        while file_new(now):
            pass
        return list(Conversation.objects.order_by("started_at", "pk"))

    return ask
