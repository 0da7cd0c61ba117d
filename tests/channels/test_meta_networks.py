"""A Facebook page, Threads and Instagram as a person meets them here: connected on the screen, tested, renewed."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest

from allmende.channels.actions import CannotProve, prove_channel, prove_due, renew_due, send_due, set_live
from allmende.channels.models import Account, Channel, PendingLogin, Trial
from allmende.channels.queries import proofs_of
from allmende.connectors.facebook import login as facebook_login
from allmende.connectors.instagram import login as instagram_login
from allmende.connectors.threads import login as threads_login
from tests.networks.facebook import ground as facebook
from tests.networks.graph import APP_ID, APP_SECRET
from tests.networks.instagram import ground as instagram
from tests.networks.threads import ground as threads

pytestmark = pytest.mark.thorough

GROUNDS = {"facebook": facebook, "instagram": instagram, "threads": threads}


@pytest.fixture(params=["facebook", "instagram", "threads"])
def ground(request, settings, monkeypatch):
    started = GROUNDS[request.param].started()
    parts = urlsplit(started.face.url)
    settings.NEIGHBOURS = frozenset({(parts.hostname, parts.port)})
    if request.param == "facebook":
        dialog = f"{started.face.url}/dialog/oauth"
        monkeypatch.setattr(facebook_login, "begin", partial(facebook_login.begin, dialog=dialog))
        monkeypatch.setattr(facebook_login, "finish", partial(facebook_login.finish, place=started.place))
    else:
        module = {"instagram": instagram_login, "threads": threads_login}[request.param]
        url = started.face.url
        way = replace(module.WAY, host=url, dialog=f"{url}/oauth/authorize", exchange=f"{url}/oauth/access_token")
        monkeypatch.setattr(module, "WAY", way)
        monkeypatch.setattr(module, "finish", partial(module.finish, way=way))
    started.kind = request.param
    yield started
    started.end()


def connect(visit, ground, **more) -> Channel:
    typed = {"name": "Draußen", "slug": "draussen", "mark": "", "ask_app_id": APP_ID, "ask_app_secret": APP_SECRET}
    answer = visit(f"connect/{ground.kind}/", typed | {"ask_page": ""} | more)
    assert APP_SECRET not in answer.content.decode()
    assert APP_SECRET not in str(PendingLogin.objects.values_list("wishes"))
    url = unescape(re.search(r'class="btn primary" href="([^"]+)"', answer.content.decode())[1])
    with httpx2.Client() as browser:
        parts = urlsplit(browser.get(url).headers["location"])
    answer = visit(f"{parts.path}?{parts.query}")
    assert answer.status_code == 302, answer.content.decode()
    return Channel.objects.select_related("account", "workspace").get()


def test_connected_on_the_screen_and_proved_there(visit, ground, owner) -> None:
    channel = connect(visit, ground)
    assert channel.account.kind == ground.kind
    assert channel.account.handle in ("Haus am See", "haus.am.see")
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=datetime.now(UTC))
    if ground.kind == "instagram":  # nothing can be taken back there
        with pytest.raises(CannotProve):
            prove_channel(person=owner, channel=channel, now=datetime.now(UTC))
        return
    prove_channel(person=owner, channel=channel, now=datetime.now(UTC))
    now, end = datetime.now(UTC), time.monotonic() + 30
    while not Trial.objects.get().done_at and time.monotonic() < end:
        prove_due(now=now)
        send_due(now=now)
        now = max(datetime.now(UTC), now + timedelta(seconds=4))
    assert Trial.objects.get().done_at, Trial.objects.values()
    outcomes = {proof.ability: proof.outcome for proof in proofs_of(channel).proofs}
    assert {outcomes[name] for name in ("publish", "read_back", "reply", "moderate", "delete")} == {"proved"}
    assert not [
        row for row in ground.network.rows.values() if not row["gone"] and row["id"] != getattr(ground, "old", "")
    ]


def test_a_wrong_answer_is_told_at_its_field(visit, ground) -> None:
    typed = {"name": "X", "slug": "x", "mark": "", "ask_app_id": "Haus", "ask_app_secret": APP_SECRET, "ask_page": ""}
    page = visit(f"connect/{ground.kind}/", typed)
    assert page.status_code == 422
    assert "App-ID" in page.content.decode()


def test_the_log_in_is_renewed_a_week_before_its_end_or_needs_no_renewal(visit, ground, owner) -> None:
    connect(visit, ground)
    account = Account.objects.get()
    before = account.secret
    if ground.kind == "facebook":
        assert account.expires_at is None
        assert renew_due(now=datetime.now(UTC) + timedelta(days=365)) == 0
        return
    assert timedelta(days=52) < account.expires_at - datetime.now(UTC) < timedelta(days=53, seconds=5)
    assert renew_due(now=account.expires_at - timedelta(days=1)) == 0
    assert renew_due(now=account.expires_at - timedelta(minutes=5)) == 1
    account.refresh_from_db()
    assert account.secret != before
