"""Let in by an application password: the site's REST root is found from any of its pages, the user's rights are asked for."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from allmende.connectors.answers import Answer
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import JSON_TYPES, Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.neutral import Author
from allmende.connectors.secret import Secret
from allmende.connectors.wordpress.door import Door

LOGIN = Login(
    "password",
    (
        Question("site", "https://example.org"),
        Question("user", "redaktion"),
        Question("app_password", "abcd EFGH 1234 ijkl MNOP 5678", is_secret=True),
        Question("category", "Neues", is_required=False),
    ),
)
# Older comments do not wait for an answer any more.
HISTORY = timedelta(days=90)
RIGHTS = ("publish_posts", "edit_others_posts", "moderate_comments", "upload_files")
PAGE_TYPES = ("text/html", "application/xhtml+xml", *JSON_TYPES)
_ROOT = "https://api.w.org/"
_HEADER = re.compile(rf'<([^<>]+)>\s*;\s*rel="?{re.escape(_ROOT)}"?', re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]{0,1000}>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']{1,1000})["']""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
# What no WordPress answers to the question where its REST root is.
_NOT_SPOKEN = frozenset(
    "not_found unexpected_type garbled rejected forbidden redirected too_many_redirects too_large".split()
)


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Find the site and prove the password. Refused (`detail` names the question), LoggedOut, TryLater."""
    site = site_of(answers.get("site", ""))
    user, password = answers.get("user", "").strip(), "".join(answers.get("app_password", "").split())
    if not user or ":" in user:
        raise Refused("bad_answer", "user")
    if not password:
        raise Refused("bad_answer", "app_password")
    root = root_of(site, client)
    door, secret = Door(root, Secret(f"{user}:{password}"), client), Secret(f"{user}:{password}")
    answer = door.read("users/me", {"context": "edit"})
    with answer.understood():
        told = answer.json()
        author = author_of(told)
        granted = told.get("capabilities")
        may = [one for one in RIGHTS if isinstance(granted, Mapping) and granted.get(one)]
        url, number = str(told.get("link") or ""), int(told["id"])
    if "publish_posts" not in may:
        raise Refused("too_few_rights", "user")
    parts = urlsplit(root)
    path = parts.path.rstrip("/").removesuffix("/wp-json").removesuffix("/index.php")
    category = answers.get("category", "").strip()
    settings = {
        "root": root,
        "site": f"{parts.scheme}://{parts.netloc}{path}/",
        "network": f"{parts.netloc}{path}"[-70:],
        "user_id": number,
        "handle": author.handle,
        "url": url,
        "may": may,
        "categories": [_category(door, category)] if category else [],
        "since": (datetime.now(UTC) - HISTORY).isoformat(timespec="seconds"),
    }
    return Granted(settings, secret)


def author_of(told: Mapping[str, Any]) -> Author:
    """Ourselves in an answer of users/me. LookupError, TypeError."""
    number = told["id"]
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError("id")
    handle, name = str(told.get("slug") or ""), str(told.get("name") or "")
    return Author(f"user-{number}", handle, name or handle, is_us=True)


def site_of(written: str) -> str:
    """The address in what a person typed, with or without https, with or without the path to the dashboard. Refused."""
    typed = written.strip()
    if not _ADDRESS.match(typed):
        typed = f"https://{typed.lstrip('/')}"
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("bad_address", "site") from error
    if parts.username or parts.password:
        raise Refused("credentials_in_address", "site")
    if not host or " " in typed or not ("." in host or ":" in host or host == "localhost"):
        raise Refused("bad_address", "site")
    path = re.split(r"/wp-(?:admin|login|json)|/xmlrpc\.php", parts.path, maxsplit=1)[0].rstrip("/")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{shown}{f':{port}' if port else ''}{path}/"


def root_of(site: str, client: Client) -> str:
    """Where the site's REST API begins: as its page says, else where it usually is. Refused "site", TryLater.

    The password is sent there, so it must be the host that was typed or that the site's own page lies at.
    """
    candidates, at = [], site
    with _at_the_site():
        try:
            answer = client.read(site, types=PAGE_TYPES)
        except ConnectorError as error:
            # A front page may be closed or broken where the API is not.
            if error.reason_code not in _NOT_SPOKEN | {"logged_out"}:
                raise
        else:
            at = answer.url
            candidates = [urljoin(at, one) for one in _named(answer)]
    near = {urlsplit(one).netloc.lower() for one in (site, at)}
    candidates = [one for one in candidates if urlsplit(one).netloc.lower() in near]
    candidates += [urljoin(at, "wp-json/"), urljoin(at, "?rest_route=/")]
    for candidate in dict.fromkeys(candidates):
        if root := _spoken(candidate, client):
            return root
    raise Refused("not_this_network", "site")


def _named(answer: Answer) -> list[str]:
    """The roots a page names, in its headers or its head."""
    found = _HEADER.findall(answer.headers.get("link", ""))
    for tag in _LINK.findall(answer.body[:200_000].decode("utf-8", "replace")):
        if _ROOT in tag and (href := _HREF.search(tag)):
            found.append(unescape(href[1]))
    return found


def _spoken(candidate: str, client: Client) -> str:
    """The root if WordPress speaks there, where it was found after redirects; "" if not. TryLater."""
    with _at_the_site():
        try:
            answer = client.read(candidate)
            with answer.understood():
                told = answer.json()
                is_ours = "wp/v2" in told["namespaces"]
        except ConnectorError as error:
            if error.reason_code not in _NOT_SPOKEN | {"logged_out"}:
                raise
            return ""
    root = answer.url
    if not is_ours or urlsplit(root).netloc.lower() != urlsplit(candidate).netloc.lower():
        return ""
    return root if root.endswith("/") or "rest_route=" in root else f"{root}/"


def _category(door: Door, name: str) -> int:
    """The number of a category. Refused "category" if the site has none of this name."""
    answer = door.read("categories", {"search": name, "per_page": "100"})
    with answer.understood():
        for row in answer.json():
            if name.lower() in (unescape(str(row["name"])).lower(), str(row.get("slug", "")).lower()):
                return int(row["id"])
    raise Refused("bad_answer", "category")


@contextmanager
def _at_the_site() -> Iterator[None]:
    """What cannot be right at this address is told as the fault of the answer `site`."""
    try:
        yield
    except Refused as error:
        raise Refused("not_this_network" if error.reason_code in _NOT_SPOKEN else error.reason_code, "site") from error
    except TryLater as error:
        if error.reason_code not in _NOT_SPOKEN:
            raise
        raise Refused("not_this_network", "site") from error
