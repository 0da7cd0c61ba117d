"""States of reaction plans and guidelines, and the kinds of what they hold (`domain.md` 3.8, 3.9)."""

DRAFT = "draft"
AGREED = "agreed"
IN_FORCE = "in_force"
UNDER_REVIEW = "under_review"
REPLACED = "replaced"
REACTION_PLAN_STATES = (DRAFT, AGREED, IN_FORCE, UNDER_REVIEW, REPLACED)
REACTION_PLAN_MOVES = {
    DRAFT: {AGREED, IN_FORCE},
    AGREED: {IN_FORCE, DRAFT},
    IN_FORCE: {UNDER_REVIEW, REPLACED},
    UNDER_REVIEW: {IN_FORCE, REPLACED},
    REPLACED: set(),
}

# What the inbox applies, though somebody looks whether it still fits; and what is on its way to take its place
PLAN_HOLDS = (IN_FORCE, UNDER_REVIEW)
PLAN_OPEN = (DRAFT, AGREED)
# How long a plan holds before somebody looks at it again, unless they say otherwise
REVIEW_DAYS = 180

# What must stand before a channel may open (domain 3.8), and what somebody may set aside, by name and with a reason
GATES_SET_ASIDE = ("netiquette", "legal_notice", "cover", "trained")
GATES = ("account", "reaction_plan", "service_hours", "accountable", *GATES_SET_ASIDE)

REACTIONS = (
    "reply_publicly",
    "reply_privately",
    "acknowledge",
    "let_stand",
    "hide",
    "remove",
    "report",
    "forward",
    "monitor",
)
SATISFIED_BY = ("anyone", "staff")

# What the word list says of a word
USE = "use"
AVOID = "avoid"
EXPLAIN = "explain"
ADVICE = (USE, AVOID, EXPLAIN)

# Guideline: revised by its next version, withdrawn without one
CONSULTED = "consulted"
REVISED = "revised"
WITHDRAWN = "withdrawn"
GUIDELINE_STATES = (DRAFT, CONSULTED, IN_FORCE, REVISED, WITHDRAWN)
GUIDELINE_MOVES = {
    DRAFT: {CONSULTED, IN_FORCE},
    CONSULTED: {DRAFT, IN_FORCE},
    IN_FORCE: {REVISED, WITHDRAWN},
    REVISED: set(),
    WITHDRAWN: {IN_FORCE},
}
GUIDELINE_OPEN = (DRAFT, CONSULTED)

TEAM = "team"
ALL_EMPLOYEES = "all_employees"
EXPERTS = "experts"
PARTNERS = "partners"
MEMBERS = "members"
ADDRESSEES = (TEAM, ALL_EMPLOYEES, EXPERTS, PARTNERS, MEMBERS)
# Who works here reads these by themselves; others get a link.
ADDRESSED_INSIDE = (TEAM, ALL_EMPLOYEES)

GUIDELINE_PARTS = ("how", "when", "what", "atmosphere", "feedback", "conduct")
NETIQUETTE_PARTS = (
    "welcome", "scope", "tone", "unwanted", "consequences", "hours", "advertising", "privacy", "contact",
)  # fmt: skip
SECTIONS = (*GUIDELINE_PARTS, *NETIQUETTE_PARTS)
# Without these nothing is put in force (S2-11; skeleton of 3.9).
NEEDED = ("how", "when", "what", "tone", "consequences", "contact")

LADDER = ("hint", "hide", "remove", "suspend", "ban")

# Escalation: the scale, from where on publishing is always stopped (I-16)
TOP_LEVEL = 6
HOLDING_LEVEL = 4
