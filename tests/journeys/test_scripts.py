"""The scripts of the shell in a real browser: keys, palette, theme, drafts, counts, toasts. Journeys of rooms stand beside."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.contrib import messages
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test.testcases import LiveServerThread
from django.urls import include, path
from django.utils import timezone
from django_cotton.compiler_regex import CottonCompiler
from playwright.sync_api import Page, expect, sync_playwright

from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import plan_shift
from tools.screenshots import FLAGS, RULES

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

SOURCE = """{% extends "web/base.html" %}{% load house %}{% block title %}Kit{% endblock %}
{% block commands %}<li><a href="#answer" data-key="r">{% icon "reply" %}<span>Nächstes Gespräch beantworten</span></a></li>{% endblock %}
{% block content %}<div class="page"><c-page-head title="Kit" />
<c-note kind="warn" title="Lücke.">Zwei Beiträge sind angehalten.</c-note>
<c-section-head title="Wartet auf uns" /><ul class="rows"><c-row title="Erste" href="#1" why="Grund."><c-slot name="meta"><c-chip reason="Wartung" /></c-slot></c-row><c-row title="Zweite" href="#2" why="Grund." /></ul>
<p><c-verdict code="moving" :low="0.01" :high="0.11" :difference="0.06" :delta="0.04" /></p>
<form class="form" method="post" novalidate data-draft="kit">{% csrf_token %}{% for field in form %}<c-field :field="field" />{% endfor %}<p id="count"></p><p class="actions"><c-btn kind="primary" data-send="">Senden</c-btn></p></form>
<c-empty title="Noch leer.">Hier steht bald etwas.</c-empty></div>{% endblock %}"""


class KitForm(forms.Form):
    text = forms.CharField(
        label="Text",
        min_length=20,
        widget=forms.Textarea(attrs={"data-count": "count", "data-max": "1500", "data-link": "23"}),
    )


@for_person("team.workspace.read")
def kit(request: PersonRequest) -> HttpResponse:
    form = KitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, "Gesendet", extra_tags=f"{request.path}?undone")
        return redirect(request.path)
    page = engines["django"].from_string(CottonCompiler().process(SOURCE))
    return HttpResponse(page.render({"form": form}, request), status=422 if form.is_bound else 200)


def fails(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(status=503)


urlpatterns = [
    path("w/<slug:slug>/kit", kit),
    path("w/<slug:slug>/fails", fails),
    path("", include("allmende.config.urls")),
]


@pytest.fixture
def origin(db, monkeypatch) -> Iterator[str]:
    """The application on a free port, inside this test's transaction.

    pytest-django's live_server empties every table afterwards, which the append-only audit book rightly refuses.
    """
    connection = connections["default"]
    # The server's threads close whatever they answered with; this one is ours, and our transaction is in it.
    monkeypatch.setattr(connection, "close", lambda: None)
    connection.inc_thread_sharing()
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def page(origin, settings, owner, client_of, monkeypatch) -> Iterator[Page]:
    """A browser page on the kit, logged in as the owner."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("left out: chromium is not installed (apt-get install chromium)")
    # Playwright's loop runs in this thread; Django's guard would take our own queries for asynchronous ones.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.ROOT_URLCONF = __name__
    session = client_of(owner).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(base_url=origin, reduced_motion="reduce")
        context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/w/lotsenforum/kit")
        yield page
        assert complaints == []
        browser.close()


def test_keys_walk_the_rows_and_open_palette_and_list(page):
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Erste")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Zweite")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Erste")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("gespräch")
    page.keyboard.press("Enter")
    page.wait_for_url("**#answer")
    expect(page.locator("#palette")).to_be_hidden()


def test_theme_changes_at_once_and_is_there_before_the_next_paint(page):
    with page.expect_response("**/appearance"):
        page.locator("[data-theme-switch]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in page.request.get("/w/lotsenforum/kit").text()


def test_typed_text_outlives_reload_and_refusal_and_is_forgotten_once_taken(page):
    field = page.get_by_label("Text")
    field.press_sequentially("Siehe https://example.org/ein/langer/weg")
    expect(page.locator("#count")).to_have_text("29 von 1.500")
    page.reload()
    expect(field).to_have_value("Siehe https://example.org/ein/langer/weg")
    expect(page.locator("#toasts")).to_contain_text("wieder eingesetzt")
    field.fill("kurz")
    page.get_by_role("button", name="Senden").click()
    expect(page.locator(".err")).to_be_visible()
    expect(field).to_have_value("kurz")
    field.fill("")
    field.press_sequentially("Jetzt ist es lang genug geworden.")
    field.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Gesendet")
    expect(page.locator("#toasts form")).to_have_attribute("action", "/w/lotsenforum/kit?undone")
    page.reload()
    expect(field).to_have_value("")


def test_a_silent_server_changes_nothing_and_says_so(page):
    page.evaluate(
        "document.querySelector('.page').insertAdjacentHTML('beforeend', '<button hx-get=\"/w/lotsenforum/fails\">Los</button>')"
    )
    page.evaluate("void htmx.process(document.querySelector('.page'))")
    page.get_by_role("button", name="Los").click()
    expect(page.locator("#toasts .bad")).to_contain_text("Nicht erledigt")
    expect(page.get_by_role("button", name="Los")).to_have_text("Los")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_shell_has_no_axe_finding_and_no_sideways_scroll(page, theme, width):
    expect(page.get_by_role("navigation").first).to_be_attached()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def two_shifts(owner, new_person) -> datetime:
    """One of the owner on a Monday, one of Emre on the Thursday after, at the same hours; returns the Monday."""
    now, emre = timezone.now(), new_person("manager", "Emre Yıldız")
    monday = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=14 - now.weekday())
    for doer, on in ((owner, monday), (emre, monday + timedelta(days=3))):
        plan_shift(
            person=owner, shift=None, hours=None, kind="full", doer=doer, starts_at=on, ends_at=on + timedelta(hours=4),
            now=now,
        )  # fmt: skip
    return monday


def test_what_was_dropped_where_it_may_not_be_stands_where_it_was(two_shifts, page, owner):
    page.goto(f"/w/lotsenforum/team/rota/?on={two_shifts.date()}")
    theirs, mine = (page.locator("table.rota tr", has_text=name) for name in ("Emre Yıldız", owner.name))
    theirs.locator("[data-move]").drag_to(mine.locator("td").first)
    expect(page.locator("#move")).to_contain_text("hat zu dieser Zeit schon eine Schicht", timeout=20_000)
    page.locator("#move [data-dialog-close]").click()
    expect(theirs.locator("td").nth(3).locator("[data-move]")).to_have_count(1)
    expect(mine.locator("[data-move]")).to_have_count(1)
