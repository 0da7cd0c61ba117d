"""Take an import back: its messages, gestures and the members nobody else knows."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils.translation import gettext as _

from allmende.channels.actions.write_rows import chunks
from allmende.channels.models import Gesture, ImportRun, Message
from allmende.channels.queries import refused_file
from allmende.channels.queries.imports import forget_upload
from allmende.members.models import ActorRule, Identity, Member
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotUndoImport(Exception):
    """The import stays; the message says why."""


@transaction.atomic
def undo_import(*, person: Person, import_run: ImportRun, now: datetime) -> ImportRun:
    """Remove what the run brought in, all or nothing. Answers that came from elsewhere stay, without their other end."""
    require(person, "channels.archive.import")
    lock_workspace(person.workspace_id)
    run = ImportRun.objects.select_for_update().get(pk=import_run.pk, workspace=person.workspace)
    if run.state == "undone":
        raise CannotUndoImport(_("Nothing changed. This import was undone before."))
    if run.is_open:
        raise CannotUndoImport(_("Not undone. The import is still running; stop it first, or wait until it has ended."))
    Gesture.objects.filter(import_run=run).delete()
    mine = list(Message.objects.filter(import_run=run).values_list("pk", flat=True))
    for part in chunks(mine):
        try:
            Message.objects.filter(pk__in=part).delete()
        except ProtectedError as error:
            raise CannotUndoImport(
                _("Not undone. Something was decided about words of this import; the decision and its evidence stay.")
            ) from error
    _forget_members(run)
    _forget_rules(run)
    run.state, run.finished_at, run.updated_at, run.updated_by = "undone", now, now, person
    run.cursor, run.refused_bytes = "", 0
    run.save(update_fields=["state", "finished_at", "updated_at", "updated_by", "cursor", "refused_bytes"])
    record_audit(workspace=run.workspace, person=person, verb="channels.archive.undone", target=run, now=now)
    refused_file(run).unlink(missing_ok=True)
    forget_upload(run)
    return run


def _forget_rules(run: ImportRun) -> None:
    """Who counts as staff or bot in an archive, as this run said; elsewhere the names mean people we still meet."""
    if run.channel.account_id is None and not Message.objects.filter(channel=run.channel).exists():
        named = [*run.choices.get("staff", ()), *run.choices.get("bots", ())]
        ActorRule.objects.filter(workspace=run.workspace, network=run.channel.network, pattern__in=named).delete()


def _forget_members(run: ImportRun) -> None:
    silent = Identity.objects.filter(workspace=run.workspace, network=run.channel.network, is_us=False).exclude(
        Exists(Message.objects.filter(identity=OuterRef("pk")))
        | Exists(Gesture.objects.filter(identity=OuterRef("pk")))
    )
    members = list(silent.values_list("member_id", flat=True))
    silent.delete()
    for part in chunks(members):
        Member.objects.filter(pk__in=part, identities__isnull=True).delete()
