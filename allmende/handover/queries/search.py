"""What the search finds in this room."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.handover.models import KnowledgeNote
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Notes of knowledge whose question or answer holds all the words."""
    if not may(person, "handover.note.edit"):
        return []
    rows = KnowledgeNote.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("holder")
    for word in words.split():
        rows = rows.filter(Q(question__icontains=word) | Q(answer__icontains=word))
    return [
        Hit(_("Knowledge"), one.question, one.holder.name, reverse("handover:note", args=[workspace.slug, one.pk]))
        for one in rows[:limit]
    ]
