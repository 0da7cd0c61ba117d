"""Which workspaces have something to count."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, CountedFrom, LabelSample
from allmende.behaviours.queries.belongings import rule_of
from allmende.behaviours.queries.facts import facts_told_at
from allmende.behaviours.queries.interactions import OVERLAP, has_changes
from allmende.behaviours.queries.ledgers import ledger_mark
from allmende.channels.models import Channel, ImportRun, TrackedLink
from allmende.plan.models import PlanVersion
from allmende.plan.queries import floor_of, version_in_force
from allmende.team.models import Workspace

# Counting again with every message would be waste; windows close even when nobody writes.
AT_MOST_EVERY = timedelta(minutes=5)
AT_LEAST_EVERY = timedelta(hours=6)


def due_workspaces(now: datetime) -> list[Workspace]:
    """Those where words or acts are new, something was told of members, a definition or plan came in force, a sample was finished,
    another rule holds for small groups, or windows may have closed."""
    channels, links = (model.objects.filter(workspace=OuterRef("pk")) for model in (Channel, TrackedLink))
    spoken = Workspace.objects.filter(Exists(channels) | Exists(links))
    return [workspace for workspace in spoken.order_by("created_at") if _is_due(workspace, now)]


def _is_due(workspace: Workspace, now: datetime) -> bool:
    mark = ledger_mark(workspace)
    if mark is None or mark.measured_at is None:
        return has_changes(mark, workspace, now)
    if mark.measured_at <= now - AT_LEAST_EVERY or _is_asked_anew(workspace, mark.measured_at, now):
        return True
    if ImportRun.objects.filter(workspace=workspace, finished_at__gt=mark.measured_at).exists():
        return True  # whoever brought a past along waits for what it says
    return mark.measured_at <= now - AT_MOST_EVERY and has_changes(mark, workspace, now)


def _is_asked_anew(workspace: Workspace, measured_at: datetime, now: datetime) -> bool:
    newer = BehaviourDefinition.objects.filter(workspace=workspace, in_force_at__gt=measured_at)
    version = version_in_force(workspace)
    told_at = facts_told_at(workspace)
    if told_at is not None and told_at > measured_at:
        return True
    is_published = version is not None and version.published_at is not None and version.published_at > measured_at
    return is_published or newer.exists() or _is_put_right(workspace, measured_at, now) or _is_ruled(workspace, version)


def _is_ruled(workspace: Workspace, version: PlanVersion | None) -> bool:
    """Whether groups are kept by another rule than the one that holds now, so that no page shows them (4.6)."""
    kept = CountedFrom.objects.filter(
        definition__workspace=workspace, definition__state=states.IN_FORCE, what=states.GROUPS
    )
    return kept.exclude(rule=rule_of(floor_of(version.plan if version else None))).exists()


def _is_put_right(workspace: Workspace, measured_at: datetime, now: datetime) -> bool:
    """Whether a sample was finished since, by which verdicts are judged; and once more when it is quiet, for it bears the time at
    which finishing it began, and a judgement that ended meanwhile may have looked before."""
    finished = LabelSample.objects.filter(workspace=workspace, finished_at__gt=measured_at - OVERLAP)
    return finished.filter(Q(finished_at__gte=measured_at) | Q(finished_at__lte=now - OVERLAP)).exists()
