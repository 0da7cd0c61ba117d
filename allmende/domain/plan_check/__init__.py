"""Grammar and lint of the plan: objectives, cardinalities, cut line, change level (domain 0.1, 3.4, 3.5).

Codes out; the sentences belong to the rooms above.
"""

from allmende.domain.plan_check.approach import Approach, approach
from allmende.domain.plan_check.change import Change, ChangeLevel, PlanElement, change_level, changes
from allmende.domain.plan_check.finding import Finding, Severity, is_refused
from allmende.domain.plan_check.goal import check_goal
from allmende.domain.plan_check.lever import LeverDraft, check_lever
from allmende.domain.plan_check.objective import ObjectiveDraft, check_objective
from allmende.domain.plan_check.shape import GoalShape, ObjectiveShape, PlanShape, check_plan
from allmende.domain.plan_check.tactics import CutLine, TacticLoad, cut_line, tactic_priority

__all__ = [
    "Approach",
    "Change",
    "ChangeLevel",
    "CutLine",
    "Finding",
    "GoalShape",
    "LeverDraft",
    "ObjectiveDraft",
    "ObjectiveShape",
    "PlanElement",
    "PlanShape",
    "Severity",
    "TacticLoad",
    "approach",
    "change_level",
    "changes",
    "check_goal",
    "check_lever",
    "check_objective",
    "check_plan",
    "cut_line",
    "is_refused",
    "tactic_priority",
]
