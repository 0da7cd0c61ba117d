"""Is what networks tell at once heard at once: lines that do not stand, webhooks that never rang. It is read later all the same."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from allmende.channels.models import Account, Channel, Message
from allmende.channels.queries import bell_of, can_stream
from allmende.channels.states import INWARD, LISTENING_CHANNELS, LOGGED_OUT
from allmende.health.queries.look import Look, Trouble, listed

DEAF = timedelta(minutes=10)
# Between a ring and the words it was for; and how long a new account may take to ring for the first time.
LATE, NEW = timedelta(hours=1), timedelta(days=1)


def lines(look: Look) -> Trouble | None:
    """Streams and web sockets that do not stand."""
    deaf = _listening(look).filter(deaf_since__lt=look.now - DEAF, heard_until=None)
    names = [f"{one.name} ({one.deaf_reason})" for one in deaf if can_stream(one)]
    if not names:
        return None
    return Trouble(
        _("Heard only at intervals, because no open line stands: %(names)s") % {"names": listed(names)},
        _(
            "Nothing is lost, it comes later. See whether a proxy or firewall on the way lets connections stand for minutes, and"
            " whether the application at the network may tell at once (its page in the handbook says how). It is tried again by"
            " itself."
        ),
    )


def bells(look: Look) -> Trouble | None:
    """Webhooks that have never rung, or have stopped, although something came."""
    words = Message.objects.filter(channel__account=OuterRef("pk"), direction=INWARD)
    rows = _listening(look)
    stopped = rows.filter(Exists(words.filter(recorded_at__gt=OuterRef("rang_at") + LATE)), rang_at__isnull=False)
    never = rows.filter(Exists(words), rang_at=None, created_at__lt=look.now - NEW) if _is_public() else rows.none()
    names = _ringing([*stopped, *never])
    if not names:
        return None
    return Trouble(
        _("The webhook has not rung, although something came: %(names)s") % {"names": listed(names)},
        _(
            "Nothing is lost, it comes at the next look. Open the account under Channels, and compare address and key with those at"
            " the network; its list of deliveries says what was answered."
        ),
    )


def _listening(look: Look) -> "QuerySet[Account]":
    open_ = Channel.objects.filter(state__in=LISTENING_CHANNELS, archived_at=None, account=OuterRef("pk"))
    rows = look.own(Account.objects.filter(archived_at=None)).exclude(state=LOGGED_OUT)
    return rows.filter(Exists(open_)).order_by("name")


def _ringing(accounts: Iterable[Account]) -> list[str]:
    """The names of those whose network rings by webhook and holds no line instead."""
    return [one.name for one in accounts if bell_of(one) and not can_stream(one)]


def _is_public() -> bool:
    """Whether a network can reach us at all."""
    origin = urlsplit(settings.ORIGIN)
    return origin.scheme == "https" and origin.hostname not in ("localhost", "127.0.0.1", "::1", None)
