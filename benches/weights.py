"""What a first visit loads and shows, in Chromium against the real server: bytes as they travel, largest paint, layout shift.

A community with a plan, verdicts, a past, waiting conversations and 200 posts in this month; each visit with an empty cache. The
largest paint is the least of its visits, for a busy machine only adds to it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from allmende.config.supervisor import HOST, Wishes, _children, is_ready
from benches.ready import until
from benches.start import free_port
from tools.benches import Figure, ceiling

KILO = 1024
MOST_BYTES = {
    "today": 150 * KILO,
    "calendar": 200 * KILO,
    "inbox": 150 * KILO,
    "plan": 150 * KILO,
    "behaviours": 150 * KILO,
}
PATHS = {"today": "", "calendar": "calendar/", "inbox": "inbox/", "plan": "plan/", "behaviours": "behaviours/"}
PAINT_MS, SHIFT = 500.0, 0.01
# People have their browser open already: what it does for a new window is no part of a first visit.
SETTLES_MS = 500
MESSAGES, POSTS = 1_000, 200
WATCH = """
window.seen = {paint: 0, shift: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.paint = one.startTime; })
    .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value; })
    .observe({type: "layout-shift", buffered: true});
"""
PLACE = Path(__file__).resolve().parent.parent


def run(long: bool) -> Iterator[Figure]:
    """Bytes, milliseconds and shift of each screen. `long`: ten visits each, else four."""
    visits = 10 if long else 4
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        environment = os.environ | {"ALLMENDE_DATA": data, "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
        command = [sys.executable, "-m", "benches.weights", data]
        done = subprocess.run(
            command, cwd=PLACE, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=900
        )
        found = _visited(Path(data), environment, done.stdout.splitlines()[-1], visits)
    for screen, (weight, paint, shift) in found.items():
        yield ceiling("weights", f"{screen}_bytes", weight, MOST_BYTES[screen], "bytes", visits)
        yield ceiling("weights", f"{screen}_largest_paint", paint, PAINT_MS, "ms", visits)
        yield ceiling("weights", f"{screen}_layout_shift", shift, SHIFT, "share", visits)


def _visited(data: Path, environment: dict[str, str], session: str, visits: int) -> dict[str, tuple[float, ...]]:
    from playwright.sync_api import sync_playwright

    from tools.screenshots import FLAGS

    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Nothing was weighed: chromium is not installed. On Debian: apt-get install chromium")
    port = free_port()
    web = next(child for child in _children(data, Wishes(port=port)) if child.name == "web")
    with until(web, environment, lambda: is_ready(port)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        cookie: Any = {"name": "sessionid", "value": session, "domain": HOST, "path": "/"}
        found: dict[str, list[tuple[float, ...]]] = {screen: [] for screen in PATHS}
        for _ in range(visits):
            for screen, path in PATHS.items():
                found[screen].append(_visit(browser, cookie, f"http://{HOST}:{port}/w/bench/{path}"))
        browser.close()
    return {
        screen: (max(one[0] for one in seen), min(one[1] for one in seen), max(one[2] for one in seen))
        for screen, seen in found.items()
    }


def _visit(browser: Any, cookie: Any, address: str) -> tuple[float, ...]:
    """Bytes, largest paint in ms and layout shift of one visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de")
    context.add_cookies([cookie])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto("about:blank")
    page.wait_for_timeout(SETTLES_MS)
    loaded: list[Any] = []

    def keep(response: Any) -> None:
        loaded.append(response)

    page.on("response", keep)
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200 or "/login" in page.url:
        raise SystemExit(f"{address} answered {answer.status if answer else 'nothing'} at {page.url}")
    page.evaluate("document.fonts.ready")
    weight = sum(response.request.sizes()["responseBodySize"] for response in loaded)
    seen = page.evaluate("seen")
    context.close()
    return float(weight), float(seen["paint"]), float(seen["shift"])


def _prepare(data: Path) -> str:
    """Build everything; a session's key that is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.utils import timezone

    from allmende.jobs.models import Worker
    from benches._scene import build_community, plan_posts

    call_command("collectstatic", interactive=False, verbosity=0)
    person = build_community(data, MESSAGES)
    plan_posts(person, POSTS)
    now = timezone.now()
    Worker.objects.create(name="bench", started_at=now, seen_at=now + timedelta(hours=1))
    session = SessionStore()
    session[SESSION_KEY] = str(person.user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    import django

    django.setup()
    print(_prepare(Path(sys.argv[1])))
