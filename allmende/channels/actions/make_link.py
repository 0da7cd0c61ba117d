"""Make a tracked link, end it, and let it lead on."""

import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.channels import audit
from allmende.channels.models import Channel, TrackedLink
from allmende.domain import tracked_link
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# Without letters that are read for others; 31 ** 7 codes are more than anybody tries.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 7
RIGHT = "editorial.item.edit"
MEDIUMS = {"own_forum": "community", "own_chat": "community", "newsletter": "email", "messenger": "messenger"}


class CannotMakeLink(Exception):
    """No link was made; the message says why."""


@transaction.atomic
def make_link(
    *, person: Person, target: str, name: str, now: datetime, channel: Channel | None = None, serves_key: str = "",
    campaign: str = "", desired: str = "", ends_date: date | None = None, subject: tuple[str, str, str] = ("", "", ""),
) -> TrackedLink:  # fmt: skip
    """A short address that leads to `target` (S3-22). `subject`: kind, id and title of the item it stands in.

    Raises CannotMakeLink.
    """
    require(person, RIGHT)
    target = target.strip()
    _check(target, person, ends_date, now)
    code = _free_code()
    made = TrackedLink.objects.create(
        workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, code=code,
        name=name.strip()[:120], target=target, channel=channel, serves_key=serves_key, desired=desired.strip(),
        source=channel.slug if channel else "allmende", medium=MEDIUMS.get(channel.kind if channel else "", "social"),
        campaign=slugify(campaign)[:80], content=code, ends_date=ends_date,
        subject_kind=subject[0], subject_id=subject[1], subject_label=subject[2][:200],
    )  # fmt: skip
    _write(person, audit.LINK_MADE, made, now)
    return made


@transaction.atomic
def end_link(*, person: Person, link: TrackedLink, now: datetime) -> TrackedLink:
    """From now on the link leads nowhere; its counts stay. Twice is once."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    return _set_end(person, link, now, now)


@transaction.atomic
def reopen_link(*, person: Person, link: TrackedLink, now: datetime) -> TrackedLink:
    """Let a link lead on that somebody ended, or whose last day has passed."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    return _set_end(person, link, None, now)


def _set_end(person: Person, link: TrackedLink, ended_at: datetime | None, now: datetime) -> TrackedLink:
    found = TrackedLink.objects.select_for_update(of=("self",)).get(pk=link.pk, workspace=person.workspace)
    fields: dict[str, object] = {} if (found.ended_at is None) == (ended_at is None) else {"ended_at": ended_at}
    if ended_at is None and found.ends_date and found.ends_date < person.workspace.day_at(now):
        fields["ends_date"] = None
    if fields:
        change_record(record=found, person=person, now=now, seen_revision=None, **fields)
        _write(person, audit.LINK_REOPENED if ended_at is None else audit.LINK_ENDED, found, now)
    return found


def _check(target: str, person: Person, ends_date: date | None, now: datetime) -> None:
    fault = tracked_link.fault_of_target(target)
    if fault:
        raise CannotMakeLink(_said(fault))
    host, path = tracked_link.host_and_path(target)
    if f"https://{host}" == settings.ORIGIN and path.startswith("/l/"):
        raise CannotMakeLink(_("Not made. That is a tracked link itself. Give the address it leads to."))
    if ends_date is not None and ends_date < person.workspace.day_at(now):
        raise CannotMakeLink(_("Not made. Its last day has passed already. Choose today or later."))


def _said(fault: str) -> str:
    return {
        tracked_link.NOT_HTTPS: _(
            "Not made. Tracked links lead to encrypted pages only. Begin the address with https://."
        ),
        tracked_link.NO_HOST: _("Not made. The address names no site. Write it as in https://example.org/page."),
        tracked_link.HAS_LOGIN: _("Not made. The address holds a name or password before an @. Leave that out."),
        tracked_link.TOO_LONG: _("Not made. The address has more than 2,000 characters. Choose a shorter one."),
        tracked_link.UNREADABLE: _("Not made. The address holds blanks or signs no address has. Copy it once more."),
    }[fault]


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))
        if not TrackedLink.objects.filter(code=code).exists():
            return code


def _write(person: Person, verb: str, link: TrackedLink, now: datetime) -> None:
    after = {"code": link.code, "target": link.target}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=link, now=now, after=after)
