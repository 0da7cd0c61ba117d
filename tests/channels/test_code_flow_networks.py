"""A subreddit, a YouTube channel and a LinkedIn page as a person meets them here: connected on the screen, tested, renewed."""

import re
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest
from django.utils import translation

from allmende.channels.actions import prove_channel, prove_due, renew_due, send_due, set_live
from allmende.channels.models import Account, Channel, PendingLogin, Trial
from allmende.channels.queries import proofs_of
from allmende.connectors.linkedin import login as linkedin_login
from allmende.connectors.reddit import login as reddit_login
from allmende.connectors.youtube import login as youtube_login
from allmende.health.queries.look import Look
from allmende.health.queries.working import accounts
from allmende.team.models import Notice
from allmende.web.templatetags.house import day_long
from tests.networks.code_flow import CLIENT_ID, CLIENT_SECRET
from tests.networks.linkedin import ground as linkedin
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


KINDS = {
    "linkedin": (linkedin, linkedin_login),
    "reddit": (reddit, reddit_login),
    "youtube": (youtube, youtube_login),
}


@pytest.fixture(params=KINDS)
def ground(request, settings, monkeypatch):
    started, module = KINDS[request.param]
    started = started.started()
    settings.NEIGHBOURS = frozenset({("127.0.0.1", started.face.port)})
    monkeypatch.setattr(module, "WAY", started.way)
    if request.param != "youtube":
        monkeypatch.setattr(module, "begin", partial(module.begin, way=started.way))
    monkeypatch.setattr(
        module, "finish", partial(module.finish, way=started.way, place=getattr(started, "place", started.face.url))
    )
    started.kind = request.param
    yield started
    started.end()


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
    handles = {"linkedin": "haus-am-see", "reddit": "haus", "youtube": "@hausamsee"}
    assert channel.account.handle == handles[channel.account.kind]
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=datetime.now(UTC))
    prove_channel(person=owner, channel=channel, now=datetime.now(UTC))
    now, end = datetime.now(UTC), time.monotonic() + 60
    while not Trial.objects.get().done_at and time.monotonic() < end:
        prove_due(now=now)
        send_due(now=now)
        # A subreddit is looked at once a minute, a page every three.
        now = max(datetime.now(UTC), now + timedelta(seconds=12 if ground.kind == "linkedin" else 4))
    assert Trial.objects.get().done_at, Trial.objects.values()
    outcomes = {proof.ability: proof.outcome for proof in proofs_of(channel).proofs}
    if ground.kind == "youtube":  # answers only
        assert outcomes["publish"] != "proved"
        assert ground.network.appeared == []
        return
    assert (outcomes["publish"], outcomes["reply"], outcomes["delete"]) == ("proved", "proved", "proved")
    if ground.kind == "linkedin":
        assert (list(ground.network.posts), ground.network.comments) == ([linkedin.OLD], {})
    else:
        assert {row["state"] for row in ground.network.rows.values()} <= {"deleted", "removed"}


def test_a_wrong_answer_is_told_at_its_field(visit, ground) -> None:
    page = visit(f"connect/{ground.kind}/", typed(ground, ask_client_id="zwei Worte"))
    assert page.status_code == 422
    told = "Das ist keine App-ID." if ground.kind == "reddit" else "Das ist keine Client-ID."
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


def test_a_page_whose_log_in_nobody_can_renew_says_so_two_weeks_before_its_end(visit, ground, owner) -> None:
    """LinkedIn gives no refresh token to most applications; Google and Reddit give one that stays."""
    if ground.kind == "linkedin":
        ground.network.gives_refresh = False
    connect(visit, ground)
    account = Account.objects.get()
    soon = account.expires_at - timedelta(days=13)
    renew_due(now=soon)
    told = Notice.objects.filter(person=owner, kind="channels.account_ends_soon").count()
    look, page = Look(now=soon), visit("")
    with translation.override("de"):
        ends = f"Der Zugang endet am {day_long(owner.workspace.day_at(account.expires_at))}."
    with translation.override("en"):
        found = accounts(look)
    if ground.kind == "linkedin":
        assert (told, found and account.name in found.finding) == (1, True)
        assert ends in page.content.decode()
    else:
        assert (told, found) == (0, None)
        assert "Der Zugang endet am" not in page.content.decode()
