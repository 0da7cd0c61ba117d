"""Send steps to the calendars of those who do them: once agreed, when their day moves, when they fall away (3.5)."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.plan.models import Invitation
from allmende.plan.queries import CANCEL, Due, invitation_of, invitations_due
from allmende.team.actions import queue_mail, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking

SENT = "plan.invitation.sent"


def invite_doers(*, now: datetime) -> int:
    """Queue what calendars do not say yet; how many mails. Each change is told once, whoever else looks at the same time."""
    return sum(_tell(due, now) for due in list(invitations_due(now)))


def _tell(due: Due, now: datetime) -> bool:
    try:
        with transaction.atomic():
            lock_workspace(due.version.workspace_id)
            invitation = _claimed(due, now)
            if invitation is None:
                return False
            return due.person.left_at is None and _mail(due, invitation, now)
    except IntegrityError:
        return False  # another worker made the same invitation just now


def _claimed(due: Due, now: datetime) -> Invitation | None:
    """The row as it stands after this change; None when somebody else has told it meanwhile."""
    values = {
        "on_date": due.on_date,
        "what": due.what,
        "told": due.told,
        "told_at": now,
        "cancelled_at": now if due.method == CANCEL else None,
    }
    if due.before is None:
        return Invitation.objects.create(plan=due.version.plan, key=due.key, person=due.person, **values)
    before = due.before
    rows = Invitation.objects.filter(pk=before.pk, sequence=before.sequence, cancelled_at=before.cancelled_at)
    if not rows.update(sequence=before.sequence + 1, **values):
        return None
    return Invitation.objects.select_related("person__user").get(pk=before.pk)


def _mail(due: Due, invitation: Invitation, now: datetime) -> bool:
    workspace, person = due.version.workspace, due.person
    url = settings.ORIGIN + reverse("plan:step", kwargs={"slug": workspace.slug, "key": due.key})
    organizer = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with speaking(person.user.language, person.workspace.gender_form), timezone.override(workspace.zone):
        calendar = invitation_of(invitation, due.step, due.progress, url, organizer, due.method)
        context = {"due": due, "invitation": invitation, "url": url, "is_cancelled": due.method == CANCEL}
        body = render_to_string("plan/mails/invitation.txt", context)
        subject = _subject(due, invitation)
    is_queued = queue_mail(
        workspace=workspace,
        to_address=person.user.email,
        to_name=person.name,
        subject=subject,
        body=body,
        once_key=f"plan.invitation:{invitation.pk}:{invitation.sequence}",
        now=now,
        calendar=calendar,
        calendar_method=due.method,
    )
    record_audit(
        workspace=workspace, person=None, verb=SENT, target=invitation, now=now,
        after={"key": due.key, "method": due.method, "day": due.on_date.isoformat()},
    )  # fmt: skip
    return is_queued


def _subject(due: Due, invitation: Invitation) -> str:
    if due.method == CANCEL:
        return _("Called off: %(what)s") % {"what": due.what}
    if invitation.sequence and not (due.before and due.before.cancelled_at):
        return _("Changed: %(what)s") % {"what": due.what}
    return _("Invitation: %(what)s") % {"what": due.what}
