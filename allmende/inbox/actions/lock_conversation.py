"""Hold a conversation while its answers change."""

from typing import TYPE_CHECKING

from allmende.inbox.models import Conversation
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet


def locked(person: Person) -> "QuerySet[Conversation]":
    """Conversations of the person's workspace; whoever reads one holds it until the transaction ends.

    Answers and their second readings change only under it, and it comes first, after the workspace: the conversation, then
    the reading, then the dispatch. So two never wait for each other, and one of them sees what the other did.
    """
    lock_workspace(person.workspace_id)
    return Conversation.objects.select_for_update(of=("self",)).filter(workspace=person.workspace_id)
