"""Let in by a bearer token that an administrator of the forum made, for one user or for whom we name."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question, forum_at
from allmende.connectors.nodebb import read
from allmende.connectors.nodebb.door import Door
from allmende.connectors.secret import Secret

LOGIN = Login(
    "password",
    (
        Question("server", "https://forum.example.org"),
        Question("token", is_secret=True),
        Question("user_id", "12", is_required=False),
        Question("category", "https://forum.example.org/category/5/neues"),
    ),
)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
_CATEGORY = re.compile(r"(?:.*/category/)?(\d{1,9})(?:[/?#].*)?")
_RIGHTS = (
    "isAdmin",
    "isGlobalModerator",
    "isModerator",
    "isAdminOrGlobalModerator",
    "isAdminOrGlobalModeratorOrModerator",
)
# What no forum of this kind answers to the question who we are.
_NOT_SPOKEN = frozenset({"not_found", "unexpected_type", "garbled", "rejected", "redirected", "too_many_redirects"})


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """What the token opens. LoggedOut, Refused (`detail` names the question), TryLater."""
    server = server_of(answers.get("server", ""))
    token, typed_id = answers.get("token", "").strip(), answers.get("user_id", "").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Refused("bad_answer", "token")
    if typed_id and not (typed_id.isascii() and typed_id.isdigit() and 0 < int(typed_id) < 10**9):
        raise Refused("bad_answer", "user_id")
    secret = Secret(token)
    door = Door({"server": server, "account_id": typed_id}, secret, client)
    with _at_the_forum():
        told = door.us()
        user_id = str(told["uid"])
        us = read.user(told, read.Us(user_id, server))
        slug = str(told.get("userslug") or us.handle)
        known = door.read(f"user/uid/{quote(user_id, safe='')}")
        with known.understood():
            rights = {**told, **known.json()}
        category = category_of(answers.get("category", ""), door)
    settings = {
        "server": server,
        "network": urlsplit(server).netloc[-70:],
        "account_id": user_id,
        "handle": us.handle,
        "slug": slug,
        "url": f"{server}/user/{quote(slug)}",
        "is_moderator": any(read.is_set(rights, name) for name in _RIGHTS),
        "category": category,
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings, secret)


def server_of(written: str) -> str:
    """The forum's address in what a person typed. Refused."""
    return forum_at(written, r"/(?:category|topic|user|post|recent|categories|unread|popular|api)(?:/|$)|/$")


def category_of(written: str, door: Door) -> int:
    """The category in what a person typed: its page, its number, its name. Refused."""
    typed = written.strip()
    if not typed:
        raise Refused("bad_answer", "category")
    answer = door.read("categories")
    with answer.understood():
        known = list(_all(answer.json()["categories"]))
    found = _CATEGORY.fullmatch(typed)
    for one in known:
        number = read.count_of(one, "cid")
        if number and (
            (found and int(found[1]) == number) or str(one.get("name") or "").casefold() == typed.casefold()
        ):
            return number
    raise Refused("bad_answer", "category")


def _all(listed: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    for one in listed if isinstance(listed, list) and depth < 5 else ():
        if isinstance(one, Mapping):
            yield one
            yield from _all(one.get("children"), depth + 1)


@contextmanager
def _at_the_forum() -> Iterator[None]:
    """What cannot be right at this address is told as the fault of the answer `server`."""
    try:
        yield
    except (Refused, TryLater) as error:
        if error.reason_code in _NOT_SPOKEN:
            raise Refused("not_this_network", "server") from error
        raise
