"""States of an incident, and the kinds of what is written down about it (`domain.md` 3.10)."""

# `declared` and `level_changed` are lines of the log, not states one rests in. An incident below the level that holds posts
# is watched; `over` means that it no longer burns and waits for its debrief (I-17).
WATCHED = "watched"
ACTIVE = "active"
CALMING = "calming"
OVER = "over"
CLOSED = "closed"
TAKEN_BACK = "taken_back"
INCIDENT_STATES = (WATCHED, ACTIVE, CALMING, OVER, CLOSED, TAKEN_BACK)
INCIDENT_MOVES = {
    WATCHED: {ACTIVE, OVER, TAKEN_BACK},
    ACTIVE: {CALMING, OVER, TAKEN_BACK},
    CALMING: {ACTIVE, OVER},
    OVER: {WATCHED, ACTIVE, CALMING, CLOSED},
    CLOSED: set(),
    TAKEN_BACK: set(),
}
BURNING = (WATCHED, ACTIVE, CALMING)
# Nothing of it changes any more.
ENDED = (CLOSED, TAKEN_BACK)

# Why we are in it: what one may say follows from it
VICTIM = "victim"
ACCIDENTAL = "accidental"
PREVENTABLE = "preventable"
CLUSTERS = (VICTIM, ACCIDENTAL, PREVENTABLE)

KNOWN = "known"
UNKNOWN = "unknown"
ASSUMED = "assumed"
FACT_KINDS = (KNOWN, UNKNOWN, ASSUMED)

# Lines of the log
NOTE = "note"
DECISION = "decision"
ACT = "act"
LOG_KINDS = (NOTE, DECISION, ACT)

# What a debrief decides about. I-17 asks for one of the first three.
GUIDELINE = "guideline"
REACTION_PLAN = "reaction_plan"
TRAINING = "training"
PLAN = "plan"
OTHER = "other"
LESSON_KINDS = (GUIDELINE, REACTION_PLAN, TRAINING, PLAN, OTHER)
DECIDING_KINDS = (GUIDELINE, REACTION_PLAN, TRAINING)

PROPOSED = "proposed"
DECLARED = "declared"
DISMISSED = "dismissed"
SIGNAL_STATES = (PROPOSED, DECLARED, DISMISSED)
# Somebody said that it is nothing: nothing of no higher level is proposed for so long.
QUIET_HOURS = 6
# Wrong, unjust, unclear or just criticism, complaints, trolls, insults: what counts as negative (`domain.md` 3.8)
NEGATIVE_SITUATIONS = (8, 9, 10, 12, 13, 14, 21)
# From this weight on, what a medium writes is a sign by itself; and the level it proposes
WEIGHTY, MEDIA_LEVEL = 3, 3

# How long a declaration can be taken back as a mistake
TAKE_BACK_MINUTES = 15
DEBRIEF_DAYS = 7
