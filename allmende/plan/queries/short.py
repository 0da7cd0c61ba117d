"""How far the short path is: owner, goal, audience, channel, three questions about ourselves (S3-03)."""

from dataclasses import dataclass
from typing import Any

from allmende.plan import states
from allmende.plan.models import Audience, Goal, PlanVersion, ReadinessAnswer, StrategicPlan
from allmende.team.models import Person

QUESTIONS = ("owner", "goal", "audience", "channel", "decides", "stands_in", "goes_wrong")


@dataclass(frozen=True)
class ShortPath:
    """What is answered already, by question; the rest waits. Nothing is kept but the records themselves."""

    plan: StrategicPlan | None
    draft: PlanVersion | None
    goal: Goal | None
    audience: Audience | None
    known: dict[str, dict[str, Any]]

    @property
    def next(self) -> str:
        """The first open question; "publish" when all are answered."""
        return next((one for one in QUESTIONS if one not in self.known), "publish")

    @property
    def is_over(self) -> bool:
        """The first version is in force: the short path has led there."""
        return self.plan is not None and self.draft is None

    def before(self, question: str) -> str:
        """The question before this one; "" before the first."""
        order = (*QUESTIONS, "publish")
        place = order.index(question)
        return order[place - 1] if place else ""


def short_path(person: Person) -> ShortPath:
    """Where the person's workspace stands on the short path: five queries."""
    plan = StrategicPlan.objects.select_related("owner").filter(workspace=person.workspace)
    found = plan.exclude(state=states.CLOSED).first()
    if found is None:
        return ShortPath(None, None, None, None, {})
    known: dict[str, dict[str, Any]] = {"owner": {}}
    draft = PlanVersion.objects.filter(plan=found, state=states.DRAFT, base__isnull=True).first()
    goal = Goal.objects.filter(version=draft).first() if draft else None
    if goal:
        known["goal"] = {"statement": goal.statement, "value_type": goal.value_type}
    audience = Audience.objects.filter(workspace=person.workspace, rank=1).first()
    if audience:
        known["audience"] = {"name": audience.name}
        if audience.places:
            known["channel"] = {"places": audience.places}
    for answer in ReadinessAnswer.objects.filter(plan=found, question__in=QUESTIONS).exclude(
        state=states.OPEN_QUESTION
    ):
        known[answer.question] = {"text": answer.text}
    return ShortPath(found, draft, goal, audience, known)
