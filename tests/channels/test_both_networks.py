"""Bluesky and Mastodon as a person meets them here: connected on the screen, tested, logged in again, asked for nothing twice."""

import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest

from allmende.channels.actions import fetch_due, prove_channel, prove_due, renew_due, send_due, set_live
from allmende.channels.models import Account, Channel, Trial
from allmende.channels.queries import proofs_of
from tests.networks.bluesky import ground as bluesky
from tests.networks.mastodon import ground as mastodon

pytestmark = pytest.mark.thorough


@pytest.fixture(params=["bluesky", "mastodon"])
def ground(request, tmp_path, settings):
    started = {"bluesky": bluesky, "mastodon": mastodon}[request.param].started(tmp_path)
    parts = urlsplit(started.face.url)
    settings.NEIGHBOURS = frozenset({(parts.hostname, parts.port)})
    started.kind = request.param
    yield started
    started.end()


def connect(visit, ground) -> Channel:
    typed = {"name": "Draußen", "slug": "draussen", "mark": "", "ask_server": ground.face.url}
    if ground.kind == "bluesky":
        typed |= {"ask_handle": "@haus.test", "ask_app_password": "secret"}
    answer = visit(f"connect/{ground.kind}/", typed)
    if ground.kind == "mastodon":
        answer = agree(visit, answer)
    assert answer.status_code == 302, answer.content.decode()
    return Channel.objects.select_related("account", "workspace").get()


def agree(visit, answer):
    """What the person's browser does at the network; the answer to its coming back."""
    url = unescape(re.search(r'class="btn primary" href="([^"]+)"', answer.content.decode())[1])
    with httpx2.Client() as browser:
        page = browser.get(url).text
        fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}
        back = browser.post(url.split("?")[0], data=fields | {"acct": "haus"}).headers["location"]
    parts = urlsplit(back)
    return visit(f"{parts.path}?{parts.query}")


def standing(ground) -> list:
    return [post for post in ground.network.public_posts() if not post["deleted"]] if ground.kind == "bluesky" else [
        row for row in ground.network.store.rows("SELECT * FROM status") if not row["deleted_at"]
    ]  # fmt: skip


def test_connected_on_the_screen_and_proved_there(visit, ground, owner) -> None:
    channel = connect(visit, ground)
    assert channel.account.kind == ground.kind
    assert "haus" in channel.account.handle
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=datetime.now(UTC))
    prove_channel(person=owner, channel=channel, now=datetime.now(UTC))
    now, end = datetime.now(UTC), time.monotonic() + 20
    while not Trial.objects.get().done_at and time.monotonic() < end:
        prove_due(now=now)
        send_due(now=now)
        now = max(datetime.now(UTC), now + timedelta(seconds=4))
    assert Trial.objects.get().done_at, Trial.objects.values()
    outcomes = {proof.ability: proof.outcome for proof in proofs_of(channel).proofs}
    assert {outcomes[name] for name in ("publish", "read_back", "reply", "delete")} == {"proved"}
    assert outcomes["moderate"] == ("cannot" if ground.kind == "mastodon" else "proved")
    assert not standing(ground)


def test_a_wrong_address_or_word_is_told_at_its_field(visit, ground, settings) -> None:
    settings.NEIGHBOURS = frozenset()
    typed = {
        "name": "X",
        "slug": "x",
        "ask_server": ground.face.url,
        "ask_handle": "haus.test",
        "ask_app_password": "x",
    }
    page = visit(f"connect/{ground.kind}/", typed)
    assert page.status_code == 422
    assert "ALLMENDE_NEIGHBOURS" in page.content.decode()
    assert f'value="{ground.face.url}"' in page.content.decode()


def test_the_log_in_is_renewed_or_needs_no_renewal(visit, ground, owner) -> None:
    connect(visit, ground)
    account = Account.objects.get()
    before = account.secret
    later = (account.expires_at or datetime.now(UTC)) - timedelta(minutes=5)
    assert renew_due(now=later) == (1 if account.expires_at else 0)
    account.refresh_from_db()
    assert (account.secret != before) is (account.expires_at is not None and ground.kind == "bluesky")
    assert fetch_due(now=later) == 0
