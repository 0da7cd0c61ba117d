"""Cards of links: asked for once, shown at Bluesky, the same when said again; no post waits for a page."""

import json
import time
from datetime import timedelta
from importlib import import_module

import httpx2
import pytest
from django.db import connection
from django.db.models import F

from allmende.channels.actions import (
    Part,
    Spoken,
    ask_card,
    choose_channel,
    connect_account,
    fetch_cards,
    hand_over,
    hand_over_parts,
    keep_media,
    make_link,
    send_due,
    set_live,
)
from allmende.channels.actions.ask_card import settle_card
from allmende.channels.actions.claim_dispatch import PREPARED_LEASE, claim_dispatch
from allmende.channels.jobs import JOBS
from allmende.channels.models import Dispatch, LinkCard, Media, media_path
from allmende.channels.queries import card_address, draft_of, known_cards, queue_page
from allmende.channels.templatetags.channel_words import lacks_card
from allmende.connectors.cards import LIMITS
from allmende.connectors.http import Client
from allmende.editorial.queries.library import kept_pictures
from allmende.team.models import AuditRow
from tests.channels.test_media import GPS, picture, telling
from tests.networks.bluesky import ground as bluesky

pytestmark = pytest.mark.django_db
URL = "https://hafen.example/fest"
TEXT = f"Kommt alle: {URL}!"
PAGE = b'<title>Fest</title><meta property="og:title" content="Das Hafenfest"><meta property="og:image" content="/kran.png">'


class Web:
    """The pages of this test, and who was asked. `answers`: by the end of an address."""

    def __init__(self, **answers: httpx2.Response) -> None:
        self.asked: list[str] = []
        self.page = answers.get("page") or httpx2.Response(200, headers={"content-type": "text/html"}, content=PAGE)
        self.picture = answers.get("picture") or httpx2.Response(
            200, headers={"content-type": "image/png"}, content=telling("PNG")
        )
        self.client = Client(limits=LIMITS, transport=httpx2.MockTransport(self._answer))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return self.picture if str(request.url).endswith("kran.png") else self.page


@pytest.fixture
def ground(tmp_path):
    started = bluesky.started(tmp_path)
    yield started
    started.end()


def live_at_bluesky(ground, owner, now, settings):
    """A live channel at this network."""
    settings.NEIGHBOURS = frozenset({("127.0.0.1", ground.face.server_address[1])})
    account = connect_account(
        person=owner, kind="bluesky", name="Haus", settings={"server": ground.face.url, "did": ground.us.did, "handle": "haus.test"},
        secret=ground.session().reveal(), now=now, client=ground.client(),
    )  # fmt: skip
    channel = choose_channel(
        person=owner, name="Bluesky", slug="bluesky", kind="social_network", account=account, now=now
    )
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=now)
    return channel


@pytest.fixture
def harbour(ground, owner, now, settings):
    return live_at_bluesky(ground, owner, now, settings)


@pytest.fixture
def say(owner, harbour, now):
    def post(text: str = TEXT, **given):
        given = {"shows_card": True} | given
        return hand_over(person=owner, channel=harbour, kind="post", text=text, now=now, send_after=now, **given)

    return post


def embed_of(ground, dispatch):
    dispatch.refresh_from_db()
    row = ground.network.record(dispatch.message.native_id)
    return json.loads(row["value"]).get("embed")


def test_the_page_is_asked_once_and_its_card_goes_out_with_the_words(ground, say, now) -> None:
    dispatch, web = say(), Web()
    again = say(f"Noch einmal: {URL}")
    assert dispatch.card == again.card
    assert fetch_cards(now=now, client=web.client) == 1
    assert fetch_cards(now=now + timedelta(hours=1), client=web.client) == 0
    assert web.asked == [URL, "https://hafen.example/kran.png"]
    assert send_due(now=now, client=ground.client()) == 2
    external = embed_of(ground, dispatch)["external"]
    assert (external["uri"], external["title"], external["thumb"]["mimeType"]) == (URL, "Das Hafenfest", "image/png")
    kept = LinkCard.objects.get().picture
    assert kept and kept.created_by is None
    assert GPS.encode() not in media_path(kept.file).read_bytes()


def test_nobody_else_waits_to_write_while_a_page_and_its_picture_come(say, now) -> None:
    say()
    web, outside = Web(), len(connection.savepoint_ids)
    depths: list[int] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        depths.append(len(connection.savepoint_ids))
        return web.picture if str(request.url).endswith("kran.png") else web.page

    client = Client(limits=LIMITS, transport=httpx2.MockTransport(answer))
    assert fetch_cards(now=now, client=client) == 1
    assert depths == [outside, outside], "no transaction of ours is open"
    assert LinkCard.objects.get().picture is not None


def test_a_speaker_whose_turn_is_over_leaves_the_card_to_the_next(say, now) -> None:
    dispatch = say()
    late = Dispatch.objects.get(pk=dispatch.pk)
    Dispatch.objects.filter(pk=dispatch.pk).update(fence=F("fence") + 1)
    settle_card(dispatch=late, now=now)
    assert Dispatch.objects.get(pk=dispatch.pk).card_id == dispatch.card_id


def test_said_again_it_shows_the_same_card(ground, say, now) -> None:
    dispatch = say()
    fetch_cards(now=now, client=Web().client)
    ground.face.faults.plant("send", "error_before", times=1)
    send_due(now=now, client=ground.client())
    LinkCard.objects.create(
        workspace=dispatch.workspace, url=URL, target=URL, title="Ein anderes Fest", state="kept", asked_at=now + timedelta(minutes=1)
    )  # fmt: skip
    send_due(now=now + timedelta(minutes=10), client=ground.client())
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == ("sent", 2)
    assert embed_of(ground, dispatch)["external"]["title"] == "Das Hafenfest"


def test_a_network_that_breaks_over_it_again_and_again_gets_the_words_without_it(ground, say, now) -> None:
    dispatch = say()
    fetch_cards(now=now, client=Web().client)
    ground.face.faults.plant("send", "error_before", times=2)
    for minutes in (0, 10, 20):
        send_due(now=now + timedelta(minutes=minutes), client=ground.client())
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == ("sent", 3)
    assert embed_of(ground, dispatch) is None
    assert "hat sie nicht angenommen" in lacks_card(dispatch)


def test_no_post_waits_for_a_page_and_the_queue_says_so(ground, say, now) -> None:
    dispatch = say()
    assert send_due(now=now, client=ground.client()) == 1
    assert embed_of(ground, dispatch) is None
    (shown,) = queue_page(dispatch.workspace).sent
    assert "hatte noch nicht geantwortet" in lacks_card(shown)
    waiting = LinkCard.objects.get(state="waiting")  # those who come later get it
    assert fetch_cards(now=now, client=Web().client) == 1
    assert say(f"Später: {URL}").card_id == waiting.pk


def test_a_card_the_network_does_not_take_stays_away_and_the_queue_says_so(ground, say, now, caplog) -> None:
    caplog.set_level("INFO", "allmende.channels")
    ground.face.takes_cards = False
    dispatch = say()
    fetch_cards(now=now, client=Web().client)
    assert send_due(now=now, client=ground.client()) == 1
    assert embed_of(ground, dispatch) is None
    assert "hat sie nicht angenommen" in lacks_card(dispatch)
    assert f"Dispatch {dispatch.pk}: left without the card of its link" in caplog.text
    assert known_cards(dispatch.workspace, [URL], now)[URL].state == "kept", "others may take it"


def test_pages_that_hang_keep_no_channel_and_no_log_in_waiting(say, now, monkeypatch) -> None:
    lanes = {job.name: job.lane for job in JOBS}
    beside = {name for name, lane in lanes.items() if lane == lanes["channels.fetch_cards"]}
    assert beside == {"channels.fetch_cards", "channels.fetch_due"}
    monkeypatch.setattr(import_module("allmende.channels.actions.show_media"), "LONGEST_RUN_SECONDS", 0.05)
    for name in "abc":
        say(f"Siehe https://{name}.example/")

    def answer(request: httpx2.Request) -> httpx2.Response:
        time.sleep(0.1)
        return httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<title>Ja</title>")

    client = Client(limits=LIMITS, transport=httpx2.MockTransport(answer))
    assert [fetch_cards(now=now, client=client) for _ in range(4)] == [1, 1, 1, 0]


def test_said_again_without_its_card_it_stays_without(ground, say, now) -> None:
    dispatch = say()
    ground.face.faults.plant("send", "error_before", times=1)
    send_due(now=now, client=ground.client())
    fetch_cards(now=now, client=Web().client)
    send_due(now=now + timedelta(minutes=10), client=ground.client())
    assert embed_of(ground, dispatch) is None


@pytest.mark.parametrize(
    ("web", "reason"),
    [
        (Web(page=httpx2.Response(404, headers={"content-type": "text/html"}, content=b"")), "not_found"),
        (Web(page=httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<p>nichts")), "says_nothing"),
        (
            Web(page=httpx2.Response(200, headers={"content-type": "application/pdf"}, content=b"%PDF")),
            "unexpected_type",
        ),
    ],
    ids=["absent", "silent", "no page"],
)
def test_a_page_without_words_leaves_the_post_as_it_is(ground, say, now, web, reason) -> None:
    dispatch = say()
    for turn in range(4):
        assert fetch_cards(now=now + timedelta(minutes=turn), client=web.client) == 0
    card = LinkCard.objects.get()
    assert (card.state, card.reason_code) == ("left", reason)
    assert send_due(now=now + timedelta(minutes=5), client=ground.client()) == 1
    assert embed_of(ground, dispatch) is None
    assert lacks_card(dispatch)
    later = now + timedelta(hours=1)
    assert ask_card(channel=dispatch.channel, text=TEXT, now=later) != card, "asked anew for a later post"


def test_a_picture_that_is_none_leaves_the_card_its_words(ground, say, now) -> None:
    dispatch = say()
    web = Web(picture=httpx2.Response(200, headers={"content-type": "image/png"}, content=b"<svg/>"))
    assert fetch_cards(now=now, client=web.client) == 1
    send_due(now=now, client=ground.client())
    assert embed_of(ground, dispatch)["external"] == {"uri": URL, "title": "Das Hafenfest", "description": ""}


def test_pictures_a_tick_and_texts_without_a_link_leave_it_out(say, owner, now) -> None:
    media = keep_media(person=owner, name="a.png", content=picture("PNG"), now=now)
    assert say(shows_card=False).card is None
    assert say(media=[Spoken(media, "Kran")]).card is None
    assert say("Ohne Adresse, auch http://hafen.example zählt nicht").card is None
    assert not LinkCard.objects.exists()


def test_each_part_of_a_thread_has_its_own_and_other_networks_none(say, owner, now, world) -> None:
    head = say("Ohne Adresse")
    (part,) = hand_over_parts(person=owner, head=head, parts=[Part(TEXT)], now=now, shows_card=True)
    assert part.card is not None and head.card is None
    assert world.post(TEXT, shows_card=True).card is None


def test_a_link_of_ours_is_not_followed_and_stays_the_address(ground, say, owner, harbour, now, settings) -> None:
    settings.ORIGIN = "https://allmende.example"
    link = make_link(person=owner, target=URL, name="Fest", now=now, channel=harbour)
    short = f"https://allmende.example{link.path}"
    dispatch, web = say(f"Kommt alle: {short}"), Web()
    fetch_cards(now=now, client=web.client)
    assert web.asked[0] == URL
    draft = draft_of(dispatch)
    assert draft.card and (draft.card.url, draft.card.title) == (short, "Das Hafenfest")


def test_whoever_uploads_a_cards_picture_has_the_time_for_it(say, now) -> None:
    with_card, without = say(), say("Ohne Adresse")
    assert claim_dispatch(pk=with_card.pk, holder="w", now=now).lease_until == now + PREPARED_LEASE
    assert claim_dispatch(pk=without.pk, holder="w", now=now).lease_until < now + PREPARED_LEASE


def test_what_is_known_and_which_address_has_a_card(say, workspace, now) -> None:
    assert card_address(f"Siehe ({URL}), https://zwei.example") == URL
    assert card_address("https://ich@hafen.example https://zwei.example/a") == "https://zwei.example/a"
    assert card_address("https://hafen.example/" + "ä" * 600) == ""
    card = say().card
    assert known_cards(workspace, [URL], now) == {URL: card}
    fetch_cards(now=now, client=Web().client)
    assert URL in known_cards(workspace, [URL], now + timedelta(days=6))
    assert URL not in known_cards(workspace, [URL], now + timedelta(days=8))
    assert URL in known_cards(workspace, [URL])


def test_who_shows_a_card_is_found_without_looking_through_all_words(say) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which looks through a table as small as this one
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "dispatch_card" in Dispatch.objects.filter(card=say().card).explain()


def test_a_lost_picture_of_a_card_keeps_no_words_back(ground, say, now) -> None:
    dispatch = say()
    fetch_cards(now=now, client=Web().client)
    kept = Media.objects.get()
    for name in (kept.file, kept.light):
        media_path(name).unlink()
    assert send_due(now=now, client=ground.client()) == 1
    assert "thumb" not in embed_of(ground, dispatch)["external"]


def test_a_picture_that_a_page_showed_first_is_ours_once_somebody_keeps_it(say, owner, workspace, now) -> None:
    say()
    fetch_cards(now=now, client=Web().client)
    assert not kept_pictures(workspace).exists()
    later = now + timedelta(hours=1)
    for name in ("kran.png", "noch einmal.png"):
        keep_media(person=owner, name=name, content=telling("PNG"), now=later)
    (ours,) = kept_pictures(workspace)
    assert (ours.pk, ours.name, ours.created_by, ours.created_at) == (
        LinkCard.objects.get().picture_id, "kran.png", owner, later,
    )  # fmt: skip
    assert AuditRow.objects.filter(verb="channels.media.kept").count() == 1
