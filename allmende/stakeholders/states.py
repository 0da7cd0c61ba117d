"""States of a report (`domain.md` 3.15)."""

COMPILED = "compiled"
RELEASED = "released"
REPORT_STATES = ("scheduled", COMPILED, "reviewed", RELEASED, "read", "questions_answered")
