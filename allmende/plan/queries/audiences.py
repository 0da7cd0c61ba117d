"""Whom we address, in order, and what is known about them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from allmende.plan import states
from allmende.plan.models import Audience, AudienceAnalysis, AudienceLink, Goal, Objective
from allmende.team.access import is_shown
from allmende.team.models import Person, Workspace


@dataclass(frozen=True)
class AudienceRow:
    """An audience with what is known of it, the objectives that mean it, and the moves open to it."""

    audience: Audience
    analyses: tuple[AudienceAnalysis, ...]
    objectives: tuple[Objective, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True)
class AudiencesPage:
    """`is_open`: the plan has a goal; before that audiences stay closed (S3-07)."""

    is_open: bool
    rows: tuple[AudienceRow, ...]
    retired: tuple[AudienceRow, ...]


def audiences_page(workspace: Workspace) -> AudiencesPage:
    """All audiences of a workspace, ranked ones in order: five queries however many."""
    is_open = Goal.objects.filter(version__workspace=workspace).exists()
    found = Audience.objects.filter(workspace=workspace).select_related("updated_by").order_by("rank", "name")
    around = _around(workspace)
    rows = [_row(one, *around) for one in found]
    return AudiencesPage(
        is_open,
        tuple(row for row in rows if row.audience.state != states.RETIRED),
        tuple(row for row in rows if row.audience.state == states.RETIRED),
    )


def audience_row(audience: Audience) -> AudienceRow:
    """One audience with all that belongs to it."""
    return _row(audience, *_around(audience.workspace))


def audience_names(workspace: Workspace) -> list[str]:
    """The audiences an objective can name, by rank."""
    rows = Audience.objects.filter(workspace=workspace, rank__isnull=False).order_by("rank")
    return list(rows.values_list("name", flat=True))


def audiences_addressed(person: Person) -> list[tuple[str, str]]:
    """Key and name of the audiences this person may see, by rank: the word list asks for them by this name; one query."""
    if not is_shown(person, "plan.version.read"):
        return []
    rows = Audience.objects.filter(workspace=person.workspace, rank__isnull=False).order_by("rank")
    return list(rows.values_list("key", "name"))


def audiences_of_objectives(workspace: Workspace, keys: Collection[str]) -> dict[str, str]:
    """The key of the audience each of these objectives means, by the objective's key; one query."""
    rows = AudienceLink.objects.filter(workspace=workspace, objective_key__in=keys)
    return dict(rows.values_list("objective_key", "audience__key"))


def findings_to_rest_on(workspace: Workspace, chosen: object = None) -> QuerySet[AudienceAnalysis]:
    """The findings a lever can rest on, by rank of their audience; what was chosen stays choosable when put away."""
    rows = AudienceAnalysis.objects.filter(workspace=workspace).select_related("audience")
    return rows.filter(Q(archived_at__isnull=True) | Q(pk=chosen)).order_by("audience__rank", "-on_date")


def _around(workspace: Workspace) -> tuple[list[AudienceAnalysis], dict[object, list[Objective]]]:
    analyses = list(
        AudienceAnalysis.objects.select_related("created_by").filter(workspace=workspace, archived_at__isnull=True)
    )
    links = dict(AudienceLink.objects.filter(workspace=workspace).values_list("objective_key", "audience"))
    shown = Objective.objects.filter(version__workspace=workspace, key__in=links)
    by_audience: dict[object, list[Objective]] = {}
    seen: set[str] = set()
    for objective in shown.filter(version__state__in=(states.PUBLISHED, states.DRAFT)).order_by("version__number"):
        if objective.key not in seen:
            seen.add(objective.key)
            by_audience.setdefault(links[objective.key], []).append(objective)
    return analyses, by_audience


def _row(
    audience: Audience, analyses: list[AudienceAnalysis], objectives: dict[object, list[Objective]]
) -> AudienceRow:
    moves = tuple(state for state in states.AUDIENCE_STATES if state in states.AUDIENCE_MOVES[audience.state])
    known = tuple(one for one in analyses if one.audience_id == audience.pk)
    return AudienceRow(audience, known, tuple(objectives.get(audience.pk, ())), moves)
