"""What we say: items and their texts, what comes again, approval, changes of the plan."""

from allmende.editorial.models.care import CareOverride
from allmende.editorial.models.items import (
    Answer,
    ApprovalStep,
    ChangedText,
    Comment,
    ImportedPost,
    Item,
    ItemMedia,
    MediaRight,
    PartPicture,
    PlanChange,
    PostImport,
    PostingSlot,
    Reviewer,
    TextBlock,
    Variant,
    VariantPart,
)
from allmende.editorial.models.rewordings import Rewording
from allmende.editorial.models.series import Occurrence, Series
from allmende.editorial.models.sources import IdeaSource, SourcedIdea

__all__ = [
    "Answer",
    "ApprovalStep",
    "CareOverride",
    "ChangedText",
    "Comment",
    "IdeaSource",
    "ImportedPost",
    "Item",
    "ItemMedia",
    "MediaRight",
    "Occurrence",
    "PartPicture",
    "PlanChange",
    "PostImport",
    "PostingSlot",
    "Reviewer",
    "Rewording",
    "Series",
    "SourcedIdea",
    "TextBlock",
    "Variant",
    "VariantPart",
]
