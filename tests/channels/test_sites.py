"""Networks one reaches by an address: connected by what is typed, found again as the same account, never with a secret shown."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from allmende.channels.actions import CannotLogIn, choose_channel, log_in
from allmende.channels.queries import connector_of
from allmende.team.models import Person
from tests.networks.feed.ground import Ground as Feeds
from tests.networks.feed.ground import started as feed_started
from tests.networks.wordpress.ground import Ground as Site
from tests.networks.wordpress.ground import started as site_started


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    ground = feed_started()
    yield ground
    ground.end()


@pytest.fixture
def site() -> Iterator[Site]:
    ground = site_started()
    yield ground
    ground.end()


def test_a_feed_is_connected_without_any_secret_and_only_once(owner: Person, now: datetime, feeds: Feeds) -> None:
    feeds.network.publish("Wort", at=datetime.now(UTC))
    typed = {"address": f"{feeds.face.url}/neues.html"}
    account = log_in(person=owner, kind="feed", answers=typed, name="Neues", now=now, client=feeds.client)
    account.refresh_from_db()
    batches = list(connector_of(account, feeds.client).collect(""))
    assert [item.text for batch in batches for item in batch.items] == ["Wort"]
    with pytest.raises(CannotLogIn) as again:
        log_in(person=owner, kind="feed", answers=typed, name="Neues 2", now=now, client=feeds.client)
    assert "Neues" in str(again.value)
    with pytest.raises(CannotLogIn) as nothing:
        log_in(
            person=owner,
            kind="feed",
            answers={"address": f"{feeds.face.url}/weg"},
            name="x",
            now=now,
            client=feeds.client,
        )
    assert nothing.value.question == "address"


def test_neither_the_queue_nor_a_stop_offers_a_feed_which_never_speaks(world, client_of, feeds: Feeds) -> None:
    feeds.network.publish("Wort", at=datetime.now(UTC))
    typed = {"address": f"{feeds.face.url}/neues.html"}
    account = log_in(person=world.owner, kind="feed", answers=typed, name="Neues", now=world.now, client=feeds.client)
    how = {"kind": "intranet", "account": account, "now": world.now, "mark": "N"}
    choose_channel(person=world.owner, name="Nachbarn", slug="nachbarn", **how)
    for path in ("queue", "stop"):
        page = client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/{path}/").content.decode()
        assert ">Forum</option>" in page
        assert ">Nachbarn</option>" not in page


def test_a_site_is_connected_by_an_application_password(owner: Person, now: datetime, site: Site) -> None:
    typed = {"site": site.face.url, "user": "haus", "app_password": site.haus.password}
    account = log_in(person=owner, kind="wordpress", answers=typed, name="Website", now=now, client=site.client)
    account.refresh_from_db()
    assert site.haus.password not in str(account.settings)
    assert connector_of(account, site.client).whoami().is_us
    site.haus.may = frozenset({"edit_posts"})
    with pytest.raises(CannotLogIn) as caught:
        log_in(person=owner, kind="wordpress", answers=typed, name="x", now=now, client=site.client)
    assert caught.value.question == "user"
    with pytest.raises(CannotLogIn):
        log_in(
            person=owner,
            kind="wordpress",
            answers={**typed, "app_password": "falsch"},
            name="x",
            now=now,
            client=site.client,
        )
