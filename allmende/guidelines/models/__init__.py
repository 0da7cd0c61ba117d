"""What we promised in calm times: reaction plans, guidelines and netiquettes, messages and words."""

from allmende.guidelines.models.promises import NetworkMark, ReactionPlan, ReactionRule
from allmende.guidelines.models.voice import BrandRecord, CoreMessage, WordEntry
from allmende.guidelines.models.written import Acknowledgement, Guideline, GuidelineRule, GuidelineSection

__all__ = [
    "Acknowledgement",
    "BrandRecord",
    "CoreMessage",
    "Guideline",
    "GuidelineRule",
    "GuidelineSection",
    "NetworkMark",
    "ReactionPlan",
    "ReactionRule",
    "WordEntry",
]
