"""Shoot pages at every width, in both themes and both languages, and report what is wrong with them.

    python -m tools.screenshots --link http://127.0.0.1:8000/... /w/demo/ /w/demo/inbox/ --out shots

Logs in by the given link (once), opens each path at 1440, 1024 and 390 px, light and dark, German and English, writes
`<path>-<width>-<theme>-<language>.png`, and prints one JSON line per picture: axe-core's violations, sideways overflow in
px, what the browser's console complained about, and the bytes a first visit loads (goal: under 150 KB). Exit 0 clean, 1 with
findings, 2 wrong use. Only pages of this machine are opened.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each new window would open two pages of its own for the address bar, which take the first second from the page under test.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PaintHolding,HttpsUpgrades,MediaRouter,OptimizationHints",
]
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
LANGUAGES = ("de", "en")
BUDGET_BYTES = 150 * 1024
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Finding:
    """What one picture showed; empty lists and zeros are good."""

    path: str
    width: int
    theme: str
    language: str
    status: int = 0
    overflow_px: int = 0
    first_visit_bytes: int = 0
    violations: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        broken = self.status >= 400 or self.overflow_px > 0 or self.first_visit_bytes > BUDGET_BYTES
        return not (broken or self.violations or self.console)


def shoot(browser: Browser, origin: str, state: str, path: str, look: tuple[int, str, str], out: Path) -> Finding:
    """Open `path` in a fresh browser profile (so that bytes are a first visit's), save the picture, return findings."""
    width, theme, language = look
    context = _context(browser, origin, width, theme, language, state)
    page = context.new_page()
    finding = Finding(path, width, theme, language)
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.on("response", keep)
    page.on("console", lambda said: finding.console.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: finding.console.append(str(error)))
    answer = page.goto(origin + path, wait_until="load")
    page.evaluate("document.fonts.ready")
    finding.status = answer.status if answer else 0
    finding.first_visit_bytes = sum(response.request.sizes()["responseBodySize"] for response in loaded)
    finding.overflow_px = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    finding.violations = list(_violations(page))
    page.screenshot(path=out / f"{_stem(path)}-{width}-{theme}-{language}.png", full_page=True)
    context.close()
    return finding


def _violations(page: Page) -> Iterator[str]:
    for violation in Axe().run(page, options=RULES).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}"


def _context(browser: Browser, origin: str, width: int, theme: str, language: str, state: str | None) -> BrowserContext:
    return browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        color_scheme="dark" if theme == "dark" else "light",
        locale=language,
        has_touch=width < 700,
        reduced_motion="reduce",
        storage_state=state,
    )


def _log_in(browser: Browser, origin: str, link: str, state: Path) -> None:
    context = _context(browser, origin, 1440, "light", "de", None)
    page = context.new_page()
    if link:
        page.goto(link)
        button = page.locator("main form button").first
        if button.count():
            button.click()
            page.wait_for_load_state("networkidle")
    context.storage_state(path=state)
    context.close()


def _speak(browser: Browser, origin: str, path: str, language: str, state: str) -> None:
    """A logged-in person's language is kept on the server: set it the way the person's menu does."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] != "w":
        return
    context = _context(browser, origin, 1440, "light", language, state)
    page = context.new_page()
    page.goto(origin + path)
    button = page.locator(f"#person-menu button[name=language][value={language}]")
    if button.count():
        page.evaluate("document.getElementById('person-menu').showPopover()")
        button.click()
        page.wait_for_load_state("networkidle")
    context.close()


def _stem(path: str) -> str:
    return path.strip("/").replace("/", "-").replace("?", "-") or "root"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("paths", nargs="+", help="paths such as /w/demo/inbox/")
    parser.add_argument("--link", default="", help="one-time link that logs in; without it pages are shot as a guest")
    parser.add_argument("--origin", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--widths", type=int, nargs="+", default=list(WIDTHS))
    parser.add_argument("--themes", nargs="+", default=list(THEMES), choices=THEMES)
    parser.add_argument("--languages", nargs="+", default=list(LANGUAGES), choices=LANGUAGES)
    return parser.parse_args()


def main() -> int:
    """Shoot everything asked for; see the module's docstring for output and exit status."""
    asked = _arguments()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("No pictures were taken: chromium is not installed. On Debian: apt-get install chromium", file=sys.stderr)
        return 2
    if urlsplit(asked.origin).hostname not in {"127.0.0.1", "localhost"}:
        print("No pictures were taken: only pages of this machine are opened (127.0.0.1).", file=sys.stderr)
        return 2
    asked.out.mkdir(parents=True, exist_ok=True)
    state = asked.out / "session.json"
    findings = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        _log_in(browser, asked.origin, asked.link, state)
        for language in asked.languages:
            _speak(browser, asked.origin, asked.paths[0], language, str(state))
            for path in asked.paths:
                for width in asked.widths:
                    for theme in asked.themes:
                        finding = shoot(browser, asked.origin, str(state), path, (width, theme, language), asked.out)
                        print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
                        findings.append(finding)
        browser.close()
    state.unlink(missing_ok=True)
    return 0 if all(finding.is_clean for finding in findings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
