"""What a person types about an item."""

from allmende.editorial.forms.block import BlockForm
from allmende.editorial.forms.idea import IdeaForm
from allmende.editorial.forms.item import ItemForm, values_of
from allmende.editorial.forms.media import PicturesForm, RightForm
from allmende.editorial.forms.newsletter import NewsletterForm
from allmende.editorial.forms.plan_again import PlanAgainForm
from allmende.editorial.forms.plan_change import PlanChangeForm, picked_in
from allmende.editorial.forms.post_import import PostsFileForm, PostsForm
from allmende.editorial.forms.review import GuestCommentForm, GuestReviewForm, ReviewForm, StepForm
from allmende.editorial.forms.said import ChangeSaidForm
from allmende.editorial.forms.series import SeriesForm, TimeForm, begins_at
from allmende.editorial.forms.slot import CommentForm, MoveForm, SlotForm, WeeklySlotForm, with_free_slot
from allmende.editorial.forms.source import SourceForm

__all__ = [
    "BlockForm",
    "ChangeSaidForm",
    "CommentForm",
    "GuestCommentForm",
    "GuestReviewForm",
    "IdeaForm",
    "ItemForm",
    "MoveForm",
    "NewsletterForm",
    "PicturesForm",
    "PlanAgainForm",
    "PlanChangeForm",
    "PostsFileForm",
    "PostsForm",
    "ReviewForm",
    "RightForm",
    "SeriesForm",
    "SlotForm",
    "SourceForm",
    "StepForm",
    "TimeForm",
    "WeeklySlotForm",
    "begins_at",
    "picked_in",
    "values_of",
    "with_free_slot",
]
