"""Let e-mails to somebody outside go, with the address they went to."""

from collections.abc import Collection

from allmende.team.models import Mail, Workspace


def forget_mail(*, workspace: Workspace, to_address: str, once_keys: Collection[str]) -> int:
    """Nothing says any more that these were written, nor to whom; returns how many there were."""
    rows = Mail.objects.filter(workspace=workspace, to_address=to_address, once_key__in=once_keys)
    return rows.delete()[0]
