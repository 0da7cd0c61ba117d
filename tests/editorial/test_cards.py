"""The card of a link from the composer to the network: asked when a text is saved, seen before it leaves, turned off by a tick."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import fetch_cards, keep_media, send_due
from allmende.channels.models import Dispatch, LinkCard
from allmende.editorial.actions import (
    ItemText,
    StepPlan,
    add_step,
    approve_item,
    ask_steps,
    duplicate_item,
    open_review,
    publish_now,
    save_item,
)
from allmende.editorial.actions.save_item import written_of
from allmende.editorial.queries import PartWords, drafts_of, hash_of
from tests.channels.test_cards import TEXT, URL, Web, embed_of, live_at_bluesky
from tests.channels.test_media import picture
from tests.networks.bluesky import ground as bluesky

pytestmark = pytest.mark.django_db
TITLE = {"title": "Fest", "no_objective_reason": "Probe"}


@pytest.fixture
def ground(tmp_path):
    started = bluesky.started(tmp_path)
    yield started
    started.end()


@pytest.fixture
def harbour(ground, owner, now, settings):
    return live_at_bluesky(ground, owner, now, settings)


@pytest.fixture
def item(harbour, owner, now):
    return save_item(person=owner, item=None, written=ItemText(**TITLE, texts={harbour.pk: TEXT}), now=now)


@pytest.fixture
def look(client_of, owner, item):
    """The composer's page, or what it answers to `typed`."""
    client = client_of(owner)

    def go(**typed):
        address = reverse("editorial:check" if typed else "editorial:item", args=[owner.workspace.slug, item.pk])
        return (client.post(address, typed) if typed else client.get(address)).content.decode()

    return go


def approve(item, owner, now):
    seen = {one.pk: hash_of(item.title, one.text) for one in item.variants.all()}
    assert approve_item(person=owner, item=item, seen=seen, now=now) == 1
    return item.variants.get()


def test_saving_asks_the_page_and_the_preview_shows_its_card(item, look, now):
    assert LinkCard.objects.get().state == "waiting"
    assert "hafen.example wird gefragt" in look()
    fetch_cards(now=now, client=Web().client)
    page = look()
    assert "Das Hafenfest" in page and "hafen.example</span>" in page
    assert f"/media/{LinkCard.objects.get().picture_id}/" in page


def test_a_link_just_typed_is_asked_for_when_it_is_saved_not_before(item, harbour, look):
    answer = look(title="Fest", **{f"text-{harbour.pk}": "Neu: https://deich.example/a"})
    assert "deich.example" in answer and "sobald der Text gespeichert ist" in answer
    assert list(LinkCard.objects.values_list("url", flat=True)) == [URL]


def test_a_page_that_says_nothing_is_named(item, look, now):
    import httpx2

    web = Web(page=httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<p>nichts"))
    fetch_cards(now=now, client=web.client)
    assert "Keine Karte: hafen.example" in look()


def test_the_tick_turns_it_off_in_the_preview_and_at_the_network(item, harbour, ground, look, owner, now):
    fetch_cards(now=now, client=Web().client)
    typed = {"title": "Fest", f"text-{harbour.pk}": TEXT}
    assert "Das Hafenfest" in look(**typed)
    assert "Das Hafenfest" not in look(**typed, without_card="on")
    written = ItemText(**TITLE, texts={harbour.pk: TEXT}, without_card=True)
    item = save_item(person=owner, item=item, written=written, seen_revision=item.revision, now=now)
    publish_now(person=owner, variant=approve(item, owner, now), now=now)
    dispatch = Dispatch.objects.get()
    assert dispatch.card is None
    send_due(now=dispatch.send_after, client=ground.client())
    assert embed_of(ground, dispatch) is None


def test_what_was_approved_with_a_card_is_approved_anew_without_it(item, harbour, owner, now):
    approve(item, owner, now)
    written = ItemText(**TITLE, texts={harbour.pk: TEXT}, without_card=True)
    save_item(person=owner, item=item, written=written, seen_revision=item.revision, now=now)
    assert item.variants.get().state == "checked"


def test_published_it_goes_out_and_the_preview_keeps_that_card(item, ground, look, owner, now):
    fetch_cards(now=now, client=Web().client)
    publish_now(person=owner, variant=approve(item, owner, now), now=now)
    dispatch = Dispatch.objects.get()
    send_due(now=dispatch.send_after, client=ground.client())
    assert embed_of(ground, dispatch)["external"]["title"] == "Das Hafenfest"
    assert "Das Hafenfest" in look()


def test_the_form_keeps_the_tick_and_a_copy_takes_it_along(item, harbour, client_of, owner, now):
    address = reverse("editorial:item", args=[owner.workspace.slug, item.pk])
    typed = {
        **TITLE,
        "seen_revision": item.revision,
        f"text-{harbour.pk}": TEXT,
        "without_card": "on",
        "care_minutes": "240",
    }
    assert client_of(owner).post(address, typed).status_code == 302
    item.refresh_from_db()
    assert item.without_card and written_of(item).without_card
    assert duplicate_item(person=owner, item=item, now=now).without_card
    assert (
        client_of(owner).post(address, typed | {"without_card": "", "seen_revision": item.revision}).status_code == 302
    )
    item.refresh_from_db()
    assert not item.without_card


def test_where_no_network_shows_cards_nobody_is_asked_about_them(forum, client_of, owner, now):
    item = save_item(
        person=owner, item=None, written=ItemText(**TITLE, texts={forum.pk: TEXT}, without_card=True), now=now
    )
    assert not LinkCard.objects.exists()
    client, address = client_of(owner), reverse("editorial:item", args=[owner.workspace.slug, item.pk])
    assert "without_card" not in client.get(address).content.decode()
    typed = {**TITLE, "seen_revision": item.revision, f"text-{forum.pk}": TEXT, "care_minutes": "240"}
    assert client.post(address, typed).status_code == 302
    item.refresh_from_db()
    assert item.without_card, "what nobody was asked about stays"


def test_each_part_shows_its_own_card(item, harbour, owner, now):
    parts = {harbour.pk: (PartWords("Und https://deich.example/b"), PartWords("Ohne"))}
    written = ItemText(**TITLE, texts={harbour.pk: TEXT}, parts=parts)
    save_item(person=owner, item=item, written=written, seen_revision=item.revision, now=now)
    draft = next(one for one in drafts_of(owner.workspace, item) if one.channel == harbour)
    assert draft.card and draft.card.url == URL
    assert [one.card.url if one.card else "" for one in draft.parts] == ["https://deich.example/b", ""]


def test_a_reviewer_outside_sees_the_card_with_its_picture_and_no_other_picture(item, harbour, owner, new_person, now):
    new_person("lead")
    fetch_cards(now=now, client=Web().client)
    other = keep_media(person=owner, name="a.png", content=picture("PNG", colour="red"), now=now)
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=timezone.now())
    ask_steps(person=owner, item=item, now=timezone.now())
    token = open_review(person=owner, reviewer=step.reviewers.get(), now=timezone.now())
    page, client = reverse("guest_review", args=[token]), Client()
    assert "Das Hafenfest" in client.get(page).content.decode()
    shown = LinkCard.objects.get().picture
    statuses = [client.get(reverse("guest_review_picture", args=[token, one.pk])).status_code for one in (shown, other)]
    assert statuses == [200, 404]
    item.refresh_from_db()
    written = ItemText(**TITLE, texts={harbour.pk: TEXT}, without_card=True)
    save_item(person=owner, item=item, written=written, seen_revision=item.revision, now=now)
    assert "Das Hafenfest" not in client.get(page).content.decode()
