"""Put an e-mail in the queue."""

from datetime import datetime

from allmende.team.models import Mail, Workspace

SUBJECT_LENGTH = 200


def queue_mail(
    *,
    workspace: Workspace,
    to_address: str,
    to_name: str,
    subject: str,
    body: str,
    once_key: str,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
) -> bool:
    """Let the worker send it, once per `once_key`; False when it was queued before, or when nobody real would get it.

    `calendar` is an invitation in iCalendar with the method it names (REQUEST, CANCEL).

    Addresses of the demo are invented, and who practises is to startle nobody: nothing is ever sent there.
    """
    if not to_address or workspace.mails_nobody:
        return False
    _, created = Mail.objects.get_or_create(
        workspace=workspace,
        to_address=to_address,
        once_key=once_key[:120],
        defaults={
            "to_name": " ".join(to_name.split()),
            "subject": " ".join(subject.split())[:SUBJECT_LENGTH],
            "body": body,
            "calendar": calendar,
            "calendar_method": calendar_method,
            "created_at": now,
            "send_after": now,
        },
    )
    return created
