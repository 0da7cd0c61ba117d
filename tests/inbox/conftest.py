"""A forum in which members speak, collected and filed by the real jobs."""

from collections.abc import Callable
from datetime import datetime

import pytest

from allmende.channels.actions import collect_channel
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
