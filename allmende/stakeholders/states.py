"""States of a report and of a relation to a stakeholder (`domain.md` 3.6, 3.15)."""

COMPILED = "compiled"
RELEASED = "released"
REPORT_STATES = ("scheduled", COMPILED, "reviewed", RELEASED, "read", "questions_answered")
INFLUENCES = ("decides", "advises", "affected")
RELATION_STATES = ("identified", "contacted", "informed", "understands", "supports", "sponsors", "cooling", "lost")
