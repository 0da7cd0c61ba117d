"""Give this person that plan, version or element of their workspace, or behave as if it did not exist (404)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import Channel
from allmende.channels.states import SPEAKING_CHANNELS
from allmende.plan import states
from allmende.plan.models import (
    LAYER_MODELS,
    ChangeEffect,
    Element,
    PlanVersion,
    PlatformChange,
    Routine,
    RoutineStep,
    Step,
    StrategicPlan,
    rows_of,
)
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


def find_routine(person: Person, routine_id: UUID) -> Routine:
    """A routine, put away or not."""
    routines = Routine.objects.select_related("owner", "channel__account", "updated_by")
    return get_object_or_404(routines, pk=routine_id, workspace=person.workspace_id)


def find_routine_step(person: Person, step_id: int) -> RoutineStep:
    """A step of a routine that is not put away."""
    steps = RoutineStep.objects.select_related("routine")
    return get_object_or_404(
        steps, pk=step_id, routine__workspace=person.workspace_id, routine__archived_at__isnull=True
    )


def find_open_channel(person: Person, slug: str) -> Channel:
    """A presence on which we speak."""
    channels = Channel.objects.filter(workspace=person.workspace_id, state__in=SPEAKING_CHANNELS)
    return get_object_or_404(channels, slug=slug)


def find_platform_change(person: Person, change_id: UUID) -> PlatformChange:
    """A change at a network, with what it touches."""
    changes = PlatformChange.objects.select_related("workspace", "created_by").prefetch_related("effects__channel")
    return get_object_or_404(changes, pk=change_id, workspace=person.workspace_id)


def find_effect(person: Person, effect_id: int) -> ChangeEffect:
    """What a change touches."""
    effects = ChangeEffect.objects.select_related("change")
    return get_object_or_404(effects, pk=effect_id, change__workspace=person.workspace_id)
