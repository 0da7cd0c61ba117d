"""What we promised in calm times: reaction plans, guidelines and netiquettes, messages and words."""

from allmende.guidelines.models.escalation import ActiveLevel, EscalationContact, EscalationLevel
from allmende.guidelines.models.opening import GateException
from allmende.guidelines.models.promises import NetworkMark, ReactionPlan, ReactionRule
from allmende.guidelines.models.voice import BrandRecord, CoreMessage, WordEntry
from allmende.guidelines.models.written import Acknowledgement, Guideline, GuidelineRule, GuidelineSection

__all__ = [
    "Acknowledgement",
    "ActiveLevel",
    "BrandRecord",
    "CoreMessage",
    "EscalationContact",
    "EscalationLevel",
    "GateException",
    "Guideline",
    "GuidelineRule",
    "GuidelineSection",
    "NetworkMark",
    "ReactionPlan",
    "ReactionRule",
    "WordEntry",
]
