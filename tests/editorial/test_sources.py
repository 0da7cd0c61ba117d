"""Feeds that bring ideas, read over real HTTP: once each, with source, address and picture, politely, and never published."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.channels.actions import AlreadyConnected, collect_due, connect_account, disconnect_account, log_in
from allmende.channels.models import Account, Channel, Cursor, Dispatch
from allmende.editorial.actions import (
    CannotKeepSource,
    SourceWish,
    add_source,
    open_source,
    pause_source,
    remove_source,
    resume_source,
    take_ideas,
)
from allmende.editorial.actions.import_posts import choose_posts
from allmende.editorial.models import IdeaSource, Item, SourcedIdea, Variant
from allmende.editorial.queries import choices_of, drafts_of, slots_by_channel, source_rows, writable_channels
from allmende.editorial.queries.post_imports import post_sheet
from allmende.hub.queries import link_choices
from allmende.team.models import AuditRow
from tests.networks.feed.ground import started
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
PAGE = "/w/lotsenforum/calendar/feeds/"
NOW = datetime.now(UTC)


@pytest.fixture
def site(settings):
    """A site with a feed on 127.0.0.1 that this installation may reach."""
    ground = started()
    parts = urlsplit(ground.face.url)
    settings.NEIGHBOURS = frozenset({(parts.hostname, parts.port)})
    yield ground
    ground.end()


@pytest.fixture
def open_it(owner, site):
    """`open_it(...)` lets the site's feed bring ideas."""

    def make(**wish):
        address = f"{site.face.url}/neues.html"
        return open_source(person=owner, address=address, name="Deichblick", wish=SourceWish(**wish), now=NOW)

    return make


@pytest.fixture
def look(site):
    """`look(minutes)`: the channels are read so much later, and a while after that the ideas are taken."""

    def at(minutes):
        Channel.objects.filter(account__kind="feed").get().account.refresh_from_db()
        account = Channel.objects.get(account__kind="feed").account
        account.settings["poll_seconds"] = 0
        account.save(update_fields=["settings"])
        now = NOW + timedelta(minutes=minutes)
        Cursor.objects.update(next_at=now)
        collect_due(now=now)
        return take_ideas(now=now + timedelta(minutes=4))

    return at


def titles():
    return list(Item.objects.order_by("created_at", "title").values_list("title", flat=True))


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_new_entries_become_ideas_once_and_old_ones_stay_out(site, open_it, look):
    site.network.publish("Vorher", title="Alt", at=NOW)
    open_it()
    assert look(1) == 0
    site.network.publish("Ganz frisch", title="Neu &amp; gut", at=NOW)
    assert look(20) == 1
    assert look(40) == 0
    item = Item.objects.get()
    assert (item.title, item.stage, item.origin, item.owner.name) == ("Neu & gut", "idea", "connector", item.owner.name)
    assert "Aus dem Feed „Deichblick“" in item.idea
    assert f"{site.face.url}/1" in item.idea
    assert item.idea.endswith("Ganz frisch")
    assert (Variant.objects.count(), Dispatch.objects.count()) == (0, 0)


def test_some_of_what_stands_there_already_is_taken_where_somebody_wishes(site, open_it, look):
    for n in range(4):
        site.network.publish("Wort", title=f"Nr. {n}", at=NOW - timedelta(hours=9 - n))
    open_it(newest=3)
    assert look(1) == 3
    assert sorted(titles()) == ["Nr. 1", "Nr. 2", "Nr. 3"]


def test_the_address_of_the_picture_is_noted_and_no_picture_is_taken(site, open_it, look):
    open_it()
    look(1)
    site.network.body = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>H</title><item><guid>b1</guid><title>Mit Bild</title>'
        b'<link>https://haus.example/b1</link><enclosure url="https://haus.example/deich.jpg" type="image/jpeg" length="9"/>'
        b"<description>Ein Deich</description></item></channel></rss>"
    )
    assert look(20) == 1
    idea = Item.objects.get().idea
    assert "Bild: https://haus.example/deich.jpg" in idea
    assert "https://haus.example/b1" in idea
    assert not Item.objects.get().shown.exists()


def test_a_feed_that_brings_ideas_already_is_named_with_the_way_to_it(site, open_it, owner, client_of):
    source = open_it()
    typed = {"address": f"{site.face.url}/neues.html", "name": "Noch einmal", "becomes": "idea", "newest": "0"}
    again = client_of(owner).post(f"{PAGE}add/", typed)
    assert again.status_code == 422 and "bringt schon Ideen, als Deichblick" in words(again)
    assert f'href="#feed-{source.pk}"' in again.content.decode() and f'id="feed-{source.pk}"' in again.content.decode()
    assert (IdeaSource.objects.count(), Channel.objects.filter(account__kind="feed").count()) == (1, 1)


def test_a_feed_that_is_read_already_is_not_connected_again_to_bring_ideas(site, owner, open_it):
    address = {"address": f"{site.face.url}/neues.html"}
    account = log_in(person=owner, kind="feed", answers=address, name="Presse", now=NOW)
    assert open_it().channel.account == account
    with pytest.raises(CannotKeepSource):
        open_it()
    assert Account.objects.filter(kind="feed").count() == 1


def test_two_presses_at_the_same_moment_connect_a_feed_once(site, owner):
    known = log_in(person=owner, kind="feed", answers={"address": f"{site.face.url}/feed"}, name="Presse", now=NOW)
    with pytest.raises(AlreadyConnected) as refused:
        connect_account(
            person=owner, kind="feed", name="Presse", settings=known.settings, secret="", now=NOW, is_first=True
        )
    assert refused.value.account == known and Account.objects.filter(kind="feed").count() == 1


def test_a_draft_gets_title_and_address_for_its_channels_and_is_not_approved(site, open_it, look, forum):
    open_it(becomes="drafting", no_objective_reason="Hinweis auf Neues", targets=[forum.pk])
    look(1)
    site.network.publish("Lang und breit", title="Sprechstunde", at=NOW)
    assert look(20) == 1
    variant = Variant.objects.get()
    assert variant.text == f"Sprechstunde\n\n{site.face.url}/0"
    assert (variant.state, variant.dispatch, variant.channel) == ("checked", None, forum)


def test_an_edit_and_another_id_for_the_same_address_make_no_second_idea(site, open_it, look):
    open_it()
    look(1)
    piece = site.network.publish("Erste Fassung", title="Fest", at=NOW)
    assert look(20) == 1
    piece.text = "Zweite Fassung"
    assert look(40) == 0
    piece.id = "https://haus.example/anders/0"
    assert look(60) == 0
    assert (titles(), SourcedIdea.objects.filter(item=None).count()) == (["Fest"], 1)


def test_a_feed_that_renames_all_its_entries_floods_no_board_but_asks(site, open_it, look, owner, client_of):
    source = open_it()
    look(1)
    for n in range(21):
        site.network.publish("Wort", title=f"Nr. {n}", at=NOW)
    assert look(20) == 0
    source.refresh_from_db()
    assert (source.paused_why, titles()) == ("flood", [])
    page = client_of(owner).get(PAGE)
    assert "Mehr als zwanzig Einträge waren auf einmal neu" in words(page)
    resume_source(person=owner, source=source, now=NOW + timedelta(minutes=30))
    site.network.publish("Wort", title="Danach", at=NOW)
    assert look(40) == 1
    assert titles() == ["Danach"]


def test_what_did_not_change_is_not_sent_again(site, open_it, look):
    site.network.publish("Wort", at=NOW)
    open_it()
    for minutes in (1, 20, 40):
        look(minutes)
    assert [status for _path, status in site.network.visits][-2:] == [304, 304]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("page", "Dort steht gerade eine Seite statt des Feeds"),
        ("gone", "Unter dieser Adresse steht nichts mehr"),
        ("half", "Die Website hat mittendrin abgebrochen"),
        ("error", "Die Website gibt ihren Feed gerade nicht heraus"),
        ("too_many", "Die Website bittet uns zu warten"),
    ],
)
def test_a_broken_feed_is_told_in_words_and_mends_itself(site, open_it, look, client_of, owner, fault, said):
    open_it()
    look(1)
    site.network.publish("Wort", title="Nach dem Sturm", at=NOW)
    site.network.faults = [fault]
    assert look(20) == 0
    told = words(client_of(owner).get(PAGE))
    assert said in told
    assert "in immer größeren Abständen" in told
    assert look(60) == 1
    assert said not in words(client_of(owner).get(PAGE))


def test_failing_looks_come_less_and_less_often(site, open_it, look):
    open_it()
    look(1)
    pauses = []
    for n in range(5):
        site.network.faults = ["error"]
        look(20 + 40 * n)
        pauses.append(Cursor.objects.get().next_at - (NOW + timedelta(minutes=20 + 40 * n)))
    assert pauses == sorted(pauses)
    assert pauses[-1] > 8 * pauses[0]


def test_while_it_is_paused_nothing_comes_and_nothing_piles_up(site, open_it, look, owner):
    source = open_it()
    look(1)
    pause_source(person=owner, source=source, now=NOW)
    site.network.publish("Wort", title="Im Urlaub", at=NOW)
    assert look(20) == 0
    resume_source(person=owner, source=source, now=NOW)
    site.network.publish("Wort", title="Wieder da", at=NOW)
    assert look(40) == 1
    assert titles() == ["Wieder da"]


def test_who_set_it_up_must_still_be_allowed_to_write(site, open_it, look, owner):
    source = open_it()
    look(1)
    owner.role = "observer"
    owner.save()
    site.network.publish("Wort", title="Wer?", at=NOW)
    assert look(20) == 0
    source.refresh_from_db()
    assert source.paused_why == "right"


def test_a_feed_taken_out_and_added_again_begins_anew(site, open_it, look, owner):
    source = open_it()
    look(1)
    remove_source(person=owner, source=source, now=NOW)
    site.network.publish("Wort", title="Dazwischen", at=NOW)
    assert look(20) == 0
    assert add_source(person=owner, channel=source.channel, wish=SourceWish(), now=NOW) == source
    with pytest.raises(CannotKeepSource, match="bringt schon Ideen"):
        add_source(person=owner, channel=source.channel, wish=SourceWish(), now=NOW)
    site.network.publish("Wort", title="Danach", at=NOW)
    assert look(40) == 1
    assert titles() == ["Danach"]


def test_what_is_no_feed_or_may_not_is_refused(site, owner, new_person, forum):
    told = {"name": "", "wish": SourceWish(), "now": NOW}
    with pytest.raises(CannotKeepSource) as nothing:
        open_source(person=owner, address=f"{site.face.url}/weg", **told)
    assert nothing.value.is_address
    with pytest.raises(CannotKeepSource, match="kein Feed"):
        add_source(person=owner, channel=forum, wish=SourceWish(), now=NOW)
    with pytest.raises(PermissionDenied):
        open_source(person=new_person("author"), address=f"{site.face.url}/feed", **told)
    assert not IdeaSource.objects.exists()
    assert not Channel.objects.filter(account__kind="feed").exists()


def test_a_draft_must_say_what_it_serves(open_it, owner):
    with pytest.raises(CannotKeepSource, match="welcher Zielvorgabe"):
        open_it(becomes="drafting")
    source = open_it()
    for wrong in ({"becomes": "drafting"}, {"paused_why": "flood"}, {"paused_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdeaSource.objects.filter(pk=source.pk).update(**wrong)


def test_s0_34_the_screen_adds_the_own_website_pauses_and_takes_out_with_undo(site, client_of, owner, look):
    client = client_of(owner)
    assert "Noch kein Feed bringt Ideen" in words(client.get(PAGE))
    typed = {"address": f"{site.face.url}/neues.html", "name": "", "becomes": "idea", "newest": "0", "serves_key": ""}
    added = client.post(f"{PAGE}add/", typed, follow=True)
    assert "Haus &amp; Hof" in words(added)
    source = IdeaSource.objects.get()
    paused = client.post(f"{PAGE}{source.pk}/pause/", follow=True)
    assert "pausiert" in words(paused)
    client.post(offer(paused))
    assert IdeaSource.objects.get().paused_at is None
    client.post(f"{PAGE}{source.pk}/pause/", follow=True)
    assert IdeaSource.objects.get().paused_why == "person"
    client.post(offer(client.post(f"{PAGE}{source.pk}/resume/", follow=True)))
    assert IdeaSource.objects.get().paused_why == "person"
    gone = client.post(f"{PAGE}{source.pk}/remove/", follow=True)
    assert "Noch kein Feed bringt Ideen" in words(gone)
    client.post(offer(gone))
    assert len(source_rows(owner.workspace)) == 1
    assert AuditRow.objects.filter(verb="editorial.source.undone").count() == 3


def test_an_address_without_a_feed_keeps_what_was_typed(site, client_of, owner):
    typed = {"address": f"{site.face.url}/weg", "name": "Partner", "becomes": "idea", "newest": "3", "serves_key": ""}
    answer = client_of(owner).post(f"{PAGE}add/", typed)
    assert (answer.status_code, 'value="Partner"' in answer.content.decode()) == (422, True)
    assert "Feed" in words(answer)
    empty = client_of(owner).post(f"{PAGE}add/", typed | {"address": ""})
    assert "Sagen Sie, welcher Feed" in words(empty)


def test_who_may_not_connect_chooses_among_feeds_that_are_read(site, open_it, client_of, new_person, owner):
    source = open_it()
    remove_source(person=owner, source=source, now=NOW)
    author = client_of(new_person("author"))
    seen = author.get(PAGE).content.decode()
    assert ('name="address"' in seen, "Deichblick" in seen) == (False, True)
    typed = {"channel": str(source.channel_id), "becomes": "idea", "newest": "0", "serves_key": ""}
    assert "wird gelesen" in words(author.post(f"{PAGE}add/", typed, follow=True))
    assert author.post(f"{PAGE}add/", typed).status_code == 422


def test_a_feed_that_was_disconnected_says_so(open_it, owner, client_of):
    source = open_it()
    disconnect_account(person=owner, account=source.channel.account, now=NOW)
    assert "nicht mehr verbunden" in words(client_of(owner).get(PAGE))


def test_another_workspace_sees_nothing_of_it(open_it, new_person, client_of):
    source = open_it()
    stranger = new_person("owner", slug="other")
    assert client_of(stranger).post(f"/w/other/calendar/feeds/{source.pk}/pause/").status_code == 404
    assert source_rows(stranger.workspace) == []


def test_a_feed_has_no_mouth_so_nobody_is_asked_to_write_for_it(open_it, owner, forum):
    open_it()
    here = owner.workspace
    assert [one.name for one in writable_channels(here)] == [forum.name]
    assert [one.channel.name for one in drafts_of(here, None)] == [forum.name]
    assert [one.channel.name for one in slots_by_channel(here)] == [forum.name]
    assert [one.name for one in choices_of(here).channels] == [forum.name]
    assert [one.name for one in link_choices(here).channels] == [forum.name]


def test_a_table_of_planned_posts_brings_none_to_a_feed(open_it, owner, forum, client_of):
    feed = open_it().channel
    table = f"date,text,network\n2099-10-12 09:30,Hallo,{feed.name}\n2099-10-12 10:30,Hallo,{forum.name}\n"
    run = choose_posts(person=owner, name="plan.csv", parts=[table.encode()], now=NOW)
    assert {channel for one in post_sheet(run, NOW).posts for channel in one.channels} == {forum}
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/")
    assert {name for _pk, name in page.context["form"].fields["network_0"].choices[1:]} == {forum.name}
