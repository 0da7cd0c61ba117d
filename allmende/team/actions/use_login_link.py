"""Spend a one-time log-in link."""

from datetime import datetime

from allmende.team.access import hash_of_token
from allmende.team.models import LoginLink, User


def use_login_link(*, token: str, now: datetime) -> User | None:
    """The user whose link this is, or None: unknown, used, expired and closed accounts look the same.

    One conditional update spends the link, so that of two clicks at once only one gets in.
    """
    digest = hash_of_token(token)
    # No join: PostgreSQL would then ask an old snapshot whether the link is still unused.
    active = User.objects.filter(is_active=True)
    good = LoginLink.objects.filter(token_hash=digest, used_at__isnull=True, expires_at__gt=now, user__in=active)
    if not good.update(used_at=now):
        return None
    return LoginLink.objects.select_related("user").get(token_hash=digest).user
