"""Why: the strategic plan, its immutable versions, and the facts that rooms above tell it.

Elements are copied with each version and keep their `key`; everything that serves the plan stores the key.
A database trigger (migration `0002`) refuses any change of a published version and its elements (I-04).
"""

from allmende.plan.models.agreements import Agreement, Receipt
from allmende.plan.models.audiences import Audience, AudienceAnalysis, AudienceLink, new_audience_key
from allmende.plan.models.canvas import CanvasAnswer
from allmende.plan.models.change_events import Assessment, ChangeEvent
from allmende.plan.models.decisions import BriefOrder, DecisionCheck
from allmende.plan.models.elements import (
    LAYER_MODELS,
    PARENTS,
    Element,
    Goal,
    Objective,
    Outcome,
    Standing,
    Step,
    StepProgress,
    Strategy,
    Tactic,
    new_key,
    rows_of,
)
from allmende.plan.models.facts import Evidence, WorkLink
from allmende.plan.models.findings import Finding, Improvement, LessonSetAside
from allmende.plan.models.invitations import Invitation
from allmende.plan.models.proof import ElementVisit, EvidenceUpload, Judgement
from allmende.plan.models.readiness import ReadinessAnswer
from allmende.plan.models.resources import STEPS_FEED, CalendarFeed, MoneyEntry, TimeEntry
from allmende.plan.models.reviews import Control, ControlResult, Resolution, Review
from allmende.plan.models.routines import (
    ChangeEffect,
    PlatformChange,
    Round,
    Routine,
    RoutineReview,
    RoutineStep,
    Tick,
)
from allmende.plan.models.stakeholders import Stakeholder
from allmende.plan.models.versions import PlanVersion, PlanVisit, StrategicPlan

__all__ = [
    "LAYER_MODELS",
    "PARENTS",
    "STEPS_FEED",
    "Agreement",
    "Assessment",
    "Audience",
    "AudienceAnalysis",
    "AudienceLink",
    "BriefOrder",
    "CalendarFeed",
    "CanvasAnswer",
    "ChangeEffect",
    "ChangeEvent",
    "Control",
    "ControlResult",
    "DecisionCheck",
    "Element",
    "ElementVisit",
    "Evidence",
    "EvidenceUpload",
    "Finding",
    "Goal",
    "Improvement",
    "Invitation",
    "Judgement",
    "LessonSetAside",
    "MoneyEntry",
    "Objective",
    "Outcome",
    "PlanVersion",
    "PlanVisit",
    "PlatformChange",
    "ReadinessAnswer",
    "Receipt",
    "Resolution",
    "Review",
    "Round",
    "Routine",
    "RoutineReview",
    "RoutineStep",
    "Stakeholder",
    "Standing",
    "Step",
    "StepProgress",
    "StrategicPlan",
    "Strategy",
    "Tactic",
    "Tick",
    "TimeEntry",
    "WorkLink",
    "new_audience_key",
    "new_key",
    "rows_of",
]
