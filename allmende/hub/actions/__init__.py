"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.channels.audit import LINK_CHANGED
from allmende.channels.models import TrackedLink
from allmende.hub.actions.decide_comment import decide_comment, undo_comment
from allmende.hub.actions.follow_link import HasEnded, follow_link
from allmende.hub.actions.survey import CannotSurvey, end_survey, open_survey, take_answer, undo_survey
from allmende.hub.actions.take_comment import SPAN, CannotComment, TooMany, take_comment, withdraw_comment
from allmende.hub.actions.take_delivery import NotReceived, confirm, take_delivery
from allmende.hub.actions.take_report import take_report
from allmende.hub.actions.undo_post import undo_correction, undo_taken_back
from allmende.team.actions import Undo, undo_fields

# What `team.actions.undo_change` may take back here.
UNDO: Mapping[str, Undo] = {
    "comment": undo_comment,
    "post": undo_correction,
    "taken_back": undo_taken_back,
    "survey": undo_survey,
    "link": undo_fields(
        right="editorial.item.edit",
        verb=LINK_CHANGED,
        rows=lambda person: TrackedLink.objects.filter(workspace=person.workspace),
    ),
}

__all__ = [
    "SPAN",
    "UNDO",
    "CannotComment",
    "CannotSurvey",
    "HasEnded",
    "NotReceived",
    "TooMany",
    "confirm",
    "decide_comment",
    "end_survey",
    "follow_link",
    "open_survey",
    "take_answer",
    "take_comment",
    "take_delivery",
    "take_report",
    "withdraw_comment",
]
