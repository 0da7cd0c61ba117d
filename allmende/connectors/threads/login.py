"""Let in by Threads' own window (threads/get-started/get-access-tokens-and-permissions)."""

from datetime import UTC, datetime

from allmende.connectors import graph
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.secret import Secret
from allmende.connectors.sixty_days import HISTORY, QUESTIONS, Way

WAY = Way(
    "https://graph.threads.net",
    "https://threads.net/oauth/authorize",
    "https://graph.threads.net/oauth/access_token",
    "th",
    (
        "threads_basic",
        "threads_content_publish",
        "threads_read_replies",
        "threads_manage_replies",
        "threads_manage_mentions",
        "threads_manage_insights",
        "threads_delete",
    ),
)
LOGIN = Login(
    "redirect",
    QUESTIONS,
    permissions=WAY.scopes,
    has_application=True,
)
ACCOUNT_FIELDS = "id,username,name"


def finish(kept: Secret, code: str, client: Client, way: Way = WAY) -> Granted:
    """The account's token for sixty days. LoggedOut: the code is worth nothing."""
    session = way.finish(kept, code, client)
    door = graph.Door(f"{way.host}/{graph.THREADS_VERSION}", session, client)
    answer = door.read("me", {"fields": ACCOUNT_FIELDS})
    with answer.understood():
        account = answer.json()
        user_id, handle = graph.id_of(account), str(account["username"])
    settings = {
        "network": "threads.net",
        "user_id": user_id,
        "handle": handle,
        "url": f"https://www.threads.net/@{handle}",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if way == WAY else settings | {"host": way.host}, session.sealed())
