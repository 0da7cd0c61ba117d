"""A file on its way in: looked at before, watched while, stopped, taken up and undone after."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.channels.actions import import_due
from allmende.channels.models import Channel, ImportRun, Message
from allmende.channels.queries import placed_folder, uploads_folder

TABLE = "Verfasser;Datum;Nachricht;Thema\nKäthe;27.01.2015 20:09;Größe?;Mühle\nRobo;28.01.2015 09:30;Piep.;Mühle\nJörg;gestern;Fein.;Mühle\n"


@pytest.fixture
def visit(owner, client_of):
    client = client_of(owner)

    def go(path, data=None, **more):
        address = path if path.startswith("/") else f"/w/{owner.workspace.slug}/channels/imports/{path}"
        return client.post(address, data, **more) if data is not None else client.get(address, **more)

    return go


@pytest.fixture
def upload(visit):
    def send(content=TABLE, name="alt.csv", **more):
        body = content.encode() if isinstance(content, str) else content
        return visit("new/", {"file": SimpleUploadedFile(name, body), **more})

    return send


def text(answer):
    return answer.content.decode()


def wishes(page_form, **more):
    """What the shown form would send, with other wishes."""
    given = {name: page_form[name].value() for name in page_form.fields}
    return {name: value for name, value in (given | more).items() if value not in (None, [])}


def test_a_table_is_looked_at_mapped_read_watched_and_undone(visit, upload, now):
    answer = upload()
    run = ImportRun.objects.get()
    assert answer["Location"].endswith(f"{run.pk}/prepare/")
    assert (run.state, run.channel.slug, run.channel.kind) == ("chosen", "alt", "archive")
    page = visit(answer["Location"])
    shown = text(page)
    for words in ("Größe?", "Käthe", "Mühle", "gestern", "Robo (1)"):
        assert words in shown
    form = page.context["form"]
    assert (form["column_author"].value(), form["zone"].value()) == ("Verfasser", "Europe/Berlin")
    assert not Message.objects.exists()

    looked = visit(answer["Location"], wishes(form, bots=["Robo"], zone="UTC", step="look"))
    assert looked.status_code == 302
    again = visit(answer["Location"])
    assert "21:09" in text(again)  # told in the workspace's time
    begun = visit(answer["Location"], wishes(again.context["form"], step="start"))
    assert begun["Location"].endswith(f"{run.pk}/")
    assert "data-poll" in text(visit(begun["Location"]))
    assert import_due(now=now) == 1
    run.refresh_from_db()
    assert (run.state, run.new, run.refused) == ("done", 2, 1)
    assert dict(Message.objects.values_list("identity__name", "author_class")) == {"Käthe": "member", "Robo": "bot"}
    assert Message.objects.get(author_class="member").occurred_at.hour == 20
    page = text(visit(begun["Location"]))
    assert "data-poll" not in page
    assert "gestern" in page
    visit(f"{run.pk}/undo/", {})
    assert not Message.objects.exists()
    assert not Path(run.path).exists()


def test_columns_that_cannot_be_right_are_told_and_kept(visit, upload):
    upload("wer;wann;was\nKäthe;27.01.2015;Hallo\n")
    run = ImportRun.objects.get()
    page = visit(f"{run.pk}/prepare/")
    assert page.status_code == 200
    form = page.context["form"]
    answer = visit(
        f"{run.pk}/prepare/",
        wishes(form, column_author="wer", column_created_at="wann", column_text="was", step="look"),
    )
    assert answer.status_code == 302
    assert "Hallo" in text(visit(f"{run.pk}/prepare/"))
    answer = visit(f"{run.pk}/prepare/", wishes(form, column_author="niemand", step="look"))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "leer.csv"), (b"\x89PNG\r\n\x1a\n", "bild.png"), (b"PK\x03\x04kaputt", "kaputt.zip")]
)
def test_what_nobody_can_read_leaves_nothing_behind(upload, content, name):
    answer = upload(content, name)
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()
    assert not Channel.objects.exists()
    assert not list(uploads_folder().rglob(name))


def test_a_placed_file_is_chosen_and_stays_where_it_is(visit, owner):
    placed_folder().mkdir(exist_ok=True)
    path = placed_folder() / "groß.jsonl"
    path.write_text(
        json.dumps({"message_id": "1", "thread_id": "1", "author": "a", "created_at": "2024-01-01", "text": "x"})
    )
    try:
        answer = visit("new/", {"placed": "groß.jsonl", "name": "Alt"})
        assert answer.status_code == 302
        run = ImportRun.objects.get()
        assert run.format == "jsonl"
        assert visit("new/", {"placed": "../secret", "name": "Neu"}).status_code == 422
        assert visit(f"{run.pk}/drop/", {}).status_code == 302
        assert path.exists()
        assert not ImportRun.objects.exists()
    finally:
        path.unlink()


def test_nothing_chosen_is_told(visit):
    assert visit("new/", {}).status_code == 422
    assert visit("new/").status_code == 200


def test_stopping_and_going_on_by_buttons(visit, upload, now):
    upload()
    run = ImportRun.objects.get()
    visit(f"{run.pk}/prepare/", wishes(visit(f"{run.pk}/prepare/").context["form"], step="start"))
    visit(f"{run.pk}/stop/", {})
    assert import_due(now=now) == 0
    page = text(visit(f"{run.pk}/"))
    assert f"{run.pk}/continue/" in page
    visit(f"{run.pk}/continue/", {})
    assert import_due(now=now) == 1
    run.refresh_from_db()
    assert run.state == "done"
    assert visit(f"{run.pk}/prepare/").status_code == 302


def test_lists_cost_the_same_however_long(visit, upload, django_assert_max_num_queries):
    for n in range(12):
        upload(name=f"datei-{n}.csv")
    visit("")
    with django_assert_max_num_queries(12):
        page = visit("")
    assert "datei-11.csv" in text(page)
