"""What the team has to keep going: each thing with who could go on with it, and when its text was last written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.guidelines.queries import channels_in
from allmende.handover import states
from allmende.handover.models import KnowledgeNote
from allmende.plan import states as plan_states
from allmende.plan.models import Stakeholder, Step, StrategicPlan
from allmende.plan.queries import with_progress
from allmende.team.models import Person, Workspace
from allmende.team.queries import is_open_to, people_of

CURRENT_DAYS = 180


@dataclass(frozen=True)
class Thing:
    """One thing of the inventory. `holders` are the people here who could go on with it; `written_at` is its text's age."""

    kind: str
    label: str
    url: str
    holders: tuple[Person, ...]
    written_at: datetime | None = None
    has_people: bool = True

    def is_current(self, now: datetime) -> bool:
        return self.written_at is not None and (now - self.written_at).days < CURRENT_DAYS


def things_of(workspace: Workspace, today: date) -> list[Thing]:
    """The whole inventory: plan, open steps, knowledge, stakeholders, channels with their reaction plans."""
    here = {one.pk: one for one in people_of(workspace) if is_open_to(one, today)}
    return [
        *_plan(workspace, here),
        *_steps(workspace, here),
        *_notes(workspace, here),
        *_stakeholders(workspace),
        *_channels(workspace),
    ]


def open_steps(workspace: Workspace) -> list[Any]:
    """The steps of the version in force that are still to be done or checked, by the day they are `due`."""
    steps = with_progress(Step.objects.filter(version__workspace=workspace, version__state=plan_states.PUBLISHED))
    rows = steps.exclude(state__in=(plan_states.CHECKED, plan_states.CANCELLED))
    return list(rows.select_related("owner", "controller", "tactic").order_by("due", "id"))


def carriers(step: Step) -> tuple[UUID | None, ...]:
    """Who does a step, who answers for it, who checks it."""
    return (step.owner_id, step.accountable_id, step.controller_id)


def living_plan(workspace: Workspace) -> StrategicPlan | None:
    plans = StrategicPlan.objects.select_related("owner", "deputy").filter(workspace=workspace)
    return plans.exclude(state=plan_states.CLOSED).first()


Here = dict[UUID, Person]


def _present(here: Here, *people: UUID | None) -> tuple[Person, ...]:
    found = dict.fromkeys(one for one in people if one and one in here)
    return tuple(here[one] for one in found)


def _plan(workspace: Workspace, here: Here) -> Iterator[Thing]:
    plan = living_plan(workspace)
    if plan:
        url = reverse("plan:settings", args=[workspace.slug])
        version = plan.versions.filter(state=plan_states.PUBLISHED).first()
        written = version.published_at if version else plan.updated_at
        yield Thing(states.PLAN, plan.title, url, _present(here, plan.owner_id, plan.deputy_id), written)


def _steps(workspace: Workspace, here: Here) -> Iterator[Thing]:
    for step in open_steps(workspace):
        url = reverse("plan:step", args=[workspace.slug, step.key])
        yield Thing(states.STEP, step.what, url, _present(here, *carriers(step)), step.updated_at)


def _notes(workspace: Workspace, here: Here) -> Iterator[Thing]:
    rows = KnowledgeNote.objects.filter(workspace=workspace, archived_at__isnull=True)
    for note in rows.exclude(answer=""):
        url = reverse("handover:note", args=[workspace.slug, note.pk])
        holders = _present(here, note.holder_id, note.second_id)
        yield Thing(states.INTERVIEW, note.question, url, holders, note.updated_at)


def _stakeholders(workspace: Workspace) -> Iterator[Thing]:
    for one in Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name"):
        url = reverse("stakeholders:stakeholder", args=[workspace.slug, one.pk])
        yield Thing(states.STAKEHOLDER, one.name, url, (), one.updated_at, has_people=False)


def _channels(workspace: Workspace) -> Iterator[Thing]:
    for channel, plan in channels_in(workspace):
        url = reverse("guidelines:reaction_plan", args=[workspace.slug, channel.slug])
        label = _("Reaction plan of %(channel)s") % {"channel": channel.name}
        written = (plan.in_force_at or plan.updated_at) if plan else None
        yield Thing(states.REACTION_PLAN, label, url, (), written, has_people=False)
