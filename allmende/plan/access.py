"""Give this person that plan, version or element of their workspace, or behave as if it did not exist (404)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.plan import states
from allmende.plan.models import LAYER_MODELS, Element, PlanVersion, Step, StrategicPlan, rows_of
from allmende.team.models import Person

SHOWN = (states.DRAFT, states.PUBLISHED, states.SUPERSEDED)


def find_plan(person: Person) -> StrategicPlan:
    """The living plan of the person's workspace."""
    plans = StrategicPlan.objects.select_related("owner").exclude(state=states.CLOSED)
    return get_object_or_404(plans, workspace=person.workspace_id)


def find_version(person: Person, number: int) -> PlanVersion:
    """The published or superseded version of that number; drafts are no versions to look up by number."""
    versions = PlanVersion.objects.select_related("plan", "published_by").filter(state__in=SHOWN[1:])
    return get_object_or_404(versions, workspace=person.workspace_id, number=number)


def find_draft(person: Person) -> PlanVersion:
    """The draft everybody of the workspace writes on."""
    draft = draft_of(person)
    if draft is None:
        raise Http404
    return draft


def draft_of(person: Person) -> PlanVersion | None:
    """The draft everybody of the workspace writes on, if one is open."""
    drafts = PlanVersion.objects.select_related("plan").filter(state=states.DRAFT, workspace=person.workspace_id)
    return drafts.exclude(plan__state=states.CLOSED).first()


def find_step(person: Person, key: str) -> Step:
    """A step of the version in force, with what it serves."""
    steps = Step.objects.select_related("version__plan", "owner", "controller", "tactic__strategy__objective__goal")
    return get_object_or_404(steps, key=key, version__workspace=person.workspace_id, version__state=states.PUBLISHED)


def find_discarded(person: Person, version_id: UUID) -> PlanVersion:
    """A draft that was given up."""
    drafts = PlanVersion.objects.filter(state=states.DISCARDED, workspace=person.workspace_id)
    return get_object_or_404(drafts, pk=version_id)


def find_element(version: PlanVersion, layer: str, key: str) -> Element:
    """One element of a version."""
    if layer not in LAYER_MODELS:
        raise Http404
    return get_object_or_404(LAYER_MODELS[layer], version=version, key=key)


def find_newest(person: Person, key: str) -> tuple[PlanVersion, Element]:
    """An element by its key, as the newest version in force had it; failing that, as the draft has it."""
    layer = key.partition("-")[0]
    if layer not in LAYER_MODELS:
        raise Http404
    rows = rows_of(layer).select_related("version__plan")
    known = rows.filter(key=key, version__workspace=person.workspace_id, version__state__in=SHOWN)
    element = known.exclude(version__state=states.DRAFT).order_by("-version__number").first() or known.first()
    if element is None:
        raise Http404
    return element.version, element
