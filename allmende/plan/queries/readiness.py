"""What still stands before the launch, and in which phase the work is (S3-01, S3-02, S3-10, S3-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.plan import states
from allmende.plan.catalogue import READINESS, RESPONSIBLE_FITS, Question
from allmende.plan.models import Goal, PlanVersion, ReadinessAnswer, StrategicPlan
from allmende.team.queries import responsible_unit

GOAL_LEVEL = 5


@dataclass(frozen=True)
class Asked:
    """A question of the gate with its answer; `is_again`: goals changed since it was answered (S3-06)."""

    key: str
    question: Question
    answer: ReadinessAnswer | None
    is_again: bool

    @property
    def is_settled(self) -> bool:
        is_answered = self.answer is not None and self.answer.state != states.OPEN_QUESTION
        return is_answered and not self.is_again

    @property
    def stops_launch(self) -> bool:
        return self.question.is_essential and not self.is_settled


@dataclass(frozen=True)
class Phase:
    """A phase of the work: done, current or ahead, and how it stands in a few words; `url` leads to what settles it."""

    name: str
    is_current: bool
    is_done: bool
    says: str
    url: str


@dataclass(frozen=True)
class Readiness:
    """The gate: outward and inward questions, and which essential ones stop the launch."""

    outward: tuple[Asked, ...]
    inward: tuple[Asked, ...]

    @property
    def every(self) -> tuple[Asked, ...]:
        return (*self.outward, *self.inward)

    @property
    def stops(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.every if one.stops_launch)

    @property
    def settled(self) -> int:
        return sum(one.is_settled for one in self.every)


def readiness_of(plan: StrategicPlan) -> Readiness:
    """Every question with its answer: two queries."""
    answers = {one.question: one for one in ReadinessAnswer.objects.select_related("updated_by").filter(plan=plan)}
    last = 0
    if RESPONSIBLE_FITS in answers:
        touched = PlanVersion.objects.filter(plan=plan, change_level=GOAL_LEVEL, published_at__isnull=False)
        last = touched.order_by("-number").values_list("number", flat=True).first() or 0
    asked = [_asked(key, question, answers.get(key), last) for key, question in READINESS.items()]
    return Readiness(
        tuple(one for one in asked if not one.question.is_inward), tuple(one for one in asked if one.question.is_inward)
    )


def open_essentials(plan: StrategicPlan) -> tuple[Asked, ...]:
    """What stops the launch; nothing once the plan was launched (a version is or was in force)."""
    if plan.versions.filter(published_at__isnull=False).exists():
        return ()
    return readiness_of(plan).stops


def phases_of(
    plan: StrategicPlan, version: PlanVersion | None, review_date: date | None, known: Readiness | None = None
) -> tuple[Phase, ...]:
    """Preparation, planning, implementation, control, with what each one says. Three queries, four before a version."""
    current, today = _current(plan, version, review_date), timezone.localdate()
    here = {"slug": plan.workspace.slug}
    unit = responsible_unit(plan.workspace, "plan", str(plan.pk))
    gate = known or readiness_of(plan)
    goals = Goal.objects.filter(version__plan=plan, version__state__in=(states.DRAFT, states.PUBLISHED))
    said = {
        states.PREPARATION: (
            _("%(name)s is responsible") % {"name": unit.name} if unit else _("nobody is responsible yet"),
            reverse("plan:settings", kwargs=here),
        ),
        states.STRATEGY: (
            _("version %(number)s") % {"number": version.number}
            if version
            else (_("the goal is written") if goals.exists() else _("begins with a goal")),
            reverse("plan:index", kwargs=here),
        ),
        states.IMPLEMENTATION: (_gate_words(gate), reverse("plan:readiness", kwargs=here)),
        states.CONTROL: (_control_words(review_date, today), reverse("plan:versions", kwargs=here)),
    }
    order = list(states.PHASES)
    return tuple(Phase(name, name == current, order.index(name) < order.index(current), *said[name]) for name in order)


def around_plan(plan: StrategicPlan, version: PlanVersion | None, review_date: date | None) -> dict[str, Any]:
    """What stands above the plan: its phases, and whether the fit of those responsible is asked again (S3-06)."""
    gate = readiness_of(plan)
    asks_fit = any(one.key == RESPONSIBLE_FITS and one.is_again for one in gate.outward)
    return {"phases": phases_of(plan, version, review_date, gate), "asks_fit": asks_fit}


def _current(plan: StrategicPlan, version: PlanVersion | None, review_date: date | None) -> str:
    if plan.state in {states.PREPARING, states.NEEDS_OWNER}:
        return states.PREPARATION
    if version is None:
        return states.STRATEGY
    return states.CONTROL if review_date and review_date <= timezone.localdate() else states.IMPLEMENTATION


def _asked(key: str, question: Question, answer: ReadinessAnswer | None, last: int) -> Asked:
    is_again = key == RESPONSIBLE_FITS and answer is not None and answer.for_version < last
    return Asked(key, question, answer, is_again)


def _gate_words(gate: Readiness) -> str:
    if gate.stops:
        count = len(gate.stops)
        return ngettext("one essential question is open", "%(count)d essential questions are open", count) % {
            "count": count
        }
    return _("%(settled)s of %(every)s questions settled") % {"settled": gate.settled, "every": len(gate.every)}


def _control_words(review_date: date | None, today: date) -> str:
    if review_date is None:
        return _("after the first version")
    if review_date <= today:
        return _("the review is due")
    days = (review_date - today).days
    return ngettext("review in one day", "review in %(days)d days", days) % {"days": days}


def unsettled(asked: Sequence[Asked]) -> list[Asked]:
    """Those without an answer that still holds."""
    return [one for one in asked if not one.is_settled]
