"""States and moves of a handover (`domain.md` 3.15)."""

# Handover.kind
PLANNED, SUDDEN, LEAVE = "planned", "sudden", "leave"
KINDS = (PLANNED, SUDDEN, LEAVE)

# Handover.state
ANNOUNCED = "announced"
EMERGENCY_OWNER = "emergency_owner"
COLLECTING = "collecting"
GAPS_CLOSED = "gaps_closed"
JOINT_PHASE = "joint_phase"
ACCEPTED = "accepted"
ACCESS_REVOKED = "access_revoked"
CHECK_30 = "check_30"
CHECK_90 = "check_90"
CLOSED = "closed"
STATES = (
    ANNOUNCED, EMERGENCY_OWNER, COLLECTING, GAPS_CLOSED, JOINT_PHASE, ACCEPTED, ACCESS_REVOKED, CHECK_30, CHECK_90, CLOSED,
)  # fmt: skip

# The way of each kind: whoever was suddenly missing cannot be joined, whoever comes back keeps the access.
WAYS = {
    PLANNED: (
        ANNOUNCED, COLLECTING, GAPS_CLOSED, JOINT_PHASE, ACCEPTED, ACCESS_REVOKED, CHECK_30, CHECK_90, CLOSED,
    ),
    SUDDEN: (
        ANNOUNCED, EMERGENCY_OWNER, COLLECTING, GAPS_CLOSED, ACCEPTED, ACCESS_REVOKED, CHECK_30, CHECK_90, CLOSED,
    ),
    LEAVE: (ANNOUNCED, COLLECTING, GAPS_CLOSED, JOINT_PHASE, ACCEPTED, CHECK_30, CHECK_90, CLOSED),
}  # fmt: skip
# The looks back: answered in words, so nobody passes them by pressing on.
LOOKS = (CHECK_30, CHECK_90)
# These do more than move on, and have actions of their own.
BY_ACTION = (ACCEPTED, ACCESS_REVOKED, *LOOKS)
# HandoverLook.outcome
CARRIED, WITH_HELP, NOT_CARRIED = "carried", "with_help", "not_carried"
OUTCOMES = (CARRIED, WITH_HELP, NOT_CARRIED)
BEFORE_ACCEPTANCE = STATES[: STATES.index(ACCEPTED)]

# What a point of the checklist is about.
PLAN, STEP, CONVERSATION, STAKEHOLDER, CHANNEL, REACTION_PLAN, DUTY, ACCESS = (
    "plan", "step", "conversation", "stakeholder", "channel", "reaction_plan", "duty", "access",
)  # fmt: skip
FORMAT, COST, RISK, INTERVIEW, FIRST_DAYS = "format", "cost", "risk", "interview", "first_days"
POINT_KINDS = (
    PLAN, STEP, CONVERSATION, STAKEHOLDER, CHANNEL, REACTION_PLAN, DUTY, ACCESS, FORMAT, COST, RISK, INTERVIEW, FIRST_DAYS,
)  # fmt: skip
# What is handed on in bulk, while the handover is open: shifts, routines, controls, items of the calendar, groups somebody
# leads, what somebody answers for, with which stakeholders they keep in touch, what they were asked to approve, and for whom
# they stand in.
SHIFT, ROUTINE, CONTROL, ITEM, UNIT, ANSWERS = "shift", "routine", "control", "item", "unit", "answers"
CONTACT, APPROVAL, DEPUTY = "contact", "approval", "deputy"
HAND_KINDS = (SHIFT, ROUTINE, CONTROL, ITEM, UNIT, ANSWERS, CONTACT, APPROVAL, DEPUTY)

# What changes hands by itself when the handover is accepted.
MOVING = (PLAN, STEP, CONVERSATION)


def next_state(kind: str, state: str) -> str:
    """Where a handover of this kind goes from here; empty at the end."""
    way = WAYS[kind]
    at = way.index(state) + 1
    return way[at] if at < len(way) else ""
