"""Who can be asked about what."""

from django.db.models import QuerySet

from allmende.team.models import Expert, Workspace


def experts_of(workspace: Workspace) -> QuerySet[Expert]:
    """Everybody who answers questions by agreement, by name, with their deputies."""
    rows = Expert.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("person", "unit", "deputy")


def topics_of(workspace: Workspace) -> list[str]:
    """All topics somebody answers for, in order."""
    return sorted({topic for one in experts_of(workspace) for topic in one.topics}, key=str.casefold)
