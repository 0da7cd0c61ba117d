"""Findings of the plan check that somebody let stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from allmende.plan import states
from allmende.plan.models import LessonSetAside, PlanVersion, StrategicPlan
from allmende.plan.queries.elements import elements_of
from allmende.plan.queries.lint import Lesson, lint_elements

Lessons = Mapping[str, tuple[Lesson, ...]]


@dataclass(frozen=True)
class Aside:
    """A finding, and who let it stand why."""

    lesson: Lesson
    row: LessonSetAside


def without_aside(plan: StrategicPlan, lessons: Lessons) -> tuple[Lessons, Mapping[str, tuple[Aside, ...]]]:
    """Findings to mend and findings set aside, by element key; refusals are always to mend. One query."""
    rows = LessonSetAside.objects.filter(plan=plan).select_related("by")
    known = {(row.key, row.code): row for row in rows}
    open_ones, aside = {}, {}
    for key, found in lessons.items():
        rest = tuple(one for one in found if one.is_refusal or (key, one.code) not in known)
        stand = tuple(Aside(one, known[key, one.code]) for one in found if one not in rest)
        open_ones.update({key: rest} if rest else {})
        aside.update({key: stand} if stand else {})
    return open_ones, aside


def standing_lessons(plan: StrategicPlan) -> set[tuple[str, str]]:
    """(key, code) of every finding about the open draft that may be set aside."""
    draft = PlanVersion.objects.filter(plan=plan, state=states.DRAFT).first()
    if draft is None:
        return set()
    found = lint_elements(elements_of(draft)[draft.pk], plan.community_type)
    return {(key, lesson.code) for key, rows in found.items() for lesson in rows if not lesson.is_refusal}
