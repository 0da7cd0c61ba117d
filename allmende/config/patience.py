"""When the database does not answer: nobody waits long, and everybody gets a sentence instead of an error (`reliability.md`, D6)."""

import sys
import time
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.template.loader import render_to_string
from django.views.defaults import server_error

from allmende.jobs.queries import is_away

# So long one question of a request waits for a lock; a page that may not be written then is answered within five.
PATIENCE_SECONDS = 4
# A database that was away has forgotten its connections: one that lay still for so long is asked for before it is used.
STILL_SECONDS = 20.0
FORM_PROOF = "csrfmiddlewaretoken"
SECRETS = ("password", "secret", "token", "api_key")


def be_impatient(database: dict[str, Any]) -> None:
    """For processes that answer requests: wait for this database no longer than a person waits. Workers have time."""
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = PATIENCE_SECONDS
        return
    options["options"] = f"{options.get('options', '')} -c lock_timeout={PATIENCE_SECONDS * 1000}".strip()
    options.setdefault("connect_timeout", PATIENCE_SECONDS)


def look_where_still(**_event: Any) -> None:
    """Before a request: have this thread's connection looked at where it lay still. To ask each time would cost open screens a
    tenth of what they take."""
    base: Any = connections[DEFAULT_DB_ALIAS]
    now = time.monotonic()
    base.health_check_enabled = now - getattr(base, "last_asked_at", now - STILL_SECONDS) >= STILL_SECONDS
    base.last_asked_at = now


def failed(request: HttpRequest) -> HttpResponse:
    """The page for what nobody expected. While the database is away: 503, with what was typed behind a button."""
    if not is_away(sys.exc_info()[1]):
        return server_error(request)
    # Without the request: who it is from, only the database knows.
    page = render_to_string("503.html", {"address": request.get_full_path(), "typed": _typed(request)})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(PATIENCE_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form carried; nothing if it holds a secret, which stands in no page, or a file, which only its browser has."""
    if request.method != "POST" or request.path.startswith("/account/"):
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_files = bool(request.FILES)
    except (RawPostDataException, UnreadablePostError):
        return []
    is_secret = any(part in name for name, _ in fields if name != FORM_PROOF for part in SECRETS)
    return [] if has_files or is_secret else fields
