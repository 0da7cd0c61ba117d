"""An own page, connected as a person connects it and opened by its reaction plan; visitors have a client without a log-in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from allmende.channels.actions import (
    FarewellWords,
    begin_farewell,
    choose_channel,
    end_farewell,
    hand_over,
    log_in,
    send_due,
)
from allmende.channels.models import Channel, Message
from allmende.guidelines.actions import draft_from_catalogue, put_in_force
from allmende.hub.forms import seal
from allmende.hub.models import Comment
from allmende.team.models import Person
from tests.bedrock import NOW, stands
from tests.guidelines.opened import opened

HOME = "/p/lotsenforum/neues-vom-deich/"


@dataclass
class Site:
    """The page as visitors and the team meet it."""

    owner: Person
    channel: Channel
    now: datetime
    visitor: Client

    def publish(self, title: str = "Der Deich ist offen", text: str = "Ab Samstag.", **given) -> Message:
        dispatch = hand_over(
            person=self.owner, channel=self.channel, kind="post", title=title, text=text, now=self.now,
            send_after=self.now, **given,
        )  # fmt: skip
        send_due(now=self.now)
        dispatch.refresh_from_db()
        assert dispatch.state == "sent", dispatch.reason
        return Message.objects.get(pk=dispatch.message_id)

    def answer(self, to: Message, text: str = "Gern.", **given) -> Message:
        dispatch = hand_over(
            person=self.owner, channel=self.channel, kind="reply", text=text, reply_to=to, now=self.now,
            send_after=self.now, **given,
        )  # fmt: skip
        send_due(now=self.now)
        return Message.objects.get(pk=dispatch.message_id)

    def typed(self, post: Message, text: str = "Wann genau?", **more: str) -> dict[str, str]:
        """What a person sends who took ten seconds."""
        from django.utils import timezone

        drawn = seal(post, timezone.now() - timedelta(seconds=10))
        return {"name": "Mia", "text": text, "website": "", "answers": "", "drawn": drawn} | more

    def comment(self, post: Message, text: str = "Wann genau?", **more: str) -> Comment:
        answer = self.visitor.post(f"{HOME}{post.native_id}/", self.typed(post, text, **more))
        assert answer.status_code == 303, answer.content.decode()
        return Comment.objects.select_related("message__identity").order_by("-pk")[0]

    def read(self, path: str = "", client: Client | None = None) -> str:
        answer = (client or self.visitor).get(f"{HOME}{path}")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


@pytest.fixture(autouse=True)
def _forget_senders():
    cache.clear()
    yield
    cache.clear()


@stands("own_page")
def lay_page(below: dict[str, Any]) -> dict[str, Any]:
    return {"page": open_page(below["owner"], NOW)}


def open_page(owner: Person, now: datetime) -> Channel:
    """A page of our own, live."""
    account = log_in(
        person=owner, kind="page", name="Neues vom Deich", now=now,
        answers={"address": "neues-vom-deich", "about": "Was am Deich geschieht.", "imprint": "https://example.org/impressum"},
    )  # fmt: skip
    channel = choose_channel(
        person=owner, name="Neues vom Deich", slug="deich", kind="own_forum", account=account, now=now
    )
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    return opened(owner, channel, now)


@pytest.fixture
def own_page(beneath, owner, now) -> Channel:
    return beneath.found("own_page", "page") or open_page(owner, now)


@pytest.fixture
def site(owner, own_page, now) -> Site:
    return Site(owner, own_page, now, Client(HTTP_ACCEPT_LANGUAGE="de"))


def bare(html: str) -> str:
    """Only the words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def closed(site: Site) -> Channel:
    """The page ends as a place ends that people know: with a farewell."""
    channel = Channel.objects.select_related("account", "workspace").get(pk=site.channel.pk)
    words = FarewellWords(
        "Wir ziehen um.", "", "stays", "https://example.org", "", site.owner.workspace.day_at(site.now)
    )
    farewell = begin_farewell(person=site.owner, channel=channel, words=words, now=site.now)
    return end_farewell(person=site.owner, farewell=farewell, now=site.now)
