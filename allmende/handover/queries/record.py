"""What a file holds of this room: what only people knew. Who hands over to whom is settled where they work (S0-24)."""

from django.utils.translation import gettext_lazy as _

from allmende.handover.models import KnowledgeNote
from allmende.team.queries import RecordChapter, record_table

_RUNNING = _("Handovers under way: they are between two people and end where they began.")

HANDOVER = RecordChapter(
    "handover",
    (record_table(KnowledgeNote, "question_key question answer holder second"),),
    {
        "handover": _RUNNING,
        "handoverpoint": _RUNNING,
        "handoverlook": _RUNNING,
        "handedon": _RUNNING,
        "bookorder": _("Books set as PDF: they can be made again."),
        "bookupload": _("Books that somebody is about to read in."),
    },
)
