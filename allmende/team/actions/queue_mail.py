"""Put an e-mail in the queue."""

from datetime import datetime

from allmende.team.models import Mail, Workspace

SUBJECT_LENGTH = 200


def queue_mail(
    *, workspace: Workspace, to_address: str, to_name: str, subject: str, body: str, once_key: str, now: datetime
) -> bool:
    """Let the worker send it, once per `once_key`; False when it was queued before, or when nobody real would get it.

    Addresses of the demo are invented: nothing is ever sent there.
    """
    if not to_address or workspace.is_demo:
        return False
    _, created = Mail.objects.get_or_create(
        workspace=workspace,
        to_address=to_address,
        once_key=once_key[:120],
        defaults={
            "to_name": to_name,
            "subject": " ".join(subject.split())[:SUBJECT_LENGTH],
            "body": body,
            "created_at": now,
            "send_after": now,
        },
    )
    return created
