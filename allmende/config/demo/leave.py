"""Leave the demo: everything invented goes, as if it had never been; what is one's own stays."""

from collections.abc import Sequence

from django.contrib.sessions.models import Session
from django.db import transaction

from allmende.config.demo.life import take_away
from allmende.config.rehearsal import networks
from allmende.config.rehearsal.leave import remove_copy
from allmende.config.remove import remove_workspace
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, User, Workspace


class NoDemo(Exception):
    """This workspace is somebody's own; nothing was removed."""


def remove_demo(*, workspace: Workspace) -> None:
    """Remove the workspace, its invented people, ledger and networks, and a copy that was practised in; all rows or none.

    Raises NoDemo.
    """
    if not workspace.is_demo:
        raise NoDemo(workspace.slug)
    users = list(Person.objects.filter(workspace=workspace).values_list("user", flat=True))
    copy = Workspace.objects.filter(rehearsal_of=workspace).first()
    with transaction.atomic():
        try:
            lock_workspace(workspace.pk)  # before its copy, as whoever ends a drill
        except Workspace.DoesNotExist:  # pressed twice
            return
        if copy:
            remove_copy(copy)
        remove_workspace(workspace)
        _remove_invented(users)
    if copy:
        networks.take_away()
    take_away()


def _remove_invented(users: Sequence[int]) -> None:
    """Log-ins that exist for the demo only, with what hangs on them."""
    invented = User.objects.filter(pk__in=users, persons__isnull=True, email__endswith="@nordlicht.example")
    ids = set(invented.values_list("pk", flat=True))
    for session in Session.objects.all():
        if str(session.get_decoded().get("_auth_user_id")) in {str(pk) for pk in ids}:
            session.delete()
    User.objects.filter(pk__in=ids).delete()
