"""Show or hide what a visitor wrote."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.hub import audit, states
from allmende.hub.models import Comment
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

VERBS = {states.SHOWN: audit.SHOWN, states.HIDDEN: audit.HIDDEN, states.WAITING: audit.REOPENED}


@transaction.atomic
def decide_comment(*, person: Person, comment: Comment, state: str, now: datetime) -> Comment:
    """Show a comment, hide it, or leave it open again. Deciding the same twice is deciding once."""
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    found = Comment.objects.select_for_update(of=("self",)).select_related("message__channel").get(pk=comment.pk)
    if found.state == state:
        return found
    if state not in states.COMMENT_MOVES[found.state]:
        raise ValueError(state)
    before, found.state = found.state, state
    is_open = state == states.WAITING
    found.decided_at, found.decided_by = (None, None) if is_open else (now, person)
    found.save(update_fields=["state", "decided_at", "decided_by"])
    record_audit(
        workspace=person.workspace, person=person, verb=VERBS[state], target=found, now=now,
        before={"state": before}, after={"state": state},
    )  # fmt: skip
    return found


def undo_comment(*, person: Person, now: datetime, pk: int, state: str, decided: str) -> None:
    """Take a decision back. Raises CannotUndo if somebody decided otherwise since."""
    found = Comment.objects.filter(pk=pk, message__channel__workspace=person.workspace).first()
    if found is None or found.state != decided:
        raise CannotUndo(_("Not undone. Somebody decided otherwise about this comment meanwhile."))
    decide_comment(person=person, comment=found, state=state, now=now)
