"""Find incidents and prepared statements by their words."""

from django.urls import reverse
from django.utils.translation import gettext

from allmende.crisis.catalogue import STATE_WORDS
from allmende.crisis.models import HoldingStatement, Incident
from allmende.domain.folding import fold_text
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit

MOST = 500


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Those that hold all the words; umlauts and case do not matter."""
    wanted = fold_text(words).split()
    if not wanted or not may(person, "crisis.incident.read"):
        return []
    hits = []
    for one in Incident.objects.filter(workspace=workspace)[:MOST]:
        if _holds(wanted, one.title, one.cause):
            url = reverse("crisis:incident", args=[workspace.slug, one.pk])
            hits.append(Hit(gettext("Incident"), one.title, str(STATE_WORDS[one.state]), url))
    for row in HoldingStatement.objects.filter(workspace=workspace, archived_at__isnull=True)[:MOST]:
        if _holds(wanted, row.title, row.text):
            url = reverse("crisis:statement", args=[workspace.slug, row.pk])
            hits.append(Hit(gettext("Holding statement"), row.title, row.text[:90], url))
    return hits[:limit]


def _holds(wanted: list[str], *texts: str) -> bool:
    text = fold_text(" ".join(texts))
    return all(word in text for word in wanted)
