"""Where somebody who asked to be forgotten may be named in this room."""

from django.utils.translation import gettext_lazy as _

from allmende.editorial.models import (
    Answer,
    CareOverride,
    ChangedText,
    Comment,
    IdeaSource,
    Item,
    ItemMedia,
    MediaRight,
    PlanChange,
    PostImport,
    Rewording,
    Series,
    SourcedIdea,
    TextBlock,
    Variant,
    VariantPart,
)
from allmende.members.actions import blanking
from allmende.team.actions import Place

PLACES = (
    Place(Item, "workspace", "title idea text no_objective_reason expected_behaviour campaign"),
    Place(Variant, "workspace", "text link"),
    Place(VariantPart, "variant__workspace", "text"),
    Place(PlanChange, "workspace", "reason"),
    Place(ChangedText, "change__workspace", "before why_not"),
    Place(ItemMedia, "item__workspace", "alt"),
    Place(MediaRight, "workspace", "alt holder note"),
    Place(TextBlock, "workspace", "name text"),
    Place(PostImport, "workspace", "file_name wishes"),
    Place(Comment, "item__workspace", "text"),
    Place(Answer, "variant__workspace", "words"),
    Place(CareOverride, "variant__workspace", "reason"),
    Place(Rewording, "variant__workspace", "title text reason why"),
    Place(Series, "workspace", "knowingly"),
    Place(IdeaSource, "workspace", "no_objective_reason"),
    Place(SourcedIdea, "source__workspace", "url"),
)
ERASING = (
    blanking(
        "editorial.words",
        _("Their names in contributions, texts, comments, approvals and rights to pictures"),
        PLACES,
        keeps=_(
            "Words of a text that is approved and not published yet: they stay as they were approved, until somebody takes the approval back."
        ),
    ),
)
