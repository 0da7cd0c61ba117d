"""Make a link that logs a user in, once."""

import secrets
from datetime import datetime, timedelta

from allmende.team.access import hash_of_token
from allmende.team.models import LoginLink, User
from allmende.team.states import LOGIN_LINK_HOURS


def make_login_link(*, user: User, now: datetime) -> str:
    """A token for `/login/<token>/`, good once within 24 hours. Only its hash is kept; older unused links die."""
    LoginLink.objects.filter(user=user, used_at__isnull=True).delete()
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(
        user=user,
        token_hash=hash_of_token(token),
        created_at=now,
        expires_at=now + timedelta(hours=LOGIN_LINK_HOURS),
    )
    return token
