"""States of reaction plans and the kinds of a required reaction (`domain.md` 3.8)."""

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
