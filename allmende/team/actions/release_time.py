"""Write down how many hours a week somebody has for this work, and who said so (S3-11)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import Person, ReleasedTime


class CannotReleaseTime(Exception):
    """The hours were not written down; `field` is the name of the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def release_time(
    *,
    person: Person,
    colleague: Person,
    hours: Decimal,
    manager_name: str,
    confirmed_date: date,
    until_date: date,
    now: datetime,
    url: str,
    manager: Person | None = None,
) -> ReleasedTime:
    """`manager_name` set `hours` a week free for `colleague` until a day. A manager who works here is told, with `url`.

    Earlier confirmations stay. Raises CannotReleaseTime when nobody confirmed it, or somebody for themselves.
    """
    require(person, "team.unit.edit")
    name = manager.name if manager else manager_name.strip()
    if not name:
        raise CannotReleaseTime(_("Not saved: say which line manager confirmed the hours."), "manager_name")
    if colleague.workspace_id != person.workspace_id or colleague.left_at:
        raise CannotReleaseTime(_("Not saved: this person does not work here any more."), "colleague")
    if manager and manager.pk == colleague.pk:
        raise CannotReleaseTime(
            _("Not saved: nobody releases themselves. Choose the line manager who said yes."), "manager"
        )
    if not Decimal(0) <= hours <= Decimal(168):
        raise CannotReleaseTime(_("Not saved: a week has 168 hours. Write a number between 0 and 168."), "hours")
    if until_date < confirmed_date:
        raise CannotReleaseTime(_("Not saved: it would end before it begins. Choose a later day."), "until_date")
    released = ReleasedTime.objects.create(
        workspace=person.workspace,
        person=colleague,
        hours=hours,
        manager_name=name,
        manager=manager,
        confirmed_date=confirmed_date,
        until_date=until_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    record_audit(
        workspace=person.workspace, person=person, verb="team.time.released", target=released, now=now,
        after={"hours": str(hours), "until": until_date.isoformat(), "manager": name},
    )  # fmt: skip
    if manager and manager.pk != person.pk:
        values = {"name": colleague.name, "hours": str(hours), "until": until_date.isoformat()}
        send_notice(
            person=manager,
            kind="team.time_released",
            values=values,
            url=url,
            once_key=f"released:{released.pk}",
            now=now,
        )
    return released


@transaction.atomic
def undo_release(*, person: Person, now: datetime, pk: str) -> None:
    """Take a confirmation back that was entered by mistake; it does not count any more."""
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    released = ReleasedTime.objects.filter(workspace=person.workspace, pk=pk, archived_at__isnull=True).first()
    if released is None:
        raise stale_undo()
    change_record(record=released, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="team.time.withdrawn", target=released, now=now)
