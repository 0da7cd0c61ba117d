"""Messages by their words: the same hits in the same order on every database, now, after a change, and before the words are written."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from allmende.channels.actions import record_batch, write_search_words
from allmende.channels.models import Message
from allmende.channels.queries import search
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.domain import search_words as domain

pytestmark = pytest.mark.django_db
SAID = {
    "müller": "Frau Müller hat sich gemeldet.",
    "mueller": "Herr Mueller fragt nach.",
    "muller": "Mr. Muller asks again.",
    "straße": "Die Gärten in der Hauptstraße sind größer.",
    "anmeldungen": "Die Anmeldungen gingen gestern raus.",
    "anmeldung": "Meine Anmeldung fehlt; wohin soll ich gehen?",
    "frist": "Welche Kündigungsfrist gilt? #Frist",
    "fristen": "Die Fristen für 2026: 3.5. und 12.11.",
    "english": "She went home and answered the questions.",
    "name": "Danke @jana@forum.example, siehe https://docs.example.org/hilfe/beleg-4711?x=1",
    "mail": "Schreibt an hilfe@example.org oder ruft 0431-555 an.",
    "emoji": "Super 👍🏽 😀",
    "arabic": "\u202bأين قَهْوَة الصباح؟\u202c",
    "hebrew": "קָפֶה טוב",
    "hidden": "Unter\u200bbrechung und Ab\u00adbruch",
    "operators": "NOT AND OR NEAR alles(1) foo:bar C++ don't <b>fett</b> a&b",
    "cafe": "Im Café gibt es Crème brûlée",
    "hindi": "नमस्ते दुनिया",
    "russian": "Ёлка и чай",
}
FOUND = [
    ("Müller", "muller mueller müller"),
    ("MUELLER", "muller mueller müller"),
    ("muller", "muller mueller müller"),
    ("Hauptstrasse", "straße"), ("HAUPTSTRAẞE", "straße"), ("hauptstraße", "straße"),
    ("gaerten", "straße"), ("garten", "straße"), ("Garten", "straße"),
    ("groß", "straße"),
    ("Anmeldungen", "anmeldung anmeldungen"), ("anmeldung", "anmeldung anmeldungen"), ("anmeld", "anmeldung anmeldungen"),
    ("ging", "anmeldung anmeldungen"), ("gehen", "anmeldung anmeldungen"),
    ("ging Anmeldung fehlt", "anmeldung"),
    ("Frist", "fristen frist"), ("#frist", "frist"), ("#Fristen", ""), ("Kündigung", "frist"), ("kuendigungsfristen", "frist"),
    ("go", "english"), ("question", "english"), ("answer", "english"), ("went home", "english"),
    ("@jana", "name"), ("jana", "name"), ("@nobody", ""), ("https://docs.example.org/hilfe", "name"),
    ("4711", "name"), ("47", "name"), ("711", ""), ("hilfe@example.org", "mail"), ("0431-555", "mail"), ("0431 555", "mail"),
    ("3.5.", "fristen"), ("2026", "fristen"),
    ("👍", "emoji"), ("👍🏿", "emoji"), ("😀 super", "emoji"), ("👎", ""),
    ("قهوة", "arabic"), ("قَهْوَة", "arabic"), ("\u200fقهوة\u200e", "arabic"), ("קפה", "hebrew"),
    ("Unterbrechung", "hidden"), ("Abbruch", "hidden"), ("Ab\u00adbruch", "hidden"), ("unter", "hidden"),
    ("NOT", "operators"), ("AND", "operators english"), ("foo:bar", "operators"), ("alles(1)", "operators"),
    ("foo OR bar", "operators"), ("foo -bar", "operators"), ("foo* & bar:*", "operators"), ("(((", ""), ('"', ""), ("'", ""),
    ("\\", ""), ("a&b", "operators"), ("don't", "operators"), ("fett", "operators"), ("^foo", "operators"), ("{foo}:bar", "operators"),
    ('"foo" "bar"', "operators"), ('foo"bar', "operators"), ("foo\\:bar", "operators"), ("%zz", ""), ("foo\x00bar", "operators"),
    ("cafe creme", "cafe"), ("Cre\u0300me", "cafe"), ("नमस्ते", "hindi"), ("नम", "hindi"), ("елка", "russian"), ("чаи", "russian"),
    ("die", "fristen anmeldungen straße"), ("und die", "fristen"),
    ("", ""), (" \t ", ""), ("\u200b", ""), ("...", ""), ("nirgends", ""),
]  # fmt: skip


@pytest.fixture
def said(forum):
    """`said(texts)`: members said these; their ids by name."""

    def say(texts: dict[str, str], edited_at=None) -> dict[int, str]:
        at = timezone.now() - timedelta(hours=1)
        items = [
            Item(Ref(name), "message", "asked", Author("m1", name="Mitglied"), at, thread=name, text=text, edited_at=edited_at)
            for name, text in texts.items()
        ]  # fmt: skip
        record_batch(channel=forum, batch=Batch(items, "1"), now=timezone.now())
        return dict(Message.objects.values_list("pk", "native_id"))

    return say


def found(workspace, words: str, names: dict[int, str]) -> str:
    return " ".join(names[one.pk] for one in search(workspace, words))


def test_the_same_is_found_in_the_same_order_on_every_database(workspace, said):
    names = said(SAID)
    assert {asked: found(workspace, asked, names) for asked, _ in FOUND} == dict(FOUND)


def test_what_has_no_words_yet_is_found_as_it_stands_and_by_its_words_once_they_are_written(workspace, said):
    names = said({"old": "Die Anmeldungen gingen raus.", "new": "Meine Anmeldung"})
    old = Message.objects.filter(native_id="old")
    old.update(search_words=None)
    assert found(workspace, "Anmeldungen", names) == "new old"
    assert found(workspace, "Anmeldung", names) == "new old"
    assert found(workspace, "gehen", names) == "" and found(workspace, "raus", names) == "old"
    assert write_search_words(most=10) == 1
    assert found(workspace, "gehen", names) == "old" and found(workspace, "raus", names) == "old"
    assert write_search_words(most=10) == 0


def test_words_are_written_part_by_part_the_newest_first(workspace, said):
    said({f"m{n}": f"Beleg {n}" for n in range(7)})
    Message.objects.update(search_words=None)
    assert write_search_words(most=3) == 3
    left = Message.objects.filter(search_words=None).order_by("pk").values_list("native_id", flat=True)
    assert list(left) == ["m0", "m1", "m2", "m3"]
    assert (write_search_words(most=3), write_search_words(most=3)) == (3, 1)


def test_an_edit_is_found_at_once_and_what_stood_there_no_longer(workspace, said):
    names = said({"one": "Wo ist der Beleg?"})
    said({"one": "Wo sind die Rechnungen?"}, edited_at=timezone.now())
    assert found(workspace, "Rechnung", names) == "one" and found(workspace, "Beleg", names) == ""
    assert Message.objects.get().search_words == "wo sind sein die der rechnungen rechnung"


def test_what_was_changed_past_it_is_found_as_it_stands_now(workspace, said):
    """The database itself lets go of words that no longer stand there, whoever changes them."""
    names = said({"one": "Birgit fragt", "two": "Der Beleg"})
    Message.objects.filter(native_id="one").update(text="[…] fragt")
    assert Message.objects.get(native_id="one").search_words is None
    assert (found(workspace, "Birgit", names), found(workspace, "fragt", names)) == ("", "one")
    Message.objects.filter(native_id="two").update(url="https://forum.example/2", text="Der Beleg")
    assert Message.objects.get(native_id="two").search_words
    Message.objects.filter(native_id="one").update(text="Nichts mehr", title="Ende")
    assert (found(workspace, "fragt", names), found(workspace, "Ende", names)) == ("", "one")
    write_search_words(most=10)
    assert (found(workspace, "fragt", names), found(workspace, "Ende", names)) == ("", "one")


def test_nothing_is_left_of_what_goes(workspace, said):
    said({"one": "Birgit fragt", "two": "Birgit antwortet"})
    Message.objects.filter(native_id="two").update(search_words=None)
    Message.objects.all().delete()
    if connection.vendor == "sqlite":
        for index in ("channels_message_fts", "channels_message_words_fts"):
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {index}({index}) VALUES ('integrity-check')")
                cursor.execute(f"SELECT count(*) FROM {index} WHERE {index} MATCH 'birgit*'")
                assert cursor.fetchone() == (0,)
    assert search(workspace, "Birgit") == []


def test_at_most_so_many_are_found_the_newest_of_both_kinds(workspace, said):
    names = said({f"m{n}": f"Beleg {n}" for n in range(8)})
    Message.objects.filter(native_id__in=["m1", "m3", "m5", "m7"]).update(search_words=None)
    assert [names[one.pk] for one in search(workspace, "Beleg", limit=3)] == ["m7", "m6", "m5"]


@pytest.mark.parametrize(("asked", "names"), FOUND)
def test_the_newest_read_one_by_one_hold_what_the_index_finds(workspace, said, asked, names):
    """With a limit that the newest fill nothing is asked of the index."""
    told = said(SAID)
    for number in range(1, len(names.split()) + 1):
        hits = search(workspace, asked, limit=number)
        assert [told[one.pk] for one in hits] == names.split()[:number]


def test_what_is_rare_among_the_newest_is_found_further_back_too(workspace, said, monkeypatch):
    names = said({"old": "Beleg und Konto", "older": "Beleg", "new": "Konto", "newest": "Konto"})
    monkeypatch.setattr(import_module("allmende.channels.queries.search"), "RECENT", 2)
    assert [names[one.pk] for one in search(workspace, "Konto", limit=2)] == ["newest", "new"]
    assert [names[one.pk] for one in search(workspace, "Konto", limit=3)] == ["newest", "new", "old"]
    assert found(workspace, "Beleg", names) == "older old"


def test_a_very_long_text_of_nothing_but_words_is_kept(workspace, said):
    names = said({"long": "".join(f"Wörter{n:x} " for n in range(100_000))})
    assert found(workspace, "Wörter1", names) == "long"


@pytest.mark.parametrize("way", ["hear", "say", "write"])
def test_dictionaries_are_read_before_anybody_holds_the_database(world, way):
    """Reading them takes seconds once in a process, and on SQLite nobody else writes while one does."""
    world.post("Vorher.")
    Message.objects.update(search_words=None)
    for cache in (domain._lemmatizer, domain._dictionaries, domain._found_by):
        cache.cache_clear()
    item = Item(Ref("neu"), "message", "asked", Author("k", name="Karl"), world.now, "neu", text="Anmeldungen")
    acts = {
        "hear": lambda: record_batch(channel=world.channel, batch=Batch([item], "1"), now=world.now),
        "say": lambda: world.post("Anmeldungen"),
        "write": lambda: write_search_words(most=10),
    }
    known = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT"):
            known.append(domain._lemmatizer.cache_info().currsize)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        acts[way]()
    assert known and all(known)
