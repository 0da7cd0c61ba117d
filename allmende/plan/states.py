"""States and moves of the plan, its versions and its elements (`domain.md` 3.4, 3.5)."""

# StrategicPlan
PREPARING = "preparing"
PLANNING = "planning"
IN_AGREEMENT = "in_agreement"
ACTIVE = "active"
UNDER_REVISION = "under_revision"
NEEDS_OWNER = "needs_owner"
CLOSED = "closed"
PLAN_STATES = (PREPARING, PLANNING, IN_AGREEMENT, ACTIVE, UNDER_REVISION, NEEDS_OWNER, CLOSED)
PLAN_MOVES = {
    PREPARING: {PLANNING, NEEDS_OWNER, CLOSED},
    PLANNING: {IN_AGREEMENT, ACTIVE, NEEDS_OWNER, CLOSED},
    IN_AGREEMENT: {PLANNING, ACTIVE, NEEDS_OWNER, CLOSED},
    ACTIVE: {UNDER_REVISION, NEEDS_OWNER, CLOSED},
    UNDER_REVISION: {ACTIVE, NEEDS_OWNER, CLOSED},
    NEEDS_OWNER: {ACTIVE, PLANNING},
    CLOSED: set(),
}

# PlanVersion
DRAFT = "draft"
PROPOSED = "proposed"
AGREED = "agreed"
PUBLISHED = "published"
SUPERSEDED = "superseded"
DISCARDED = "discarded"
VERSION_STATES = (DRAFT, PROPOSED, AGREED, PUBLISHED, SUPERSEDED, DISCARDED)
VERSION_MOVES = {
    DRAFT: {PROPOSED, PUBLISHED, DISCARDED},
    PROPOSED: {AGREED, DRAFT, PUBLISHED},
    AGREED: {PUBLISHED, DRAFT},
    PUBLISHED: {SUPERSEDED},
    SUPERSEDED: set(),
    DISCARDED: {DRAFT},
}

# Evidence that is drawn beside a fact and is none itself.
WEEK = "week"

COMMUNITY_TYPES = (
    "support",
    "product",
    "contribution",
    "acquisition",
    "engagement",
    "success",
    "internal",
    "publisher",
    "association",
)
VALUE_TYPES = ("acquisition", "cost", "clv", "work_performance", "social_return")
LEVELS = ("wording", "action", "tactic", "strategy", "objective", "goal")
LAYERS = ("goal", "objective", "strategy", "tactic", "step")

TACTIC_STATES = ("idea", "scored", "selected", "running", "paused", "stopped")
DIRECTIONS = ("amplify", "relieve")

# ActionStep
PLANNED = "planned"
SCHEDULED = "scheduled"
IN_PROGRESS = "in_progress"
DONE = "done"
HALF_DONE = "half_done"
CHECKED = "checked"
CANCELLED = "cancelled"
STEP_STATES = (PLANNED, SCHEDULED, IN_PROGRESS, DONE, HALF_DONE, CHECKED, CANCELLED)
STEP_MOVES = {
    PLANNED: {SCHEDULED, IN_PROGRESS, DONE, CANCELLED},
    SCHEDULED: {IN_PROGRESS, DONE, CANCELLED},
    IN_PROGRESS: {DONE, CANCELLED},
    DONE: {CHECKED, HALF_DONE, IN_PROGRESS},
    HALF_DONE: {DONE, CANCELLED},
    CHECKED: set(),
    CANCELLED: {PLANNED},
}
CHECKS = (CHECKED, HALF_DONE)
OPEN_STEP_STATES = (PLANNED, SCHEDULED, IN_PROGRESS, HALF_DONE)

VERDICTS = ("moving", "not_moving", "worsening", "cannot_tell", "too_early", "not_measurable", "described")

# Routine
RHYTHMS = ("daily", "workdays", "weekly", "monthly")
WEEKDAY_RHYTHMS = ("weekly", "monthly")
ROUTINE_DROPPED = "drop"
ROUTINE_RESULTS = ("keep", "change", ROUTINE_DROPPED)

# ChangeEffect: what a change at a network touches
EFFECT_OPEN = "open"
UNTOUCHED = "untouched"
TO_ADAPT = "to_adapt"
ADAPTED = "adapted"
EFFECT_STATES = (EFFECT_OPEN, UNTOUCHED, TO_ADAPT, ADAPTED)
EFFECT_MOVES = {
    EFFECT_OPEN: {UNTOUCHED, TO_ADAPT, ADAPTED},
    UNTOUCHED: {TO_ADAPT},
    TO_ADAPT: {ADAPTED, UNTOUCHED},
    ADAPTED: {TO_ADAPT},
}
