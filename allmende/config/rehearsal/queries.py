"""What a page about a drill on a copy shows."""

from dataclasses import dataclass
from uuid import UUID

from allmende.crisis.models import Incident, Lesson
from allmende.crisis.queries import took_part
from allmende.team.models import Person, Workspace


@dataclass(frozen=True)
class RehearsalPage:
    """`copy`: the copy that stands for this community, if any; `learnt` and `people` are proposed for the end, `people` by their
    keys in the community."""

    copy: Workspace | None
    learnt: str
    people: set[UUID]


def rehearsal_page(workspace: Workspace) -> RehearsalPage:
    """In the copy what is proposed for its end; in the community whether one stands."""
    if not workspace.is_rehearsal:
        return RehearsalPage(Workspace.objects.filter(rehearsal_of=workspace).first(), "", set())
    decided = Lesson.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("created_at")
    held = Incident.objects.filter(workspace=workspace)
    people = {pk for one in held for pk in took_part(one)}
    users = Person.objects.filter(pk__in=people).values("user")
    there = Person.objects.filter(workspace=workspace.rehearsal_of_id, user__in=users, left_at__isnull=True)
    return RehearsalPage(workspace, "\n".join(one.text for one in decided), set(there.values_list("pk", flat=True)))
