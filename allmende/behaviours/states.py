"""States of a behaviour definition."""

DRAFT = "draft"
IN_FORCE = "in_force"
SUPERSEDED = "superseded"
DEFINITION_STATES = (DRAFT, IN_FORCE, SUPERSEDED)
PERIODS = ("week", "month", "quarter", "all", "before", "since")
