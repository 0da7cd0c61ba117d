"""Every component renders through Django's own engine, in both languages, with what it promises."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler

COTTON = Path("allmende/web/templates/cotton")
NOW = datetime(2026, 10, 7, 9, 40, tzinfo=UTC)


class Answer(forms.Form):
    """A form as rooms write them."""

    target = forms.CharField(label="Target", help_text="A number and a day.", max_length=20)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    is_public = forms.BooleanField(label="Public", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def render(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language), timezone.override("UTC"):
        request = RequestFactory().get("/")
        return engines["django"].from_string(CottonCompiler().process(source)).render(context, request)


def test_every_component_has_a_rendering_here():
    source = Path(__file__).read_text()
    missing = [path.stem for path in COTTON.glob("*.html") if f"<c-{path.stem.replace('_', '-')}" not in source]
    assert missing == []


def test_button_is_a_link_when_it_leads_somewhere_and_a_button_when_it_acts():
    link = render('<c-btn href="/a" kind="primary" icon="reply">Answer</c-btn>')
    assert '<a class="btn primary' in link and "icons.svg#reply" in link and "Answer" in link
    assert '<button class="btn' in render('<c-btn name="act" value="go">Go</c-btn>')
    assert 'name="act"' in render('<c-btn name="act" value="go">Go</c-btn>')


def test_chip_names_the_objective_or_the_reason_for_none():
    assert '<a class="chip" href="/p"><b>Z1</b>' in render('<c-chip code="Z1" name="Experts first" href="/p" />')
    assert "serves no objective: repair" in render('<c-chip reason="repair" />')
    assert "dient keiner Zielvorgabe: Wartung" in render('<c-chip reason="Wartung" />', "de")


def test_verdict_draws_mark_and_word_and_leaves_the_mark_out_without_an_interval():
    source = '<c-verdict code="moving" :clearly="True" :low="0.042" :high="0.113" :difference="0.078" :delta="0.04" />'
    drawn = render(source)
    assert "moving clearly" in drawn and 'class="verdict moving"' in drawn
    # 24 + 20.9 * 0.113 / 0.113: the widest end touches the frame, whatever the language writes for a decimal point
    assert 'x2="44.9"' in drawn and 'x2="44.9"' in render(source, "de")
    early = render('<c-verdict code="too_early" missing="19 people are missing" />')
    assert "too early" in early and "<svg" not in early and "19 people" in early
    assert "with damage" in render('<c-verdict code="moving" :damage="True" />')


@pytest.mark.parametrize(
    ("left", "state", "word"),
    [
        (timedelta(minutes=40), "soon", "0:40"),
        (timedelta(minutes=-30), "late", "overdue"),
        (timedelta(hours=7), "", "7:00"),
    ],
)
def test_due_time_tells_clock_and_what_is_left(left, state, word):
    shown = render(
        '<c-due :at="at" :left="left" :now="now" />',
        at=NOW + timedelta(minutes=40),
        left=left,
        now=NOW,
    )
    assert f'class="due {state}"' in shown and ">10:20</time>" in shown and word in shown
    assert "<b>yesterday</b>" in render('<c-due title="yesterday" note="check" state="late" />')


def test_row_carries_due_reason_meta_and_one_action():
    shown = render(
        '<c-row title="Question" href="/c/1" why="New here.">'
        '<c-slot name="due"><c-due title="20 min" /></c-slot><c-slot name="meta"><c-chip code="Z2" /></c-slot>'
        '<c-slot name="action"><c-btn href="/c/1">Answer</c-btn></c-slot></c-row>'
    )
    assert (
        shown.index("20 min")
        < shown.index("Question")
        < shown.index("New here.")
        < shown.index("Z2")
        < shown.index("Answer")
    )
    assert "data-item" in shown


def test_note_has_kinds_and_a_bad_one_is_announced():
    assert 'class="note warn"' in render('<c-note kind="warn" title="Nobody here.">Two items wait.</c-note>')
    assert 'role="alert"' in render('<c-note kind="bad">Not sent.</c-note>')


def test_field_joins_label_hint_and_error_and_keeps_the_value():
    form = Answer({"target": "x" * 21, "note": "", "kind": "a"})
    shown = render('<c-form-errors :form="form" /><c-field :field="form.target" />', form=form)
    assert 'for="id_target"' in shown and f'value="{"x" * 21}"' in shown and 'aria-invalid="true"' in shown
    described = re.search(r'aria-describedby="([^"]+)"', shown)
    assert described and all(f'id="{name}"' in shown for name in described[1].split())
    assert described[1].split() == ["id_target_helptext", "id_target_error"]


def test_field_shapes_optional_tick_and_choice():
    form = Answer()
    assert "(optional)" in render('<c-field :field="form.note" />', form=form)
    assert 'class="field  tick"' in render('<c-field :field="form.is_public" />', form=form)
    assert "<legend" in render('<c-field :field="form.kind" />', form=form)


def test_errors_of_the_whole_form_stand_above_it():
    form = Answer({})
    form.is_valid()
    form.add_error(None, "Somebody else changed this meanwhile.")
    assert "Somebody else changed" in render('<c-form-errors :form="form" />', form=form)


def test_empty_heads_and_tables():
    empty = render(
        '<c-empty title="Here stand people.">Begin.<c-slot name="action"><c-btn href="/n">First</c-btn></c-slot></c-empty>'
    )
    assert "<h2>Here stand people.</h2>" in empty and 'href="/n"' in empty
    head = render('<c-page-head title="Two answers" kicker="Wednesday"><c-slot name="actions">x</c-slot></c-page-head>')
    assert "<h1>Two answers</h1>" in head and 'class="kicker"' in head
    assert 'href="/i"' in render('<c-section-head title="Waits" id="w" note="by due time" link="All" href="/i" />')
    table = render('<c-table label="Tactics" caption="By rank"><tr><td>1</td></tr></c-table>')
    assert 'tabindex="0"' in table and 'aria-label="Tactics"' in table and "<td>1</td>" in table


def test_channel_mark_speaks_the_name():
    assert re.search(
        r'class="ch m" aria-hidden="true">H</span> Harbour',
        render('<c-channel kind="mastodon" name="Harbour" />'),
    )


def test_toast_undoes_without_javascript():
    toast = render('<c-toast undo="/w/a/undo/1">Closed</c-toast>')
    assert 'method="post"' in toast and 'action="/w/a/undo/1"' in toast and "Undo" in toast


def test_strip_is_drawn_by_attributes():
    drawn = render(
        '<c-strip :spans="spans" now="16.7" />',
        spans=[("on", "0", "60"), ("gap", "60", "40")],
    )
    assert 'class="gap" x="60%" width="40%"' in drawn and 'x="16.7%"' in drawn


def test_nothing_carries_inline_style_or_script():
    """Reliability rule 4: the content security policy forbids both."""
    faults = []
    for path in Path("allmende").glob("*/templates/**/*.html"):
        source = path.read_text()
        if re.search(
            r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)",
            source,
        ):
            faults.append(str(path))
    assert faults == []


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = set(
        re.findall(
            r'<symbol id="([^"]+)"',
            Path("allmende/web/static/web/icons.svg").read_text(),
        )
    )
    sources = "".join(path.read_text() for path in Path("allmende").glob("*/templates/**/*.html"))
    named = set(re.findall(r'{% icon "([^"]+)" %}', sources)) | set(
        re.findall(r'<c-[^>]*\sicon="([a-z0-9-]+)"', sources)
    )
    assert named <= sprite


def test_a_sentence_grows_and_words_stay_in_one_line():
    class Written(forms.Form):
        name = forms.CharField(max_length=60)
        reason = forms.CharField(max_length=300, required=False)
        audience = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"list": "audiences"}))
        address = forms.EmailField(max_length=200)

    form = Written({"reason": "Zwei\nZeilen & mehr"})
    shown = {name: render("<c-field :field='field' />", field=form[name]) for name in form.fields}
    assert 'maxlength="300"' in shown["reason"] and "Zeilen &amp; mehr</textarea>" in shown["reason"]
    assert 'class="line"' in shown["reason"] and "cols=" not in shown["reason"]
    assert [name for name, html in shown.items() if "<textarea" in html] == ["reason"]


def test_shell_renders_with_menu_palette_and_person(settings):
    settings.SHELL = ""
    request = RequestFactory().get("/w/harbour/")
    request.workspace = SimpleNamespace(name="Harbour", organisation="North", slug="harbour")
    request.person = SimpleNamespace(name="Jana Petersen", role="owner")
    request.resolver_match = SimpleNamespace(namespace="web", view_name="web:today")
    page = engines["django"].from_string('{% extends "web/base.html" %}{% block content %}<h1>Hi</h1>{% endblock %}')
    with translation.override("de"):
        shown = page.render({}, request)
    assert '<html lang="de">' in shown and "<h1>Hi</h1>" in shown and "JP" in shown and "Harbour" in shown
    assert 'id="palette"' in shown and 'id="keys"' in shown and "c-" not in re.findall(r"<(c-[a-z]+)", shown)
    request.COOKIES["theme"] = "dark"
    assert 'data-theme="dark"' in page.render({}, request)
