"""Why: the strategic plan, its immutable versions, and the facts that rooms above tell it.

Elements are copied with each version and keep their `key`; everything that serves the plan stores the key.
A database trigger (migration `0002`) refuses any change of a published version and its elements (I-04).
"""

from allmende.plan.models.elements import (
    LAYER_MODELS,
    PARENTS,
    Element,
    Goal,
    Objective,
    Step,
    StepProgress,
    Strategy,
    Tactic,
    new_key,
    rows_of,
)
from allmende.plan.models.facts import Evidence, WorkLink
from allmende.plan.models.routines import (
    ChangeEffect,
    PlatformChange,
    Round,
    Routine,
    RoutineReview,
    RoutineStep,
    Tick,
)
from allmende.plan.models.versions import PlanVersion, PlanVisit, StrategicPlan

__all__ = [
    "LAYER_MODELS",
    "PARENTS",
    "ChangeEffect",
    "Element",
    "Evidence",
    "Goal",
    "Objective",
    "PlanVersion",
    "PlanVisit",
    "PlatformChange",
    "Round",
    "Routine",
    "RoutineReview",
    "RoutineStep",
    "Step",
    "StepProgress",
    "StrategicPlan",
    "Strategy",
    "Tactic",
    "Tick",
    "WorkLink",
    "new_key",
    "rows_of",
]
