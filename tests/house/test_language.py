"""German is complete, placeholders have names, what is compiled is what is written, and the menu uses the glossary's words."""

import re
from pathlib import Path

import polib
import pytest

from tools.environment import ROOT
from tools.messages import METADATA, catalogue_path, check, contradictions, faults_of, merged, rooms_with_texts
from tools.strings import Fault, Text, texts_of_python, texts_of_template, unnamed_placeholders

# domain.md, section 2, and design.md, Look: the one word for each room.
GLOSSARY = {
    "Today": "Heute",
    "Inbox": "Eingang",
    "Calendar": "Kalender",
    "Plan": "Plan",
    "Behaviours": "Verhalten",
    "Stakeholders": "Anspruchsgruppen",
    "Team": "Team",
    "Channels": "Kanäle",
    "Crisis": "Krise",
}


def test_the_german_catalogues_are_complete_and_compiled() -> None:
    rooms = rooms_with_texts()
    faults = [line for room in rooms for line in check(room)] + list(contradictions(rooms))
    assert not faults, "\n".join(faults)


def test_the_menu_uses_the_words_of_the_glossary() -> None:
    web = next(room for room in rooms_with_texts() if room.name == "web")
    catalogue = polib.pofile(str(catalogue_path(web)))
    menu = {entry.msgid: entry.msgstr for entry in catalogue if entry.msgctxt == "menu" and not entry.obsolete}
    assert menu.items() <= GLOSSARY.items() and menu


def test_every_kind_of_text_is_found_in_python() -> None:
    source = '_("a"); gettext_lazy("b" " c"); ngettext("%(n)s day", "%(n)s days", n); pgettext("menu", "d"); other("e")'
    found = [(text.context, text.singular, text.plural) for text in texts_of_python(source, "x.py")]  # type: ignore[union-attr]
    assert found == [("", "a", ""), ("", "b c", ""), ("", "%(n)s day", "%(n)s days"), ("menu", "d", "")]


@pytest.mark.parametrize("source", ['_(f"{name} left")', '_("a" + name)', "_(name)", "gettext()"])
def test_what_cannot_be_translated_is_a_fault(source: str) -> None:
    assert [type(found) for found in texts_of_python(source, "x.py")] == [Fault]


def test_every_kind_of_text_is_found_in_templates() -> None:
    source = (
        '{% load i18n %}<p title="{% translate "a" %}">{% translate "b" context "menu" %}'
        "{% blocktranslate with who=name trimmed %}\n  {{ who }} wrote\n{% endblocktranslate %}"
        "{% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{{ _("c") }}{# translate "no" #}</p>'
    )
    found = {(text.context, text.singular, text.plural) for text in texts_of_template(source, "x.html")}  # type: ignore[union-attr]
    assert found == {
        ("", "a", ""),
        ("menu", "b", ""),
        ("", "%(who)s wrote", ""),
        ("", "%(n)s day", "%(n)s days"),
        ("", "c", ""),
    }


@pytest.mark.parametrize("singular", ["%s left", "%d left", "{} left", "{0} left", "100 %s"])
def test_placeholders_without_names_are_faults(singular: str) -> None:
    assert list(unnamed_placeholders(Text("", singular, "", "x.py")))


@pytest.mark.parametrize("singular", ["%(who)s left", "{who} left", "100 %", "95 %% of them", "plain"])
def test_placeholders_with_names_are_right(singular: str) -> None:
    assert not list(unnamed_placeholders(Text("", singular, "", "x.py")))


@pytest.mark.parametrize(
    "entry",
    [
        polib.POEntry(msgid="Save", msgstr=""),
        polib.POEntry(msgid="Save", msgstr="Sichern", flags=["fuzzy"]),
        polib.POEntry(msgid="%(who)s left", msgstr="%(wer)s ging"),
        polib.POEntry(msgid="%(who)s left", msgstr="ging"),
        polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s Tag", 1: ""}),
    ],
    ids=["empty", "unsure", "invented", "lost", "half a plural"],
)
def test_a_bad_translation_is_found(entry: polib.POEntry) -> None:
    assert list(faults_of(entry))


def test_updating_keeps_translations_and_lays_unused_ones_aside() -> None:
    old = polib.POFile()
    old.metadata = METADATA
    old.append(polib.POEntry(msgid="Save", msgstr="Sichern"))
    old.append(polib.POEntry(msgid="Leave", msgstr="Verlassen"))
    new = merged(old, [Text("", "Save", "", "views.py"), Text("", "Open", "", "views.py")])
    assert [(entry.msgid, entry.msgstr, bool(entry.obsolete)) for entry in new] == [
        ("Save", "Sichern", False),
        ("Open", "", False),
        ("Leave", "Verlassen", True),
    ]
    again = merged(new, [Text("", "Leave", "", "views.py")])
    assert again[0].msgstr == "Verlassen" and not again[0].obsolete


# Where language lives, and where nothing of a workspace is known yet or everything is said in English.
SPEAKERS = {"allmende/team/catalogue.py", "allmende/team/access/doors.py", "allmende/api/views/door.py"}
BARE = re.compile(r"\b(?:translation\.(?:override|activate)\b|translation import [^\n]*\b(?:override|activate)\b)")


def test_nobody_speaks_german_without_its_form_of_gender() -> None:
    """`team.catalogue.speaking` keeps it; Django's own way speaks in both forms, and leaves them behind."""
    code = {str(file.relative_to(ROOT)): file.read_text() for file in Path(ROOT, "allmende").rglob("*.py")}
    bare = {name for name, text in code.items() if BARE.search(text)}
    assert bare == SPEAKERS
    assert BARE.search("from django.utils.translation import gettext, override") and BARE.search("translation.override")
