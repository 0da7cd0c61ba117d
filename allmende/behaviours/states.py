"""States of a behaviour definition."""

DRAFT = "draft"
IN_FORCE = "in_force"
SUPERSEDED = "superseded"
DEFINITION_STATES = (DRAFT, IN_FORCE, SUPERSEDED)
DIMENSIONS = ("channel", "stage")
OTHERS = "others"
PERIODS = ("week", "month", "quarter", "all", "before", "since")

# A sample of what was counted and what was not, coded blind
DRAWN = "drawn"
CODING = "coding"
FINISHED = "finished"
SET_ASIDE = "set_aside"
SAMPLE_STATES = (DRAWN, CODING, FINISHED, SET_ASIDE)
SAMPLE_OPEN = (DRAWN, CODING)
YES = "yes"
NO = "no"
UNSURE = "unsure"
ANSWERS = (YES, NO, UNSURE)
FIRST_TURN, SECOND_TURN = 1, 2

# What is counted of a definition beside its periods, and only when something touched it.
COHORTS, GROUPS = "cohorts", "groups"
BESIDE_PERIODS = (COHORTS, GROUPS)

ALL = "all"
GROUP_KINDS = (ALL, "stage", "trait", "group")
