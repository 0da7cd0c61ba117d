"""Thirty days after the circle of guides began: did it become what was imagined, and does it fit us?"""

from datetime import datetime, timedelta

from allmende.config.demo import words
from allmende.plan import states
from allmende.plan.actions import (
    close_review,
    decide_review,
    hold_review,
    note_plan_updated,
    plan_review,
    prepare_review,
    resolve,
)
from allmende.plan.models import Objective, StrategicPlan
from allmende.team.models import Person

LAUNCHED = timedelta(days=31)


def judge_launch(*, jana: Person, now: datetime) -> None:
    """A review after a launch, from the promises to who was told. The behaviours must be measured: its figures are frozen."""
    said = words.texts(jana.workspace.language, "proof")
    launch, today = said["launch"], jana.workspace.day_at(now)
    plan = StrategicPlan.objects.get(workspace=jana.workspace, state=states.ACTIVE)
    objective = Objective.objects.get(version__plan=plan, version__state=states.PUBLISHED, code__endswith="1")
    begun = now - LAUNCHED
    review = plan_review(
        person=jana, plan=plan, review=None, kind="after_launch", planned_date=today,
        period_start_date=jana.workspace.day_at(begun) + timedelta(days=1), period_end_date=today - timedelta(days=1),
        commitments={objective.key: said["promises"]}, now=begun,
    )  # fmt: skip
    prepare_review(person=jana, review=review, now=now)
    hold_review(person=jana, review=review, present=launch["present"], answers=launch["answers"], now=now)
    for decision in launch["decisions"]:
        resolve(person=jana, review=review, kind="keep", what=decision, now=now)
    decide_review(person=jana, review=review, now=now)
    note_plan_updated(person=jana, review=review, now=now)
    close_review(person=jana, review=review, told=launch["told"], now=now)
