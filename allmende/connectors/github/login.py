"""Let in by a personal access token, fine-grained, for one repository with the permission Discussions: read and write."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.fields import part_of, rows_of, text_of
from allmende.connectors.github import words
from allmende.connectors.github.door import Door
from allmende.connectors.github.read import id_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret
from allmende.connectors.watching import UNREADABLE

LOGIN = Login(
    "password",
    (
        Question("token", "github_pat_…", is_secret=True),
        Question("repository", "https://github.com/haus/werkstatt"),
        Question("category", "General", is_required=False),
    ),
    permissions=("Discussions: Read and write",),
)
HISTORY = timedelta(days=90)
_TOKEN = re.compile(r"(?:github_pat_|gh[a-z]_)\w{20,250}", re.ASCII)
_REPOSITORY = re.compile(r"(?:https://github\.com/)?([A-Za-z0-9-]{1,39}/[A-Za-z0-9_.-]{1,100}?)(?:\.git|/.*)?/?")
_MODERATORS = frozenset({"ADMIN", "MAINTAIN", "WRITE", "TRIAGE"})


def log_in(answers: Mapping[str, str], client: Client, server: str = "") -> Granted:
    """What the token opens. LoggedOut, Refused (`detail` names the question), TryLater."""
    token = answers.get("token", "").strip()
    found = _REPOSITORY.fullmatch(answers.get("repository", "").strip())
    if not _TOKEN.fullmatch(token):
        raise Refused("bad_answer", "token")
    if not found:
        raise Refused("bad_answer", "repository")
    secret, (owner, _, name) = Secret(token), found[1].partition("/")
    door = Door(server, secret, client)
    try:
        told = door.read(words.REPOSITORY, owner=owner, name=name)
    except Refused as error:
        raise Refused("no_such_repository", "repository") from error
    repository = part_of(told, "repository")
    if not repository:
        raise Refused("no_such_repository", "repository")
    if repository.get("hasDiscussionsEnabled") is not True:
        raise Refused("discussions_off", "repository")
    category = category_of(answers.get("category", ""), rows_of(part_of(repository, "discussionCategories"), "nodes"))
    try:
        settings = _settings(part_of(told, "viewer"), repository, category)
    except UNREADABLE as error:
        raise TryLater(reason_code="garbled", detail=type(error).__name__) from error
    ends = {"token_ends": door.token_ends.isoformat()} if door.token_ends else {}
    return Granted(settings | ends | ({"server": server} if server else {}), secret)


def category_of(written: str, categories: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The category in what a person typed; without a word the one called General, or the first. Refused."""
    typed = written.strip().casefold()
    for one in categories:
        if (typed or "general") in (text_of(one, "name").casefold(), text_of(one, "slug").casefold()):
            return one
    if typed or not categories:
        raise Refused("bad_answer", "category")
    return categories[0]


def _settings(us: Mapping[str, Any], repository: Mapping[str, Any], category: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "network": "github.com",
        "user_id": id_of(us),
        "handle": str(us["login"]),
        "repository": str(repository["nameWithOwner"]),
        "repository_id": id_of(repository),
        "category_id": id_of(category),
        "category": text_of(category, "name")[:100],
        "url": f"{text_of(repository, 'url')}/discussions",
        "is_private": repository.get("isPrivate") is True,
        "can_moderate": text_of(repository, "viewerPermission") in _MODERATORS,
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
