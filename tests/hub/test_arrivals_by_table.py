"""What people did who came by our links, told in a table: looked at, taken in, counted, taken out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from allmende.channels.actions import (
    CannotImportArrivals,
    choose_arrivals,
    drop_arrivals,
    import_arrivals,
    make_link,
    record_arrivals,
    undo_arrivals,
)
from allmende.channels.models import ArrivalUpload, LinkArrival, TrackedLink
from allmende.channels.queries import ArrivalSheet, arrival_sheet
from allmende.connectors.webhook.inbound import Arrival
from allmende.hub.queries import link_board
from allmende.team.models import Person

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def link(owner) -> TrackedLink:
    return make_link(person=owner, now=NOW - timedelta(days=9), target="https://example.org/shop", name="Zum Laden")


@pytest.fixture
def choose(owner):
    def run(table: str, encoding: str = "utf-8") -> ArrivalUpload:
        return choose_arrivals(person=owner, name="laden.csv", parts=[table.encode(encoding)], now=NOW)

    return run


def rows(link: TrackedLink, *told: str, head: str = "code;behaviour;time;person") -> str:
    return "".join(f"{line}\n" for line in (head, *(one.replace("CODE", link.code) for one in told)))


def looked_at(upload: ArrivalUpload) -> ArrivalSheet:
    return arrival_sheet(upload, NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_s3_22_a_german_table_tells_what_was_done_after_the_arrival(owner, link, choose, encoding):
    table = rows(
        link, "CODE;angekommen;20.11.2026 09:30;p-1", f"https://allmende.example/l/{link.code};Kauf;20.11.2026 10:05;p-1",
        "CODE;verlängert;21.11.2026 10:05;", head="Kurzlink;Verhalten;Zeitpunkt;Personenschlüssel",
    )  # fmt: skip
    upload = import_arrivals(person=owner, upload=choose(table, encoding), now=NOW)
    assert (upload.made, upload.known, upload.refused) == (3, 0, 0)
    came, bought, renewed = LinkArrival.objects.order_by("occurred_at")
    assert [came.act, bought.act, renewed.act] == ["arrived_from_link", "bought", "renewed"]
    assert came.occurred_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert came.actor == bought.actor and came.actor and renewed.actor is None
    board = link_board(link, NOW)
    assert (board.row.arrived, board.row.completed) == (1, 2)
    assert dict(board.acts) == {"arrived_from_link": 1, "bought": 1, "renewed": 1}
    assert board.has_other_deeds


def test_s3_22_a_time_at_the_edge_of_the_calendar_is_none(link, choose):
    table = rows(link, "CODE;bought;0001-01-01T00:00:00+02:00;1", "CODE;bought;9999-12-31T23:59:59-02:00;1")
    assert [(one.line, one.reason_code) for one in looked_at(choose(table)).left_out] == [
        (2, "bad_time"),
        (3, "bad_time"),
    ]


def test_s3_22_each_row_that_cannot_count_says_why(link, choose):
    table = rows(
        link, "CODE;bought;2026-11-20 10:00;1", "zzzzzzz;bought;2026-11-20 10:00;1", ";bought;2026-11-20 10:00;1",
        "CODE;tanzte;2026-11-20 10:00;1", "CODE;;2026-11-20 10:00;1", "CODE;Klick;2026-11-20 10:00;1",
        "CODE;bought;32.11.2026;1", "CODE;bought;;1", "CODE;bought;2027-01-01 10:00;1", "CODE;bought;2026-01-01 10:00;1",
        "CODE;bought;2026-11-20 10:00;anne@example.org", f"CODE;bought;2026-11-20 10:00;{'9' * 256}",
    )  # fmt: skip
    sheet = looked_at(choose(table))
    assert len(sheet.arrivals) == 1
    assert [(row.line, row.reason_code) for row in sheet.left_out] == [
        (3, "unknown_code"), (4, "no_code"), (5, "unknown_act"), (6, "no_act"), (7, "click"), (8, "bad_time"),
        (9, "no_time"), (10, "to_come"), (11, "before_link"), (12, "names_somebody"), (13, "too_long"),
    ]  # fmt: skip


def test_s3_22_a_doubled_row_counts_once_in_a_table_and_over_tables(owner, link, choose):
    table = rows(
        link, "CODE;bought;2026-11-20 10:00;1", "CODE;bought;2026-11-20 10:00;1", "CODE;bought;2026-11-20 10:00;2"
    )
    first = import_arrivals(person=owner, upload=choose(table), now=NOW)
    assert (first.made, first.known) == (2, 1)
    again = choose(table + f"{link.code};bought;2026-11-20 11:00;1\n")
    assert (len(looked_at(again).arrivals), looked_at(again).known) == (1, 3)
    assert import_arrivals(person=owner, upload=again, now=NOW).made == 1
    assert LinkArrival.objects.count() == 3


def test_an_event_told_by_call_and_by_table_counts_once(owner, link, choose):
    told = [Arrival("order-17", link.code, "completed_on_site", NOW - timedelta(days=1))]
    record_arrivals(workspace=owner.workspace, arrivals=told, now=NOW)
    table = rows(
        link,
        "CODE;completed;2026-11-24;;order-17",
        "CODE;completed;2026-11-24;;order-18",
        head="code;act;date;person;id",
    )
    assert looked_at(choose(table)).known == 1


def test_undo_takes_the_whole_table_out_and_nothing_else(owner, link, choose):
    kept = import_arrivals(person=owner, upload=choose(rows(link, "CODE;bought;2026-11-20 10:00;1")), now=NOW)
    upload = import_arrivals(person=owner, upload=choose(rows(link, "CODE;bought;2026-11-21 10:00;1")), now=NOW)
    undone = undo_arrivals(person=owner, upload=upload, now=NOW)
    assert undone.state == "undone"
    assert [one.upload_id for one in LinkArrival.objects.all()] == [kept.pk]
    with pytest.raises(CannotImportArrivals, match=r"\.$"):
        undo_arrivals(person=owner, upload=upload, now=NOW)
    again = choose(rows(link, "CODE;bought;2026-11-21 10:00;1"))
    assert import_arrivals(person=owner, upload=again, now=NOW).made == 1


def test_the_key_of_a_person_is_not_kept_and_differs_between_sites(owner, link, choose):
    other = make_link(person=owner, now=NOW - timedelta(days=9), target="https://example.net/", name="Woanders")
    table = rows(link, "CODE;bought;2026-11-20 10:00;kunde-4711", f"{other.code};bought;2026-11-20 10:00;kunde-4711")
    import_arrivals(person=owner, upload=choose(table), now=NOW)
    assert len({one.actor for one in LinkArrival.objects.all()}) == 2
    assert not any("4711" in str(value) for one in LinkArrival.objects.all() for value in vars(one).values())


def test_links_of_another_workspace_are_unknown(link, choose, new_person):
    stranger = new_person("owner", slug="other")
    table = rows(link, "CODE;bought;2026-11-20 10:00;1").encode()
    upload = choose_arrivals(person=stranger, name="laden.csv", parts=[table], now=NOW)
    assert [row.reason_code for row in looked_at(upload).left_out] == ["unknown_code"]
    with pytest.raises(CannotImportArrivals):
        import_arrivals(person=stranger, upload=upload, now=NOW)


@pytest.mark.parametrize("content", ["", "nur ein Wort", "PK\x03\x04", "\x00\x01,\x00"])
def test_what_is_no_table_is_told_and_leaves_nothing(choose, content):
    with pytest.raises(CannotImportArrivals, match=r"\.$"):
        choose(content)
    assert not ArrivalUpload.objects.exists()


def test_a_table_is_taken_in_or_dropped_once(owner, link, choose):
    upload = choose(rows(link, "CODE;bought;2026-11-20 10:00;1"))
    drop_arrivals(person=owner, upload=upload)
    for late in (import_arrivals, lambda **given: drop_arrivals(person=given["person"], upload=given["upload"])):
        with pytest.raises(CannotImportArrivals):
            late(person=owner, upload=upload, now=NOW)


def test_the_screens_from_upload_to_undo(owner: Person, link):
    client = Client(HTTP_ACCEPT_LANGUAGE="de")
    client.force_login(owner.user)
    base = f"/w/{owner.workspace.slug}/links/arrivals/"
    assert client.get(base).status_code == 200
    assert client.post(base, {}).status_code == 422
    day = timezone.localdate().isoformat()
    TrackedLink.objects.update(created_at=timezone.now() - timedelta(days=3))
    table = rows(link, f"CODE;Anmeldung;{day} 00:00;p-1", f"CODE;Klick;{day} 00:00;p-2")
    answer = client.post(base, {"file": SimpleUploadedFile("laden.csv", table.encode())})
    page = client.get(answer["Location"]).content.decode()
    assert "Zum Laden" in page and "1 Zeile wird ausgelassen" in page and "kein Ergebnis" in page
    form = client.get(answer["Location"]).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert client.post(answer["Location"], given | {"column_code": "nichts"}).status_code == 422
    assert client.post(answer["Location"], given | {"step": "look"}).status_code == 303
    assert not LinkArrival.objects.exists()
    done = client.post(answer["Location"], given | {"step": "start"}, follow=True)
    assert LinkArrival.objects.get().act == "registered_event"
    assert re.search(rf"{base}[0-9a-f-]+/undo/", done.content.decode())
    client.post(f"{answer['Location']}undo/")
    assert not LinkArrival.objects.exists()
    other = client.post(base, {"file": SimpleUploadedFile("laden.csv", table.encode())})
    client.post(f"{other['Location']}drop/")
    assert ArrivalUpload.objects.count() == 1
