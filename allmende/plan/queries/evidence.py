"""Figures of the plan in one place: the newest of each part, what belongs to nothing, tables, judgements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from allmende.plan import states
from allmende.plan.models import ElementVisit, Evidence, EvidenceUpload, Judgement
from allmende.plan.queries.facts import Orphan, evidence_series, orphans_among
from allmende.plan.queries.figures import Figure, figures_of
from allmende.plan.queries.judgements import open_judgements
from allmende.plan.queries.steps import steps_in_force
from allmende.plan.queries.values import Place, places_of
from allmende.team.models import Person, Workspace

MOST_UPLOADS = 20


@dataclass(frozen=True)
class EvidencePage:
    """`parts`: every part with its newest figures; `orphans` belong to none (S0-04)."""

    parts: tuple[tuple[Place, tuple[Figure, ...]], ...]
    orphans: tuple[Orphan, ...]
    uploads: tuple[EvidenceUpload, ...]
    open_judgements: tuple[Judgement, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for place, _ in self.parts)


def evidence_page(workspace: Workspace) -> EvidencePage:
    """All figures of the plan in force; a constant number of queries."""
    places = places_of(workspace)
    series = evidence_series(workspace)
    parts = tuple((place, figures_of(series.get(place.key, ()), None)) for place in places)
    told_elsewhere = set(series) - {place.key for place in places}
    steps = steps_in_force(workspace, told_elsewhere)
    living = {place.key for place in places} | steps
    uploads = EvidenceUpload.objects.filter(workspace=workspace).select_related("created_by").defer("rows", "replaced")
    return EvidencePage(
        parts,
        orphans_among(series, living),
        tuple(uploads.order_by("-created_at")[:MOST_UPLOADS]),
        tuple(open_judgements(workspace)),
    )


def measures_told(workspace: Workspace, key: str) -> tuple[str, ...]:
    """By which words somebody or a table told values of this element so far (S0-03); one query."""
    rows = Evidence.objects.filter(workspace=workspace, key=key, kind=states.MEASURED)
    return tuple(rows.order_by("source").values_list("source", flat=True).distinct())


def is_opening_due(person: Person, key: str, today: date) -> bool:
    """Has this person not opened the element today?"""
    return not ElementVisit.objects.filter(
        workspace=person.workspace_id, key=key, person=person, opened_date=today
    ).exists()


def figures_by_key(workspace: Workspace, keys: set[str]) -> Mapping[str, tuple[Figure, ...]]:
    """The newest figures of these elements, one query."""
    return {key: figures_of(rows, None) for key, rows in evidence_series(workspace, keys).items()}
