"""A subreddit and a YouTube channel as a person meets them here: connected on the screen, tested, renewed."""

import re
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest

from allmende.channels.actions import prove_channel, prove_due, renew_due, send_due, set_live
from allmende.channels.models import Account, Channel, PendingLogin, Trial
from allmende.channels.queries import proofs_of
from allmende.connectors.reddit import login as reddit_login
from allmende.connectors.youtube import login as youtube_login
from tests.networks.code_flow import CLIENT_ID, CLIENT_SECRET
from tests.networks.reddit import ground as reddit
from tests.networks.youtube import ground as youtube

pytestmark = pytest.mark.thorough

TYPED = {
    "name": "Draußen",
    "slug": "draussen",
    "mark": "",
    "ask_client_id": CLIENT_ID,
    "ask_client_secret": CLIENT_SECRET,
}


@pytest.fixture(params=["reddit", "youtube"])
def ground(request, settings, monkeypatch):
    started, module = {"reddit": (reddit, reddit_login), "youtube": (youtube, youtube_login)}[request.param]
    started = started.started()
    settings.NEIGHBOURS = frozenset({("127.0.0.1", started.face.port)})
    monkeypatch.setattr(module, "WAY", started.way)
    if request.param == "reddit":
        monkeypatch.setattr(module, "begin", partial(module.begin, way=started.way))
    monkeypatch.setattr(module, "finish", partial(module.finish, way=started.way, place=started.face.url))
    started.kind = request.param
    yield started
    started.end()


@pytest.fixture
def visit(owner, client_of):
    client = client_of(owner)

    def go(path, data=None):
        address = path if path.startswith("/") else f"/w/{owner.workspace.slug}/channels/{path}"
        return client.post(address, data) if data is not None else client.get(address)

    return go


def typed(ground, **more):
    return TYPED | ({"ask_subreddit": "r/HausAmSee"} if ground.kind == "reddit" else {}) | more


def connect(visit, ground) -> Channel:
    answer = visit(f"connect/{ground.kind}/", typed(ground))
    assert CLIENT_SECRET not in answer.content.decode()
    assert CLIENT_SECRET not in str(PendingLogin.objects.values_list("wishes"))
    url = unescape(re.search(r'class="btn primary" href="([^"]+)"', answer.content.decode())[1])
    with httpx2.Client() as browser:
        parts = urlsplit(browser.get(url).headers["location"])
    answer = visit(f"{parts.path}?{parts.query}")
    assert answer.status_code == 302, answer.content.decode()
    return Channel.objects.select_related("account", "workspace").get()


def test_connected_on_the_screen_and_proved_there_as_far_as_it_goes(visit, ground, owner) -> None:
    channel = connect(visit, ground)
    assert (channel.account.kind, channel.account.handle) in (("reddit", "haus"), ("youtube", "@hausamsee"))
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=datetime.now(UTC))
    prove_channel(person=owner, channel=channel, now=datetime.now(UTC))
    now, end = datetime.now(UTC), time.monotonic() + 60
    while not Trial.objects.get().done_at and time.monotonic() < end:
        prove_due(now=now)
        send_due(now=datetime.now(UTC))
        # A subreddit is looked at once a minute.
        now = max(datetime.now(UTC), now + timedelta(seconds=4))
    assert Trial.objects.get().done_at, Trial.objects.values()
    outcomes = {proof.ability: proof.outcome for proof in proofs_of(channel).proofs}
    if ground.kind == "youtube":  # answers only
        assert outcomes["publish"] != "proved"
        assert ground.network.appeared == []
        return
    assert (outcomes["publish"], outcomes["reply"], outcomes["delete"]) == ("proved", "proved", "proved")
    assert {row["state"] for row in ground.network.rows.values()} <= {"deleted", "removed"}


def test_a_wrong_answer_is_told_at_its_field(visit, ground) -> None:
    page = visit(f"connect/{ground.kind}/", typed(ground, ask_client_id="zwei Worte"))
    assert page.status_code == 422
    told = {"reddit": "Das ist keine App-ID.", "youtube": "Das ist keine Client-ID."}[ground.kind]
    assert told in page.content.decode()


def test_the_log_in_is_renewed_before_its_end(visit, ground) -> None:
    connect(visit, ground)
    account = Account.objects.get()
    before = account.secret
    assert account.expires_at is not None
    assert renew_due(now=account.expires_at - timedelta(minutes=30)) == 0
    assert renew_due(now=account.expires_at - timedelta(minutes=1)) == 1
    account.refresh_from_db()
    assert account.secret != before
