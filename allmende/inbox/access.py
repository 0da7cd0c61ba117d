"""Give a person the conversation they ask for, or behave as if it did not exist."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.channels.models import Dispatch
from allmende.inbox.models import Conversation
from allmende.team.models import Person

# What a page and the actions need of the rows around it; an account's secret would be unsealed for every look.
SHOWN = (
    *(field.attname for field in Conversation._meta.concrete_fields),
    *("channel__name", "channel__kind", "channel__hours_id", "channel__account__kind", "assignee__name"),
    *("rule__situation", "rule__name", "rule__instruction", "rule__reason", "rule__counts_service_hours"),
)


def find_conversation(person: Person, public_id: UUID) -> Conversation:
    """The conversation of the person's workspace, or 404."""
    return get_object_or_404(
        Conversation.objects.select_related("channel__account", "rule", "assignee").only(*SHOWN),
        workspace=person.workspace,
        public_id=public_id,
    )


def find_reply(person: Person, public_id: UUID) -> Dispatch:
    """A dispatch of the person's workspace that is a reply, or 404."""
    return get_object_or_404(
        Dispatch.objects.select_related("message__entry__conversation", "workspace", "channel"),
        workspace=person.workspace,
        public_id=public_id,
        kind="reply",
    )
