"""Where somebody who asked to be forgotten may be named in this room."""

from django.utils.translation import gettext_lazy as _

from allmende.handover.models import (
    BookUpload,
    HandedOn,
    Handover,
    HandoverLook,
    HandoverPoint,
    KnowledgeNote,
)
from allmende.handover.queries import books_set
from allmende.members.actions import blanking
from allmende.team.actions import Place

PLACES = (
    Place(KnowledgeNote, "workspace", "question answer"),
    Place(Handover, "workspace", "reason acceptance_reason"),
    Place(HandoverPoint, "handover__workspace", "label detail note"),
    Place(HandoverLook, "handover__workspace", "missing in_one_head next_step"),
    Place(HandedOn, "handover__workspace", "label before"),
    Place(BookUpload, "person__workspace", "file_name text found"),
)
ERASING = (
    blanking(
        "handover.words",
        _("Their names in unwritten knowledge, handovers and a book that waits to be read in"),
        PLACES,
        papers=books_set,
    ),
)
