"""Answers about the plan, for its screens and for the rooms above."""

from allmende.plan.queries.elements import Elements, differences, elements_of, level_of, name_of, names_below, stored
from allmende.plan.queries.facts import (
    Chip,
    Objectives,
    Orphan,
    Series,
    chips,
    element_url,
    evidence_series,
    newest_evidence,
    objectives_and_chips,
    objectives_in_force,
    version_in_force,
    work_for,
)
from allmende.plan.queries.lint import Lesson, lint_elements, lint_objective, refusals
from allmende.plan.queries.pages import (
    current_plan,
    draft_page,
    element_page,
    next_part,
    plan_page,
    version_page,
    versions_of,
)
from allmende.plan.queries.platform_changes import change_row, networks_of, platform_changes
from allmende.plan.queries.rounds import daily_round, minutes_of, presences_of, routine_page
from allmende.plan.queries.search import search
from allmende.plan.queries.steps import DueStep, checks_own_work, moves_of, progress_of, steps_due

__all__ = [
    "Chip",
    "DueStep",
    "Elements",
    "Lesson",
    "Objectives",
    "Orphan",
    "Series",
    "change_row",
    "checks_own_work",
    "chips",
    "current_plan",
    "daily_round",
    "differences",
    "draft_page",
    "element_page",
    "element_url",
    "elements_of",
    "evidence_series",
    "level_of",
    "lint_elements",
    "lint_objective",
    "minutes_of",
    "moves_of",
    "name_of",
    "names_below",
    "networks_of",
    "newest_evidence",
    "next_part",
    "objectives_and_chips",
    "objectives_in_force",
    "plan_page",
    "platform_changes",
    "presences_of",
    "progress_of",
    "refusals",
    "routine_page",
    "search",
    "steps_due",
    "stored",
    "version_in_force",
    "version_page",
    "versions_of",
    "work_for",
]
