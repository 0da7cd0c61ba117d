"""Screens of the channels: what they say, what they let people do, what they cost."""

import json
from datetime import timedelta
from html import unescape

import pytest

from allmende.channels.actions import choose_channel, declare_hold, import_file
from allmende.channels.catalogue import NETWORKS
from allmende.channels.models import Channel, Dispatch, Hold, ImportRun
from allmende.channels.queries import login_of


@pytest.fixture
def visit(owner, client_of):
    client = client_of(owner)

    def go(path, data=None, **more):
        address = f"/w/{owner.workspace.slug}/channels/{path}"
        return client.post(address, data, **more) if data is not None else client.get(address, **more)

    return go


@pytest.fixture
def troubled(world):
    """One dispatch in every state a person may meet."""
    sent = world.post("Angekommen.")
    world.send()
    world.plant("send", "error_after", times=1)
    unclear = world.post("Unklar.")
    world.send()
    refused = world.post("x" * 6_000)
    world.pass_time(seconds=31)
    world.send()
    declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Störung", now=world.now)
    held = world.post("Angehalten.")
    world.send()
    waiting = world.post("Später.", send_after=world.now + timedelta(days=1))
    return {"sent": sent, "unclear": unclear, "refused": refused, "held": held, "waiting": waiting}


def test_an_empty_house_says_where_to_begin(visit):
    assert "Übungsnetz" in visit("").content.decode()
    assert visit("queue/").status_code == 200
    assert "allmende import" in visit("imports/").content.decode()


def test_the_list_shows_the_proofs_and_the_stop(visit, troubled, world):
    world.says("Karl Ott", "Frage?")
    world.collect()
    page = visit("").content.decode()
    assert "Forum" in page
    assert "Störung" in page


def test_the_queue_shows_every_state_and_its_log(visit, troubled):
    page = visit("queue/").content.decode()
    for dispatch in troubled.values():
        assert f"d-{dispatch.public_id}" in page
    assert "500" in page


def test_a_person_settles_releases_and_takes_back(visit, troubled, client_of, owner):
    def let_go(name, kind):
        at = f"/w/{owner.workspace.slug}/calendar/again/"
        answer = client_of(owner).post(at, {"picked": str(troubled[name].public_id), "kind": kind})
        return answer.status_code, Dispatch.objects.get(pk=troubled[name].pk).state

    def after(name, verb, **data):
        answer = visit(f"queue/{troubled[name].public_id}/{verb}/", data)
        assert answer.status_code == 303
        return Dispatch.objects.get(pk=troubled[name].pk).state

    assert after("unclear", "settle", was_sent="yes") == "sent"
    assert let_go("refused", "again") == (303, "waiting")
    assert let_go("held", "release") == (422, "held")  # the stop still stands
    visit(f"stop/{Hold.objects.get().pk}/end/", {})
    assert let_go("held", "release") == (303, "waiting")
    assert after("waiting", "withdraw") == "withdrawn"


def test_a_stop_without_reason_is_answered_with_the_remedy_and_keeps_what_was_typed(visit, world):
    answer = visit("stop/", {"channel": str(world.channel.pk), "reason": "", "includes_replies": "on"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "warum" in page
    assert f'value="{world.channel.pk}" selected' in page
    assert visit("stop/", {"reason": "Umbau"}).status_code == 302
    assert Hold.objects.get().reason == "Umbau"


def test_a_channel_is_connected_or_the_field_says_what_is_wrong(visit, world):
    answer = visit("connect/sandbox/", {"name": "Zweites", "slug": "forum", "kind": "own_forum"})
    assert answer.status_code == 422
    assert 'value="Zweites"' in answer.content.decode()
    answer = visit("connect/sandbox/", {"name": "Zweites", "slug": "zweites", "kind": "own_forum"})
    assert answer.status_code == 422  # the practice network does not run in this data folder
    assert 'value="zweites"' in answer.content.decode()
    assert Channel.objects.count() == 1


@pytest.mark.parametrize("kind", sorted(kind for kind, words in NETWORKS.items() if words.needed))
def test_whoever_connects_a_network_reads_there_how_it_is_prepared(visit, kind):
    page, login = unescape(visit(f"connect/{kind}/").content.decode()), login_of(kind)
    for told in (*map(str, NETWORKS[kind].steps), *login.permissions):
        assert told in page
    asked = "http://testserver/w/lotsenforum/channels/connect/back/"
    assert (asked in page) is login.has_application
    assert ".md" not in page
    if login.has_application:
        assert NETWORKS[kind].steps, "nobody says where the application is made"
    assert {"", *login.others} == {"", *NETWORKS[kind].ways}
    for way, other in login.others.items():
        page = unescape(visit(f"connect/{kind}/?way={way}").content.decode())
        for told in (*map(str, NETWORKS[kind].ways[way].steps), *other.permissions):
            assert told in page
        assert (asked in page) is other.has_application
        assert NETWORKS[kind].ways[way].steps or not other.has_application


def test_an_import_shows_its_refused_rows_and_is_undone(visit, owner, now, tmp_path):
    path = tmp_path / "past.jsonl"
    row = {"message_id": "1", "thread_id": "1", "author": "a", "created_at": "2024-01-01", "text": "Hallo."}
    path.write_text(json.dumps(row) + "\n{kaputt\n", encoding="utf-8")
    channel = choose_channel(
        person=owner, name="Archiv", slug="archiv", kind="archive", account=None, now=now, mark="A"
    )
    run = import_file(person=owner, channel=channel, path=path, now=now)
    assert "past.jsonl" in visit("imports/").content.decode()
    assert "{kaputt" in visit(f"imports/{run.pk}/").content.decode()
    visit(f"imports/{run.pk}/undo/", {})
    assert ImportRun.objects.get().state == "undone"


@pytest.mark.parametrize("number", [3, 30])
@pytest.mark.parametrize("page", ["", "queue/"])
def test_lists_cost_the_same_queries_however_long(world, visit, page, number, django_assert_max_num_queries):
    for n in range(number):
        world.post(f"Beitrag {n}", send_after=world.now + timedelta(days=1))
    visit(page)
    with django_assert_max_num_queries(12):
        assert visit(page).status_code == 200


def test_the_tabs_lead_to_the_members_for_whoever_may_know_them(world, client_of, new_person) -> None:
    address = f"/w/{world.owner.workspace.slug}/"
    link = f'href="{address}members/"'
    assert link in client_of(world.owner).get(f"{address}channels/queue/").content.decode()
    assert link not in client_of(new_person("observer")).get(f"{address}channels/queue/").content.decode()


def test_s3_19_every_presence_is_listed_with_its_owner_and_its_state(new_world, new_person, client_of) -> None:
    from allmende.channels.actions import pause_channel
    from allmende.team.actions import make_responsible, save_unit

    open_one, quiet = new_world(slug="offen"), new_world(slug="still")
    owner, now = open_one.owner, open_one.now
    by = {"person": owner, "now": now}
    unit = save_unit(unit=None, kind="working_group", name="Lotsenrunde", lead=owner, members=[owner], **by)
    make_responsible(kind="channel", key=str(open_one.channel.pk), label="Offen", unit=unit, **by)
    pause_channel(person=owner, channel=quiet.channel, now=now)
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/channels/").content.decode()
    first, second = page.split('id="c-offen"')[1], page.split('id="c-still"')[1]
    assert "geöffnet" in first.split("</li>")[0] and "Lotsenrunde" in first.split("</dl>")[0]
    assert (
        "pausiert" in second.split("</p>")[0]
        and "noch niemand benannt; bis dahin Jana Petersen" in second.split("</dl>")[0]
    )
    assert "hört, und nichts geht hinaus" in second.split("</li>")[0] and "Wieder öffnen" in second.split("</li>")[0]
    owner.left_at = now
    owner.save(update_fields=["left_at"])
    left = client_of(new_person("lead")).get(f"/w/{owner.workspace.slug}/channels/").content.decode()
    assert "noch niemand" in left.split('id="c-still"')[1].split("</dl>")[0] and "bis dahin" not in left


def test_a_card_whose_queue_only_needs_somebody_does_not_begin_with_nothing(world, client_of) -> None:
    from allmende.channels.actions import hand_over, send_due

    hand_over(
        person=world.owner, channel=world.channel, kind="post", text="Lose.", now=world.now, send_after=world.now,
        send_before=world.now + timedelta(minutes=5),
    )  # fmt: skip
    send_due(now=world.now + timedelta(days=3))
    page = client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/").content.decode()
    assert '/channels/queue/">1 braucht jemanden</a>' in page
