"""States of a behaviour definition."""

DRAFT = "draft"
IN_FORCE = "in_force"
SUPERSEDED = "superseded"
DEFINITION_STATES = (DRAFT, IN_FORCE, SUPERSEDED)
DIMENSIONS = ("channel", "stage")
OTHERS = "others"
PERIODS = ("week", "month", "quarter", "all", "before", "since")
