"""What the first page would have to load: done beside the start, so that nobody waits for it."""

from pathlib import Path
from threading import Thread

from django.template.loader import get_template
from django.urls import reverse

from allmende.team.queries import load_holidays

PAGES = Path(__file__).resolve().parent.parent / "web" / "templates"


def begin_warming() -> Thread:
    """In a thread of its own: the server answers meanwhile."""
    warming = Thread(target=warm_up, name="warming", daemon=True)
    warming.start()
    return warming


def warm_up() -> None:
    """The addresses with all they import, the templates of every page's frame and of Today, the calendar of holidays."""
    reverse("account_login")
    for path in sorted(PAGES.rglob("*.html")):
        get_template(str(path.relative_to(PAGES)))
    load_holidays()
