"""A person takes what was supposed, dismisses it, or chose something else; the switch that turns suggestions off."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.guidelines.models import ReactionRule
from allmende.inbox import audit, states
from allmende.inbox.actions.choose_situation import choose_situation
from allmende.inbox.models import Conversation, FilingMark, Suggestion, TriageRules
from allmende.inbox.queries.thread import rules_for
from allmende.inbox.queries.triage import last_suggestion
from allmende.team.access import require
from allmende.team.actions import StaleRevision, change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

SORT = "inbox.conversation.sort"


class CannotTake(Exception):
    """Nothing changed; the message says why."""


@transaction.atomic
def take_suggestion(*, person: Person, conversation: Conversation, now: datetime) -> ReactionRule | Suggestion:
    """Let the supposed situation apply; its rule. A label that names no situation is only agreed with. Raises CannotTake."""
    require(person, SORT)
    lock_workspace(person.workspace_id)
    found = _open_one(conversation)
    if found.situation is None:
        _answer(found, states.TAKEN, person, now)
        _audit(person, audit.SUGGESTION_TAKEN, conversation, now)
        return found
    rule = rules_for(conversation.channel_id).filter(situation=found.situation).first()
    if rule is None:
        raise CannotTake(
            _("Nothing was changed. The reaction plan of this channel has no rule for that situation; add one first.")
        )
    choose_situation(person=person, conversation=conversation, rule=rule, now=now)
    return rule


@transaction.atomic
def dismiss_suggestion(*, person: Person, conversation: Conversation, now: datetime) -> Suggestion:
    """It does not fit: it stands there no more, and what is learned next learns from that. Raises CannotTake."""
    require(person, SORT)
    lock_workspace(person.workspace_id)
    found = _open_one(conversation)
    _answer(found, states.DISMISSED, person, now)
    _audit(person, audit.SUGGESTION_DISMISSED, conversation, now)
    return found


@transaction.atomic
def undo_suggestion(*, person: Person, message: int, now: datetime) -> None:
    """Let it stand there again. Raises CannotUndo when somebody said something else since."""
    require(person, SORT)
    lock_workspace(person.workspace_id)
    rows = Suggestion.objects.filter(
        pk=message, message__channel__workspace=person.workspace, answered_by=person,
        state__in=(states.TAKEN, states.DISMISSED),
    ).select_related("message__entry__conversation__workspace")  # fmt: skip
    found = rows.first()
    if found is None:
        raise stale_undo()
    Suggestion.objects.filter(pk=found.pk).update(state=states.OPEN, answered_by=None, answered_at=None, chosen=None)
    _audit(person, audit.SUGGESTION_REOPENED, found.message.entry.conversation, now)


@transaction.atomic
def save_triage(*, person: Person, is_on: bool, now: datetime, seen_revision: int | None = None) -> TriageRules:
    """Turn suggestions on or off. Turned on, those who wait now are read too."""
    require(person, "team.workspace.edit")
    lock_workspace(person.workspace_id)
    found = TriageRules.objects.filter(workspace=person.workspace).first()
    if found is None:
        found = TriageRules.objects.create(
            workspace=person.workspace,
            created_at=now,
            created_by=person,
            updated_at=now,
            updated_by=person,
            is_on=is_on,
        )
    else:
        change_record(record=found, person=person, now=now, seen_revision=seen_revision, is_on=is_on)
    if is_on:
        FilingMark.objects.filter(name="suggested").update(changed_until=None)
    after = {"on": is_on}
    record_audit(workspace=person.workspace, person=person, verb=audit.TRIAGE_SAVED, target=found, now=now, after=after)
    return found


@transaction.atomic
def undo_triage(*, person: Person, now: datetime, pk: str, revision: int, before: dict[str, Any]) -> None:
    """Turn them as they were; turned on again, what came meanwhile is read too. Raises CannotUndo."""
    found = TriageRules.objects.filter(workspace=person.workspace_id, pk=pk).first()
    if found is None:
        raise stale_undo()
    try:
        save_triage(person=person, is_on=bool(before["is_on"]), now=now, seen_revision=revision)
    except StaleRevision as error:
        raise stale_undo() from error


def _open_one(conversation: Conversation) -> Suggestion:
    found = last_suggestion(conversation)
    if found is None or found.state != states.OPEN:
        raise CannotTake(_("Nothing was changed. Somebody has answered this suggestion already."))
    return found


def _answer(found: Suggestion, state: str, person: Person, now: datetime) -> None:
    Suggestion.objects.filter(pk=found.pk).update(state=state, answered_by=person, answered_at=now, chosen=None)


def _audit(person: Person, verb: str, conversation: Conversation, now: datetime) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=conversation, now=now)
