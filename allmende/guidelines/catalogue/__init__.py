"""What this room ships and what its kinds are called."""

from allmende.guidelines.catalogue.limits import LIMITS
from allmende.guidelines.catalogue.situations import BY_NUMBER, SITUATIONS, Situation
from allmende.guidelines.catalogue.words import (
    ADDRESSEE_WORDS,
    ADVICE_WORDS,
    GATE_REMEDIES,
    GATE_WORDS,
    GUIDELINE_STATE_WORDS,
    LADDER_WORDS,
    PLAN_STATE_WORDS,
    REACTION_WORDS,
    SATISFIED_BY_WORDS,
)
from allmende.guidelines.catalogue.written import BY_KIND, RULES, SECTION_KINDS, RuleProposal, SectionKind

__all__ = [
    "ADDRESSEE_WORDS",
    "ADVICE_WORDS",
    "BY_KIND",
    "BY_NUMBER",
    "GATE_REMEDIES",
    "GATE_WORDS",
    "GUIDELINE_STATE_WORDS",
    "LADDER_WORDS",
    "LIMITS",
    "PLAN_STATE_WORDS",
    "REACTION_WORDS",
    "RULES",
    "SATISFIED_BY_WORDS",
    "SECTION_KINDS",
    "SITUATIONS",
    "RuleProposal",
    "SectionKind",
    "Situation",
]
