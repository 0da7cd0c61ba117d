"""Tell people what the queue cannot settle alone."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from allmende.channels.models import Account, Dispatch, Pause
from allmende.team.access import may
from allmende.team.actions import send_notice
from allmende.team.models import Person
from allmende.team.queries import holders_of, is_open_to

LABEL_LENGTH = 120


def notify_about_dispatch(*, dispatch: Dispatch, what: str, now: datetime) -> None:
    """Tell the author, and whoever may settle it if the author may not: once per dispatch, matter and attempt.

    `what`: refused, unclear, missed, given_up.
    """
    author = dispatch.created_by
    people: list[Person] = [author] if author and is_open_to(author, dispatch.workspace.day_at(now)) else []
    if not any(may(person, "channels.dispatch.settle") for person in people):
        people += [one for one in holders_of(dispatch.workspace, "channels.dispatch.settle") if one not in people]
    values = {
        "label": (dispatch.subject_label or dispatch.message.title or dispatch.message.text)[:LABEL_LENGTH],
        "channel": dispatch.channel.name,
        "reason_code": dispatch.reason_code,
        "reason": dispatch.reason,
    }
    url = _url("channels:queue", dispatch.workspace.slug, f"#d-{dispatch.public_id}")
    _tell(people, f"channels.dispatch_{what}", values, url, f"{dispatch.pk}:{what}:{dispatch.attempts}", now)


def notify_about_account(*, account: Account, now: datetime) -> None:
    """Tell those who may connect accounts that this one is logged out, once per log-out."""
    people = holders_of(account.workspace, "channels.account.connect")
    url = _url("channels:index", account.workspace.slug)
    key = f"{account.pk}:logged_out:{account.revision}"
    _tell(people, "channels.account_logged_out", {"account": account.name}, url, key, now)


def notify_about_sending(*, account: Account, reason_code: str, now: datetime) -> None:
    """Tell those who may connect accounts that nothing of what waits leaves by this one: once a day, as long as it lasts."""
    people = holders_of(account.workspace, "channels.account.connect")
    url = _url("channels:queue", account.workspace.slug)
    values = {"account": account.name, "reason_code": reason_code}
    key = f"{account.pk}:{reason_code}:{account.workspace.day_at(now).isoformat()}"
    _tell(people, "channels.account_not_sending", values, url, key, now)


def notify_about_pause(*, pause: Pause, now: datetime) -> None:
    """Tell those who may let publishing go on, once per pause."""
    people = holders_of(pause.workspace, "channels.pause.end")
    url = _url("channels:publishing", pause.workspace.slug)
    key = f"{pause.pk}:{pause.created_at.isoformat()}"
    _tell(people, "channels.publishing_paused", {"reason": pause.reason}, url, key, now)


def notify_about_last_day(*, dispatch: Dispatch, what: str, now: datetime) -> None:
    """Tell the author that the last day of the channel `keeps` it back, or `frees` it again; each time anew."""
    author = dispatch.created_by
    if author is None or not is_open_to(author, dispatch.workspace.day_at(now)):
        return
    label = dispatch.subject_label or dispatch.message.title or dispatch.message.text
    values = {"label": label[:LABEL_LENGTH], "channel": dispatch.channel.name}
    url = _url("channels:queue", dispatch.workspace.slug, f"#d-{dispatch.public_id}")
    _tell([author], f"channels.last_day_{what}", values, url, f"{dispatch.pk}:{now.isoformat()}", now)


def notify_about_ending(*, account: Account, ends_at: datetime, now: datetime) -> None:
    """Tell those who may connect accounts that this log-in ends soon, once per log-in."""
    people = holders_of(account.workspace, "channels.account.connect")
    url = _url("channels:index", account.workspace.slug)
    values = {"account": account.name, "ends_at": ends_at.isoformat()}
    _tell(people, "channels.account_ends_soon", values, url, f"{account.pk}:ends:{ends_at.isoformat()}", now)


def _tell(people: Iterable[Person], kind: str, values: dict[str, str], url: str, key: str, now: datetime) -> None:
    for person in people:
        send_notice(person=person, kind=kind, values=values, url=url, once_key=f"{kind}:{key}", now=now)


def _url(name: str, slug: str, fragment: str = "") -> str:
    try:
        return reverse(name, kwargs={"slug": slug}) + fragment
    except NoReverseMatch:
        return ""
