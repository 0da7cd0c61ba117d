"""What is still somebody's to answer; asked by the team before they leave."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.inbox.models import Conversation
from allmende.inbox.states import OPEN_STATES
from allmende.team.models import Person
from allmende.team.queries import Thing


def open_work_of(person: Person, now: datetime) -> list[Thing]:
    """The conversations that wait and are assigned to a person, by the time they are due."""
    rows = Conversation.objects.filter(workspace=person.workspace, assignee=person, state__in=OPEN_STATES)
    slug = person.workspace.slug
    return [
        Thing(
            "conversation",
            str(one.pk),
            one.title or _("Conversation"),
            reverse("inbox:conversation", args=[slug, one.public_id]),
        )
        for one in rows.order_by("due_at", "id")
    ]
