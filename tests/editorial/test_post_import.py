"""Posts planned with other tools come in as drafts with their slots, and go out again."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.editorial.actions.import_posts import (
    CannotImportPosts,
    NobodyOnDuty,
    choose_posts,
    import_posts,
    undo_posts,
    wish_posts,
)
from allmende.editorial.actions.schedule_variant import settle_care
from allmende.editorial.models import CareOverride, ImportedPost, Item, PostImport, Variant
from allmende.editorial.queries import post_imports
from allmende.editorial.queries.post_imports import post_sheet, posts_folder, uncared_posts
from allmende.plan.models import WorkLink
from allmende.team import actions as team
from allmende.team.queries import default_hours
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture

SWAT = (
    "Datum;Uhrzeit;Kanal;Titel;Text;Link;Bild\n"
    "12.10.2026;09:30;Forum;Mühle;Wie mahlen Sie?;https://nordlicht.example/mahlen;https://nordlicht.example/a.png\n"
    "12.10.2026;9:30 Uhr;Forum;;;;\n"
    "32.10.2026;09:30;Forum;;Kein Tag;;\n"
    "01.10.2020;09:30;Forum;;Längst vorbei;;\n"
    "13.10.2026;10:00;Faxgerät;;Wohin?;;\n"
    "25.10.2026;02:30;Forum;;Doppelte Stunde;;\n"
    "28.03.2027;02:30;Forum;;Übersprungene Stunde;;\n"
)
BUFFER = 'Text,Image URL,Tags,Posting Time\n"Hello, all",https://x.example/a.png,tag,2026-10-12 09:30\n'
HOOTSUITE = '"12/10/2026 09:30","Hello, all","https://x.example/p"\n"13/10/2026 09:30","Again",""\n'
LATER = (
    "Caption,Media URL,Scheduled Date,Scheduled Time,Profile\nHello,https://x.example/a.png,2026-10-12,09:30 AM,Forum\n"
)


@pytest.fixture
def choose(owner, forum, now):
    def make(content, name="plan.csv", encoding="utf-8"):
        return choose_posts(person=owner, name=name, parts=[content.encode(encoding)], now=now)

    return make


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_german_table_becomes_drafts_with_slots(choose, owner, forum, now, encoding):
    run = choose(SWAT, encoding=encoding)
    sheet = post_sheet(run, now)
    assert [(row.line, row.reason_code) for row in sheet.left_out] == [
        (3, "no_text"), (4, "bad_date"), (5, "passed"), (8, "skipped"),
    ]  # fmt: skip
    assert [row.value for row in sheet.left_out[2:]] == ["1. Oktober 2020, 9:30", "28. März 2027, 2:30"]
    wish_posts(
        person=owner, post_import=run, now=now,
        wishes={"columns": dict(sheet.columns), "dates": sheet.dates, "channels": {"Forum": str(forum.pk), "Faxgerät": ""}, "serves_key": ""},
    )  # fmt: skip
    run = import_posts(person=owner, post_import=run, now=now)
    assert (run.made, run.known, run.refused) == (2, 0, 5)
    item = Item.objects.get(title="Mühle")
    variant = item.variants.get()
    assert (variant.state, variant.channel, variant.slot_wall, variant.slot_zone) == (
        "draft", forum, "2026-10-12T09:30", "Europe/Berlin",
    )  # fmt: skip
    assert variant.slot_at == datetime(2026, 10, 12, 7, 30, tzinfo=UTC)
    assert variant.text == "Wie mahlen Sie?\n\nhttps://nordlicht.example/mahlen"
    assert "a.png" in item.idea
    assert "plan.csv" in item.no_objective_reason
    assert not any(posts_folder().glob(run.path or "x"))


@pytest.mark.parametrize(("table", "texts"), [
    (BUFFER, ["Hello, all"]), (HOOTSUITE, ["Hello, all\n\nhttps://x.example/p", "Again"]), (LATER, ["Hello"]),
])  # fmt: skip
def test_tables_of_other_tools_are_known_by_their_columns(choose, owner, now, table, texts):
    run = import_posts(person=owner, post_import=choose(table), now=now)
    variants = Variant.objects.order_by("slot_at")
    assert [variant.text for variant in variants] == texts
    assert variants[0].slot_at == datetime(2026, 10, 12, 7, 30, tzinfo=UTC)
    assert run.refused == 0


def test_rows_that_say_the_same_at_the_same_time_are_one_item(choose, owner, forum, now):
    from allmende.channels.actions import choose_channel

    other = choose_channel(
        person=owner, name="Chat", slug="chat", kind="social_network", account=forum.account, now=now
    )
    run = choose(
        'date,text,network\n2026-10-12 09:30,Hello,Forum\n2026-10-12 09:30,Hello,chat\n2026-10-12 09:30,Bye,"Forum, Chat"\n'
    )
    import_posts(person=owner, post_import=run, now=now)
    assert Item.objects.count() == 2
    assert set(Variant.objects.values_list("channel", flat=True)) == {forum.pk, other.pk}
    assert Variant.objects.count() == 4


def test_the_same_table_twice_adds_nothing_and_is_undone_whole(choose, owner, now):
    first = import_posts(person=owner, post_import=choose(HOOTSUITE), now=now)
    again = import_posts(person=owner, post_import=choose(HOOTSUITE), now=now)
    assert (again.made, again.known) == (0, 2)
    undo_posts(person=owner, post_import=first, now=now)
    assert not Item.objects.exists()
    assert not ImportedPost.objects.exists()
    with pytest.raises(CannotImportPosts):
        undo_posts(person=owner, post_import=first, now=now)
    assert import_posts(person=owner, post_import=choose(HOOTSUITE), now=now).made == 2


def test_what_somebody_changed_since_stays(choose, owner, now):
    run = import_posts(person=owner, post_import=choose(HOOTSUITE), now=now)
    Variant.objects.filter(text="Again").update(revision=2, text="Again!")
    undone = undo_posts(person=owner, post_import=run, now=now)
    assert undone.kept == 1
    assert [variant.text for variant in Variant.objects.all()] == ["Again!"]


@pytest.mark.parametrize("content", ["", "nur ein Wort", "PK\x03\x04", "\x00\x01,\x00"])
def test_what_is_no_table_is_told_and_leaves_nothing(choose, content):
    with pytest.raises(CannotImportPosts) as caught:
        choose(content)
    assert str(caught.value).endswith(".")
    assert not PostImport.objects.exists()


def test_the_screens_from_upload_to_undo(owner, forum, client_of):
    client, base = client_of(owner), f"/w/{owner.workspace.slug}/calendar/import/"
    assert client.get(base).status_code == 200
    assert client.post(base, {}).status_code == 422
    table = "Datum,Uhrzeit,Text\n2099-10-12,09:30,Hallo Größe\n2099-10-13,,\n"
    answer = client.post(base, {"file": SimpleUploadedFile("plan.csv", table.encode())})
    page = client.get(answer["Location"])
    assert "Hallo Größe" in page.content.decode()
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert client.post(answer["Location"], given | {"column_text": "nichts"}).status_code == 422
    assert client.post(answer["Location"], given | {"step": "look"}).status_code == 302
    assert not Item.objects.exists()
    done = client.post(answer["Location"], given | {"step": "start"}, follow=True)
    assert done.status_code == 200
    assert Item.objects.get().title == "Hallo Größe"
    client.post(f"{answer['Location']}undo/")
    assert not Item.objects.exists()
    other = client.post(base, {"file": SimpleUploadedFile("plan.csv", table.encode())})
    client.post(f"{other['Location']}drop/")
    assert PostImport.objects.count() == 1


def test_all_may_serve_one_objective_of_the_plan_in_force(choose, owner, client_of, write_plan, now):  # noqa: F811
    objective = write_plan(publish=True).objective
    run, client = choose(HOOTSUITE.replace("2026", "2099")), client_of(owner)
    address = f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/"
    page = client.get(address)
    assert objective.short_name in page.content.decode()
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"serves_key": objective.key, "step": "start"}
    assert client.post(address, given).status_code == 302
    assert set(Item.objects.values_list("serves_key", "no_objective_reason")) == {(objective.key, "")}


def test_a_row_names_the_objective_it_serves_by_code_or_name(choose, owner, client_of, write_plan, now):  # noqa: F811
    objective = write_plan(publish=True).objective
    table = (
        "Datum;Uhrzeit;Text;Ziel\n"
        f"12.10.2099;09:30;Eins;{objective.code.lower()}\n"
        f"13.10.2099;09:30;Zwei;{objective.code}: {objective.short_name}\n"
        "14.10.2099;09:30;Drei;\n"
        "15.10.2099;09:30;Vier;Ruhm\n"
        "16.10.2099;09:30;Fünf;–\n"
    )
    run, client = choose(table), client_of(owner)
    assert [(row.line, row.reason_code, row.value) for row in post_sheet(run, now).left_out] == [
        (5, "no_objective", "Ruhm"), (6, "no_objective", "–"),
    ]  # fmt: skip
    address = f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/"
    page = client.get(address)
    assert f"<td>{objective.code} {objective.short_name}</td>" in page.content.decode()
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"step": "start"}
    assert client.post(address, given).status_code == 302
    serves = {"Eins": objective.key, "Zwei": objective.key, "Drei": ""}
    assert dict(Item.objects.values_list("title", "serves_key")) == serves
    assert set(Item.objects.values_list("serves_key", "no_objective_reason")) == {
        (objective.key, ""), ("", "Übernommen aus plan.csv, noch nicht zugeordnet."),
    }  # fmt: skip
    assert list(WorkLink.objects.filter(ref=str(run.pk)).values_list("key", flat=True)) == [objective.key]


def test_a_name_of_several_objectives_names_none_and_a_code_goes_before_a_name(monkeypatch):
    told = (("mehr-eins", "Z1", "Mehr"), ("mehr-zwei", "Z2", "mehr!"), ("drei", "Z3", "Z1"))
    rows = [SimpleNamespace(key=key, code=code, short_name=name) for key, code, name in told]
    monkeypatch.setattr(post_imports, "objectives_in_force", lambda _workspace: rows)
    found = post_imports._objectives(None)
    assert "mehr" not in found
    assert [found[word].key for word in ("z1", "z2mehr", "z3", "mehrzwei")] == [
        "mehr-eins", "mehr-zwei", "drei", "mehr-zwei",
    ]  # fmt: skip


def test_equal_rows_that_name_different_objectives_say_so_per_row(choose, owner, client_of, monkeypatch, now):
    told = (("eins", "Z1", "Wissen"), ("zwei", "Z2", "Helfen"))
    rows = {code.lower(): SimpleNamespace(key=key, code=code, short_name=name) for key, code, name in told}
    monkeypatch.setattr(post_imports, "_objectives", lambda _workspace: rows)
    equal = [f"2099-12-07 13:00,Gleich,{code}" for code in ("", "Z1", "Z2", "z1", "Z2")]
    run = choose("date,text,objective\n" + "\n".join([*equal, "2099-12-08 13:00,Anders,Z2"]) + "\n")
    first, second = post_sheet(run, now).posts
    assert (first.objective.code, first.others) == ("Z1", ((4, "Z2 Helfen"), (6, "Z2 Helfen")))
    assert (second.objective.code, second.others) == ("Z2", ())
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/").content.decode()
    words = "sagt dasselbe für die Zielvorgabe „Z2 Helfen“: Ein Entwurf dient nur einer, der hier gezeigten."
    assert f"Zeile 4 {words}" in page and f"Zeile 6 {words}" in page


def test_five_hundred_rows_take_few_questions(choose, owner, now, django_assert_max_num_queries):
    table = "date,text\n" + "".join(
        f"2026-11-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d},Beitrag {n}\n" for n in range(500)
    )
    run = choose(table)
    with django_assert_max_num_queries(45):  # wide rows go in several batches
        run = import_posts(person=owner, post_import=run, now=now)
    assert run.made == 500


@pytest.fixture
def uncared(owner, now):
    """From tomorrow on somebody is needed in the usual hours, and nobody has duty."""
    team.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 8), now=now
    )


def test_i_19_rows_without_duty_are_named_and_come_in_knowingly_only(choose, owner, forum, uncared, now):
    run = choose(SWAT)
    posts = {post.key: post.title for post in post_sheet(run, now).posts}
    lacks = {
        posts[key]: one[0].hours for key, one in uncared_posts(owner.workspace, post_sheet(run, now).posts).items()
    }
    # The night of the change of clocks lies outside the hours, and nobody is there in the first hour.
    assert lacks["Mühle"] == "9:30 bis 13:30 Uhr" and set(lacks) == set(posts.values())
    with pytest.raises(NobodyOnDuty, match=r"\.$"):
        import_posts(person=owner, post_import=run, now=now)
    assert not Item.objects.exists()
    import_posts(person=owner, post_import=run, now=now, knowingly=" Die Pressestelle liest mit. ")
    bears = CareOverride.objects.get(variant__item__title="Mühle")
    assert (bears.variant.item.title, bears.person, bears.reason) == ("Mühle", owner, "Die Pressestelle liest mit.")
    assert bears.until - bears.slot_at == timedelta(hours=4)


def test_s2_02_what_came_in_knowingly_is_scheduled_without_a_second_reason(choose, owner, forum, uncared, now):
    run = import_posts(person=owner, post_import=choose(HOOTSUITE), now=now, knowingly="Die Presse liest mit.")
    for variant in Variant.objects.select_related("item"):
        settle_care(owner, variant, variant.slot_at, now)
    assert run.made == CareOverride.objects.filter(ended_at__isnull=True).count() == 2


def test_the_preview_warns_of_rows_without_duty_and_asks_why(owner, forum, client_of, now):
    team.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2099, 10, 1), now=now
    )
    client, base = client_of(owner), f"/w/{owner.workspace.slug}/calendar/import/"
    table = "Datum,Uhrzeit,Text\n2099-09-28,09:30,Davor\n2099-10-12,09:30,Hallo Größe\n"
    address = client.post(base, {"file": SimpleUploadedFile("plan.csv", table.encode())})["Location"]
    page = client.get(address)
    assert page.content.decode().count("Niemand hat Dienst: 12. Oktober 2099") == 1
    given = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields} | {"step": "start"}
    refused = client.post(address, given)
    assert refused.status_code == 422 and 'id="id_knowingly_error"' in refused.content.decode()
    assert not Item.objects.exists()
    assert client.post(address, given | {"knowingly": "Die Presse liest mit."}).status_code == 302
    assert (Item.objects.count(), CareOverride.objects.count()) == (2, 1)


def test_a_row_without_a_time_of_day_is_left_out_and_never_put_at_midnight(choose, forum, now):
    sheet = post_sheet(choose("Datum;Text\n09.12.2026;Nur ein Tag\n10.12.2026;Auch\n"), now)
    assert not sheet.posts
    assert [(row.reason_code, row.value) for row in sheet.left_out] == [
        ("no_time", "09.12.2026"), ("no_time", "10.12.2026"),
    ]  # fmt: skip
    sheet = post_sheet(choose("date;text\n09 DEC 2026;Short\n10 OCT 2026;Shouted\n"), now)
    assert [row.reason_code for row in sheet.left_out] == ["no_time", "no_time"]
    sheet = post_sheet(
        choose("date,time,text\n2026-12-09,,Day\n2026-12-09,00:00,Midnight\n2026-12-09T07:30,,ISO\n"), now
    )
    assert [row.line for row in sheet.left_out] == [2]
    assert [f"{post.wall:%H:%M}" for post in sheet.posts] == ["00:00", "07:30"]


def test_a_text_cut_at_its_own_separator_is_left_out_and_not_said_half(choose, forum, now):
    sheet = post_sheet(
        choose("date,text,network\n2026-12-09 10:00,Hello, all of you,Forum\n2026-12-09 11:00,Whole,,\n"), now
    )
    assert [(row.line, row.reason_code, row.value) for row in sheet.left_out] == [(2, "too_many_cells", "3")]
    assert [post.text for post in sheet.posts] == ["Whole"]


@pytest.mark.parametrize(("content", "words"), [
    ("PK\x03\x04[Content_Types].xml", "Arbeitsmappe"), ("Datum;Text\n", "keine Zeile"),
    ('date;text\n2026-12-09 10:00;"never closed\n2026-12-10 10:00;next\n', "In der Zeile 2 "),
])  # fmt: skip
def test_each_table_nobody_can_read_says_what_to_do(choose, content, words):
    with pytest.raises(CannotImportPosts, match=words):
        choose(content)
    assert not PostImport.objects.exists()


def test_the_line_in_which_a_spreadsheet_names_its_separator_is_no_row(choose, forum, now):
    sheet = post_sheet(choose("sep=;\r\nDatum;Text\r\n09.12.2026 10:00;Hallo, alle\r\n"), now)
    assert [(post.line, post.text) for post in sheet.posts] == [(3, "Hallo, alle")]


def test_two_columns_of_one_name_can_both_be_chosen(choose, owner, forum, now):
    run = choose("date,text,text\n2026-12-09 10:00,first,second\n")
    assert post_sheet(run, now).headers == ("date", "text", "text (2)")
    assert [post.text for post in post_sheet(run, now).posts] == ["first"]
    run = wish_posts(person=owner, post_import=run, wishes={"columns": {"date": "date", "text": "text (2)"}}, now=now)
    assert [post.text for post in post_sheet(run, now).posts] == ["second"]


def test_letters_read_wrongly_are_read_as_somebody_says(choose, owner, forum, now):
    run = choose("Datum;Text\n09.12.2026 10:00;Größe\n", encoding="mac_roman")
    assert (post_sheet(run, now).encoding, post_sheet(run, now).posts[0].text == "Größe") == ("cp1252", False)
    run = wish_posts(person=owner, post_import=run, wishes={"encoding": "mac_roman"}, now=now)
    assert post_sheet(run, now).posts[0].text == "Größe"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_whichever_way_round_it_is(choose, owner, forum, now, encoding):
    run = choose("Datum;Text\n09.12.2026 10:00;Hallo\n", encoding=encoding)
    assert post_sheet(run, now).encoding == "utf-16"
    run = wish_posts(person=owner, post_import=run, wishes={"encoding": "utf-16"}, now=now)
    assert [post.text for post in post_sheet(run, now).posts] == ["Hallo"]


def test_letters_in_which_it_is_no_table_are_not_kept_and_nobody_is_sent_away(choose, owner, forum, client_of, now):
    run = choose("date,text\n2099-12-09 10:00,Hallo\n")
    address = f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/"
    given = {"column_date": "date", "column_text": "text", "dates": "iso", "network_0": str(forum.pk), "step": "look"}
    page = client_of(owner).post(address, given | {"encoding": "utf-16"})
    assert page.status_code == 422 and page.context["form"].errors.keys() == {"encoding"}
    run.refresh_from_db()
    assert not run.wishes and [post.text for post in post_sheet(run, now).posts] == ["Hallo"]


def test_a_column_whose_header_reads_differently_with_other_letters_is_found_again(choose, owner, forum, now):
    run = choose("Datum;Überschrift;Text\n09.12.2026 10:00;Größe;Wie groß?\n", encoding="mac_roman")
    columns = {"date": "Datum", "title": post_sheet(run, now).headers[1], "text": "Text"}
    run = wish_posts(person=owner, post_import=run, wishes={"columns": columns, "encoding": "mac_roman"}, now=now)
    assert post_sheet(run, now).posts[0].title == "Größe"
    run = wish_posts(person=owner, post_import=run, wishes=run.wishes | {"columns": columns | {"title": ""}}, now=now)
    assert post_sheet(run, now).posts[0].title == "Wie groß?"


def test_the_preview_shows_rows_that_want_a_look_wherever_they_stand(choose, owner, uncared, client_of):
    rows = [f"2099-12-{7 + n % 4:02d} 13:{n:02d},Text {n}" for n in range(50)]
    rows[40] = f"2099-12-08 13:40,{'Lang ' * 7_000}"
    run = choose("date,text\n" + "\n".join(rows) + "\n2099-12-09 03:00,Nachts\n")
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/calendar/import/{run.pk}/")
    shown = page.context["shown"]
    assert "Text 0" in shown[0].post.text and shown[-1].post.text == "Nachts"
    assert [row.too_long[0][1] for row in shown if row.too_long] == [29_999]
    assert "29999 Zeichen zu lang für Forum." in page.content.decode()
    assert page.context["more"] == len(rows) + 1 - len(shown)
