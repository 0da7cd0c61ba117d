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
    PROPOSED: {AGREED, DRAFT, PUBLISHED, DISCARDED},
    AGREED: {PUBLISHED, DRAFT, DISCARDED},
    PUBLISHED: {SUPERSEDED},
    SUPERSEDED: set(),
    DISCARDED: {DRAFT},
}

OPEN_VERSION_STATES = (DRAFT, PROPOSED, AGREED)
IN_FORCE_ONCE = (PUBLISHED, SUPERSEDED)
# From these change levels on a second reader, or the stakeholders who must agree, come first (3.4).
SECOND_READER_LEVEL = 3
AGREEMENT_LEVEL = 4

# Agreement
PROPOSAL = "proposal"
RENEWAL = "renewal"
AGREEMENT_KINDS = (PROPOSAL, RENEWAL)
YES = "agreed"
CHANGES = "changes"
ANSWERS = (YES, CHANGES)

# ChangeEvent
EVENT_KINDS = (
    "new_leadership",
    "goals_changed",
    "resources_cut",
    "resources_added",
    "product_launch",
    "platform_change",
    "team_change",
    "position_change",
    "law",
    "other",
)
STILL_VALID, ADAPT, DROP, NEW = "still_valid", "adapt", "drop", "new"
ASSESSMENTS = (STILL_VALID, ADAPT, DROP, NEW)
APPROACHES = ("optimise", "adapt", "repair", "replace")

# Stakeholder
INFLUENCES = ("decides", "advises", "affected")
RELATION_STATES = ("identified", "contacted", "informed", "understands", "supports", "sponsors", "cooling", "lost")

# Evidence that is shown beside a fact and is none itself: the dots of its small chart, what single days brought, and how a
# measure runs, which shows whether a wanted difference can be seen (4.3). It is told of no element: the measure is its source.
WEEK, DAY, PACE = "week", "day", "pace"
BESIDE_A_FACT = (WEEK, DAY, PACE)
# What members do, counted by the room above.
BEHAVIOUR = "behaviour"
# Evidence that no room tells: a person wrote it down, or brought it in a table.
MEASURED = "measured"

# EvidenceUpload
CHOSEN, TAKEN, UNDONE = "chosen", "taken", "undone"
UPLOAD_STATES = (CHOSEN, TAKEN, UNDONE)

# Judgement of a value beyond its natural limits
KEEP, CHANGE, WATCH = "keep", "change", "watch"
JUDGEMENTS = (KEEP, CHANGE, WATCH)

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
# What a goal brings the organisation (S0-29)
VALUE_TYPES = ("acquisition", "cost", "clv", "work_performance", "social_return")
LEVELS = ("wording", "action", "tactic", "strategy", "objective", "goal")
SPACES = ("support", "product", "acquisition", "contribution", "engagement", "success")
LAYERS = ("goal", "objective", "outcome", "strategy", "tactic", "step")
MEASURE_SOURCES = ("survey", "crm", "hr", "tickets", "sales", "other")
CONFIDENCES = ("assumed", "plausible", "evidenced")

# Goal, objective, lever, tactic: what the version says until somebody says more (`models.Standing`).
GOAL_MOVES = {
    "proposed": {"agreed", "withdrawn"},
    "agreed": {"active", "withdrawn"},
    "active": {"achieved", "missed", "withdrawn"},
    "achieved": set(),
    "missed": set(),
    "withdrawn": {"proposed"},
}
OBJECTIVE_MOVES = {
    "drafted": {"measurable", "retired"},
    "measurable": {"agreed", "retired"},
    "agreed": {"baselining", "active", "retired"},
    "baselining": {"active", "retired"},
    "active": {"met", "not_met", "retired"},
    "met": set(),
    "not_met": set(),
    "retired": set(),
}
STRATEGY_MOVES = {
    "hypothesis": {"chosen"},
    "chosen": {"in_test", "replaced"},
    "in_test": {"supported", "not_supported"},
    "supported": {"in_test", "replaced"},
    "not_supported": {"in_test", "replaced"},
    "replaced": set(),
}
RUNNING = "running"
PAUSED = "paused"
STOPPED = "stopped"
TACTIC_MOVES = {
    "idea": {"scored", STOPPED},
    "scored": {"selected", STOPPED},
    "selected": {RUNNING, STOPPED},
    RUNNING: {PAUSED, STOPPED},
    PAUSED: {RUNNING, STOPPED},
    STOPPED: set(),
}
STANDING_MOVES: dict[str, dict[str, set[str]]] = {
    "goal": GOAL_MOVES,
    "objective": OBJECTIVE_MOVES,
    "strategy": STRATEGY_MOVES,
    "tactic": TACTIC_MOVES,
}
TACTIC_STATES = tuple(TACTIC_MOVES)
TACTIC_ENDS = ("kept_as_routine", "dropped", "replaced")
RELIEVE = "relieve"
DIRECTIONS = ("amplify", RELIEVE)

# Finding
IGNORE = "ignore"
AS_STEP = "step"
FINDING_DECISIONS = (IGNORE, AS_STEP, "tactic_change", "strategy_change")
FINDING_DAYS = 30

# ActionStep
PLANNED = "planned"
AGREED_STEP = "agreed"
SCHEDULED = "scheduled"
IN_PROGRESS = "in_progress"
DONE = "done"
HALF_DONE = "half_done"
CHECKED = "checked"
CANCELLED = "cancelled"
STEP_STATES = (PLANNED, AGREED_STEP, SCHEDULED, IN_PROGRESS, DONE, HALF_DONE, CHECKED, CANCELLED)
STEP_MOVES = {
    PLANNED: {AGREED_STEP, SCHEDULED, IN_PROGRESS, DONE, CANCELLED},
    AGREED_STEP: {SCHEDULED, IN_PROGRESS, DONE, CANCELLED},
    SCHEDULED: {IN_PROGRESS, DONE, CANCELLED},
    IN_PROGRESS: {DONE, CANCELLED},
    DONE: {CHECKED, HALF_DONE, IN_PROGRESS},
    HALF_DONE: {DONE, CANCELLED},
    CHECKED: set(),
    CANCELLED: {PLANNED},
}
CHECKS = (CHECKED, HALF_DONE)
OPEN_STEP_STATES = (PLANNED, AGREED_STEP, SCHEDULED, IN_PROGRESS, HALF_DONE)

VERDICTS = ("moving", "not_moving", "worsening", "cannot_tell", "too_early", "not_measurable", "described")

# How a plan was begun.
GUIDED_SHORT = "guided_short"
FULL = "full"
START_MODES = (FULL, GUIDED_SHORT)

# The phases of the work (S3-01); the plan's state says which one it is in (`queries.phases`).
PREPARATION = "preparation"
STRATEGY = "planning"
IMPLEMENTATION = "implementation"
CONTROL = "control"
PHASES = (PREPARATION, STRATEGY, IMPLEMENTATION, CONTROL)

# Audience
AUDIENCE_DRAFT = "draft"
ANALYSED = "analysed"
RANKED = "ranked"
AUDIENCE_ACTIVE = "active"
RETIRED = "retired"
AUDIENCE_STATES = (AUDIENCE_DRAFT, ANALYSED, RANKED, AUDIENCE_ACTIVE, RETIRED)
AUDIENCE_MOVES = {
    AUDIENCE_DRAFT: {ANALYSED, RETIRED},
    ANALYSED: {RANKED, RETIRED},
    RANKED: {AUDIENCE_ACTIVE, RETIRED},
    AUDIENCE_ACTIVE: {RANKED, RETIRED},
    RETIRED: {AUDIENCE_DRAFT},
}

# ReadinessAnswer
SETTLED = "settled"
OPEN_QUESTION = "open"
NOT_APPLICABLE = "none"
READINESS_STATES = (SETTLED, OPEN_QUESTION, NOT_APPLICABLE)

# The 17 themes of the canvas by section.
CANVAS_SECTIONS = {
    "identity": ("purpose", "member_identity", "values", "success", "brand"),
    "experience": ("selection", "transition", "shared_experiences", "rituals", "content", "rules", "roles"),
    "structure": ("organization", "governance", "financing", "channels", "data"),
}
CANVAS_THEMES = tuple(theme for themes in CANVAS_SECTIONS.values() for theme in themes)
# DecisionCheck (`domain.md` 3.14)
CONFERENCE = "conference"
RESOURCE_REQUEST = "resource_request"
HIRING = "hiring"
BOARD_MEETING = "board_meeting"
GENERIC = "generic"
DECISION_KINDS = (CONFERENCE, RESOURCE_REQUEST, HIRING, BOARD_MEETING, GENERIC)
SUBMITTED = "submitted"
DECISION_CHECKED = "checked"
DISCUSSED = "discussed"
DECIDED = "decided"
FOLLOW_UP_DUE = "follow_up_due"
OUTCOME_RECORDED = "outcome_recorded"
DECISION_STATES = (SUBMITTED, DECISION_CHECKED, DISCUSSED, DECIDED, FOLLOW_UP_DUE, OUTCOME_RECORDED)
DECISION_MOVES = {
    SUBMITTED: {DECISION_CHECKED},
    DECISION_CHECKED: {DISCUSSED},
    DISCUSSED: {DECIDED},
    DECIDED: {FOLLOW_UP_DUE, OUTCOME_RECORDED},
    FOLLOW_UP_DUE: {OUTCOME_RECORDED},
    OUTCOME_RECORDED: set(),
}
DECISIONS = ("yes", "conditions", "no")

# Review (`domain.md` 3.15)
REVIEW_PLANNED = "planned"
PREPARED = "prepared"
HELD = "held"
REVIEW_DECIDED = "decided"
PLAN_UPDATED = "plan_updated"
REVIEW_CLOSED = "closed"
REVIEW_STATES = (REVIEW_PLANNED, PREPARED, HELD, REVIEW_DECIDED, PLAN_UPDATED, REVIEW_CLOSED)
REVIEW_MOVES = {
    REVIEW_PLANNED: {PREPARED},
    PREPARED: {HELD},
    HELD: {REVIEW_DECIDED},
    REVIEW_DECIDED: {PLAN_UPDATED},
    PLAN_UPDATED: {REVIEW_CLOSED},
    REVIEW_CLOSED: set(),
}
REVIEW_KINDS = ("regular", "after_launch")
RESOLUTION_KINDS = ("keep", "stop_tactic", "change", "step", "finding")
# Verdicts one can commit to beforehand.
COMMITTED_VERDICTS = ("moving", "not_moving", "worsening", "cannot_tell")


def standing_of(layer: str, version_state: str, *, is_alternative: bool = False, has_baseline: bool = True) -> str:
    """Where an element stands while nobody has said more: what its version says."""
    is_in_force = version_state in {PUBLISHED, SUPERSEDED}
    is_agreed = version_state == AGREED
    match layer:
        case "goal":
            return "active" if is_in_force else "agreed" if is_agreed else "proposed"
        case "objective":
            return ("active" if has_baseline else "baselining") if is_in_force else "agreed" if is_agreed else "drafted"
        case "strategy":
            return ("in_test" if is_alternative else "chosen") if is_in_force else "hypothesis"
    raise ValueError(f"{layer} says itself where it stands")


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
# As long as it stands so, what it touches says so.
EFFECT_WAITS = (EFFECT_OPEN, TO_ADAPT)
EFFECT_MOVES = {
    EFFECT_OPEN: {UNTOUCHED, TO_ADAPT, ADAPTED},
    UNTOUCHED: {TO_ADAPT},
    TO_ADAPT: {ADAPTED, UNTOUCHED},
    ADAPTED: {TO_ADAPT},
}

# The calendar address of one's own shifts; that of steps is `models.STEPS_FEED`
SHIFTS_FEED = "plan.shifts"
