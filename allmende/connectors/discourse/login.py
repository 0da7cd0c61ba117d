"""Let in by an API key that an administrator of the forum made for one account, with no more scopes than are used."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.discourse import read
from allmende.connectors.discourse.door import Door
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question, forum_at
from allmende.connectors.secret import Secret

LOGIN = Login(
    "password",
    (
        Question("server", "https://forum.example.org"),
        Question("username", "haus"),
        Question("api_key", is_secret=True),
        Question("category", "https://forum.example.org/c/neues/5", is_required=False),
    ),
    permissions=(
        "global: read",
        "topics: write",
        "posts: delete",
        "topics: delete",
        "uploads: create",
        "topics: update",
    ),
)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
_CATEGORY = re.compile(r"(?:.*/)?(\d{1,9})(?:[/?#].*)?")
# What no forum of this kind answers to the question for its categories.
_NOT_SPOKEN = frozenset({"not_found", "unexpected_type", "garbled", "rejected", "redirected", "too_many_redirects"})


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """What the key opens. LoggedOut, Refused (`detail` names the question), TryLater."""
    server = server_of(answers.get("server", ""))
    username = answers.get("username", "").strip().lstrip("@")
    key = answers.get("api_key", "").strip()
    if not username or "/" in username:
        raise Refused("bad_answer", "username")
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise Refused("bad_answer", "api_key")
    secret = Secret(key)
    door = Door({"server": server, "handle": username}, secret, client)
    with _at_the_forum():
        answer = door.us()
        with answer.understood():
            us = answer.json()["user"]
            account_id, name = str(read.number_of(us, "id")), str(us["username"])
        site = door.read("site.json")
        with site.understood():
            categories = [one for one in site.json()["categories"] if isinstance(one, Mapping)]
    settings = {
        "server": server,
        "network": urlsplit(server).netloc[-70:],
        "account_id": account_id,
        "handle": name,
        "url": f"{server}/u/{name}",
        "is_moderator": us.get("moderator") is True or us.get("admin") is True,
        "category": category_of(answers.get("category", ""), categories),
        "closed": sorted(read.number_or(one, "id") for one in categories if one.get("read_restricted") is True)[:500],
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings, secret)


def server_of(written: str) -> str:
    """The forum's address in what a person typed. Refused."""
    return forum_at(written, r"/(?:latest|top|new|categories|about|[ctu]/)|/$")


def category_of(written: str, categories: list[Mapping[str, Any]]) -> int:
    """The category in what a person typed: its page, its number, its name; 0: the forum's own choice. Refused."""
    typed = written.strip()
    if not typed:
        return 0
    known = {read.number_or(one, "id"): one for one in categories}
    found = _CATEGORY.fullmatch(typed)
    if found and int(found[1]) in known:
        return int(found[1])
    names = {typed.casefold(), typed.rstrip("/").rpartition("/")[2].casefold()}
    for number, one in known.items():
        if number and {str(one.get("name")).casefold(), str(one.get("slug")).casefold()} & names:
            return number
    raise Refused("bad_answer", "category")


@contextmanager
def _at_the_forum() -> Iterator[None]:
    """What cannot be right at this address is told as the fault of the answer `server`."""
    try:
        yield
    except (Refused, TryLater) as error:
        if error.reason_code in _NOT_SPOKEN:
            raise Refused("not_this_network", "server") from error
        raise
