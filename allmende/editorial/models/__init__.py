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
    PlanChange,
    PostImport,
    PostingSlot,
    Reviewer,
    TextBlock,
    Variant,
    VariantPart,
)
from allmende.editorial.models.series import Occurrence, Series

__all__ = [
    "Answer",
    "ApprovalStep",
    "CareOverride",
    "ChangedText",
    "Comment",
    "ImportedPost",
    "Item",
    "ItemMedia",
    "MediaRight",
    "Occurrence",
    "PlanChange",
    "PostImport",
    "PostingSlot",
    "Reviewer",
    "Series",
    "TextBlock",
    "Variant",
    "VariantPart",
]
