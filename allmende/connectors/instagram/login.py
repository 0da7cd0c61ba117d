"""Let in by Business Login for Instagram (instagram-api-with-instagram-login/business-login)."""

from datetime import UTC, datetime

from allmende.connectors import graph
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.secret import Secret
from allmende.connectors.sixty_days import HISTORY, QUESTIONS, Way

WAY = Way(
    "https://graph.instagram.com",
    "https://www.instagram.com/oauth/authorize",
    "https://api.instagram.com/oauth/access_token",
    "ig",
    ("instagram_business_basic", "instagram_business_manage_comments", "instagram_business_content_publish"),
)
LOGIN = Login(
    "redirect",
    QUESTIONS,
    permissions=WAY.scopes,
    has_application=True,
)
ACCOUNT_FIELDS = "user_id,username,name"


def finish(kept: Secret, code: str, client: Client, way: Way = WAY) -> Granted:
    """The account's token for sixty days. LoggedOut: the code is worth nothing."""
    session = way.finish(kept, code, client)
    door = graph.Door(f"{way.host}/{graph.VERSION}", session, client)
    answer = door.read("me", {"fields": ACCOUNT_FIELDS})
    with answer.understood():
        account = answer.json()
        user_id, handle = graph.id_of({"id": account["user_id"]}), str(account["username"])
    graph.have_told(door, user_id, "comments")  # instagram-platform/webhooks/setup
    settings = {
        "network": "instagram.com",
        "user_id": user_id,
        "handle": handle,
        "url": f"https://www.instagram.com/{handle}/",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if way == WAY else settings | {"host": way.host}, session.sealed())
