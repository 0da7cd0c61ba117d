"""Stand by what was told where no judgement sees to it any more, or no longer (domain 4.5)."""

from datetime import datetime

from django.db import transaction

from allmende.behaviours import states
from allmende.behaviours.actions.tell_verdict import take_back_verdicts, tell_earlier_again
from allmende.behaviours.models import BehaviourDefinition, Verdict
from allmende.behaviours.queries.samples import certainty_of
from allmende.plan.queries import objectives_in_force
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace


def stand_by_told(*, workspace: Workspace, now: datetime, definition: BehaviourDefinition | None = None) -> None:
    """What versions with a finished sample (or only this one) told of objectives that left the plan or are measured otherwise by
    now: held back where all samples of the version together find it right too seldom, standing again where they do not.

    Of an objective that is judged by the version, `judge` sees to it: there the day of review says which samples count.
    """
    versions = BehaviourDefinition.objects.filter(workspace=workspace, samples__state=states.FINISHED).distinct()
    judged = {(one.definition_key, one.key) for one in objectives_in_force(workspace)}
    for version in versions.select_related("workspace"):
        if definition in (None, version):
            is_judged = judged if version.state == states.IN_FORCE else set()
            left = [one for one in _newest(version) if (version.key, one.objective_key) not in is_judged]
            _stand_by(version, left, now)


def _stand_by(version: BehaviourDefinition, left: list[Verdict], now: datetime) -> None:
    if not left:
        return
    with transaction.atomic():
        lock_workspace(version.workspace_id)
        see_to = take_back_verdicts if certainty_of(version, now).is_too_noisy else tell_earlier_again
        for verdict in left:
            see_to(workspace=version.workspace, verdict=verdict, now=now)


def _newest(version: BehaviourDefinition) -> list[Verdict]:
    """The newest verdict of each objective this version was ever judged for."""
    rows = Verdict.objects.filter(definition=version).select_related("definition__workspace").order_by("judged_at")
    return list({one.objective_key: one for one in rows}.values())
