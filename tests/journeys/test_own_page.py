"""A visitor reads our own page and comments, in a real browser, without script; and everybody can use what they see."""

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, expect, sync_playwright

from allmende.channels.models import Message
from allmende.hub.actions import decide_comment
from tests.hub.conftest import HOME, own_page, site  # noqa: F401 - fixtures
from tools.screenshots import FLAGS

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
VIOLATIONS = {"resultTypes": ["violations"]}
# Where a person wants pictures of what a run saw.
PICTURES = os.environ.get("ALLMENDE_TEST_PICTURES", "")


@pytest.fixture
def origin(db, monkeypatch) -> Iterator[str]:
    """The application on a free port, inside this test's transaction."""
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
def told(site, client_of) -> tuple[Message, str]:  # noqa: F811
    """A post with a comment that is shown and answered, and the owner's session; made before a browser's loop begins."""
    cache.clear()
    post = site.publish(
        "Die Werkstatt am Deich ist wieder offen", "Ab Samstag um acht.\n\nMehr: https://example.org/werkstatt"
    )
    comment = site.comment(post, "Gibt es Kaffee?")
    decide_comment(person=site.owner, comment=comment, state="shown", now=site.now)
    site.answer(comment.message, "Ja, und Kuchen.")
    return post, client_of(site.owner).cookies["sessionid"].value


@pytest.fixture
def visitor(told, origin, monkeypatch) -> Iterator[Page]:
    """A phone in German without a log-in."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("left out: chromium is not installed (apt-get install chromium)")
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(
            base_url=origin,
            locale="de-DE",
            viewport={"width": 390, "height": 844},
            bypass_csp=True,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
        assert context.cookies() == []
        browser.close()


def look(page: Page, name: str) -> None:
    """Nothing to find for whoever cannot see well, light or dark; nothing runs out of a phone's width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=VIOLATIONS).response["violations"]
        assert not found, (name, scheme, [(one["id"], one["nodes"][0]["html"]) for one in found])
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_a_visitor_comments_the_team_shows_it_and_everybody_reads_it(told, visitor: Page, origin) -> None:
    post, session = told
    browser = visitor.context.browser
    assert browser is not None
    guarded = browser.new_page()
    complaints: list[str] = []
    guarded.on("console", lambda said: complaints.append(said.text))
    guarded.goto(f"{origin}{HOME}{post.native_id}/")
    assert complaints == []  # the policy lets in all the page needs

    visitor.goto(HOME)
    look(visitor, "page")
    visitor.get_by_role("link", name="Die Werkstatt am Deich ist wieder offen", exact=True).click()
    expect(visitor.get_by_text("Ja, und Kuchen.")).to_be_visible()
    look(visitor, "post")
    visitor.get_by_label("Ihr Name").fill("Mia")
    visitor.get_by_label("Ihr Kommentar").fill("Ist der Eingang ohne Stufen?")
    time.sleep(2.2)
    visitor.get_by_role("button", name="Kommentar abschicken").click()
    expect(visitor.get_by_role("status")).to_contain_text("Er ist angekommen")
    look(visitor, "own-comment")

    team = browser.new_context(
        base_url=origin,
        locale="de-DE",
        viewport={"width": 390, "height": 844},
        bypass_csp=True,
        reduced_motion="reduce",
    )
    team.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    desk = team.new_page()
    desk.set_default_timeout(60_000)
    for name, path in (("board", "deich/"), ("correct", f"posts/{post.pk}/"), ("index", "")):
        desk.goto(f"/w/lotsenforum/pages/{path}")
        look(desk, f"team-{name}")
    desk.get_by_role("button", name="Freigeben Mia").click()
    expect(desk.get_by_text("Der Kommentar ist freigegeben.")).to_be_visible()

    visitor.get_by_role("link", name="Zurück zum Beitrag").click()
    expect(visitor.get_by_text("Ist der Eingang ohne Stufen?")).to_be_visible()
