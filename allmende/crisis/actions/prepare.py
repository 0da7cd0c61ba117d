"""What is prepared in calm times: holding statements. And what is entered by hand at any time: mentions in the media."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.crisis import audit
from allmende.crisis.actions.keep_incident import CannotKeep
from allmende.crisis.actions.watch import propose_for_media
from allmende.crisis.actions.write_log import LOG
from allmende.crisis.catalogue import STATEMENTS
from allmende.crisis.models import HoldingStatement, MediaMention
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

EDIT = "crisis.statement.edit"


@transaction.atomic
def take_over_statements(*, person: Person, now: datetime) -> int:
    """The shipped statements, in the workspace's language, to be rewritten; none where some were written. How many."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if HoldingStatement.objects.filter(workspace=person.workspace, archived_at__isnull=True).exists():
        return 0
    with speaking(person.workspace.language, person.workspace.gender_form):
        proposals: list[dict[str, Any]] = [
            {k: v if isinstance(v, int) else str(v) for k, v in one.items()} for one in STATEMENTS
        ]
    for proposal in proposals:
        save_statement(person=person, statement=None, now=now, **proposal)
    return len(proposals)


@transaction.atomic
def save_statement(
    *, person: Person, statement: HoldingStatement | None, title: str, text: str, now: datetime,
    revision: int | None = None, **fields: Any,
) -> HoldingStatement:  # fmt: skip
    """Prepare words for a case, or change them. Raises CannotKeep and StaleRevision."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if not title.strip():
        raise CannotKeep(_("Not saved. Name the case, so that it is found when there is no time."), "title")
    if not text.strip():
        raise CannotKeep(_("Not saved. Write the words that go out first."), "text")
    given = {"title": title.strip(), "text": text.strip()} | fields
    if statement:
        saved = HoldingStatement.objects.get(pk=statement.pk, workspace=person.workspace)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **given)
    else:
        saved = HoldingStatement.objects.create(workspace=person.workspace, **given, **_by(person, now))
    record_audit(workspace=person.workspace, person=person, verb=audit.STATEMENT_SAVED, target=saved, now=now)
    return saved


@transaction.atomic
def archive_statement(*, person: Person, statement: HoldingStatement, now: datetime) -> HoldingStatement:
    """Offer it no more; what was sent stays as it went out."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    statement = HoldingStatement.objects.get(pk=statement.pk, workspace=person.workspace)
    change_record(record=statement, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.STATEMENT_SAVED, target=statement, now=now)
    return statement


@transaction.atomic
def save_mention(
    *, person: Person, title: str, outlet: str, url: str, weight: int, seen_at: datetime, now: datetime
) -> MediaMention:
    """An article or a broadcast about us; the signals count it, and a weighty one is a signal. Raises CannotKeep."""
    require(person, LOG)
    if not title.strip() or not outlet.strip():
        raise CannotKeep(_("Not saved. Say which medium, and what it wrote."), "title" if outlet.strip() else "outlet")
    made = MediaMention.objects.create(
        workspace=person.workspace, title=title.strip(), outlet=outlet.strip(), url=url, weight=weight, seen_at=seen_at,
        **_by(person, now),
    )  # fmt: skip
    record_audit(workspace=person.workspace, person=person, verb=audit.MENTION_SAVED, target=made, now=now)
    propose_for_media(mention=made, now=now)
    return made


@transaction.atomic
def archive_mention(*, person: Person, mention: MediaMention, now: datetime) -> MediaMention:
    """It was not about us."""
    require(person, LOG)
    lock_workspace(person.workspace_id)
    mention = MediaMention.objects.get(pk=mention.pk, workspace=person.workspace)
    change_record(record=mention, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.MENTION_SAVED, target=mention, now=now)
    return mention


def _by(person: Person, now: datetime) -> dict[str, Any]:
    return {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
