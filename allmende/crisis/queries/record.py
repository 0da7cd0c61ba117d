"""What a file holds of this room: the words prepared for a case. What burnt is a log that nobody writes anew (S0-24)."""

from django.utils.translation import gettext_lazy as _

from allmende.crisis.models import HoldingStatement
from allmende.team.queries import RecordChapter, record_table

_BURNT = _("What burnt, with its log: nobody writes it anew elsewhere; the printed book tells of it.")
_SEEN = _("What figures and media told: it belongs to the channels of this place.")

CRISIS = RecordChapter(
    "crisis",
    (record_table(HoldingStatement, "title source severity weight reaction text"),),
    {
        "incident": _BURNT,
        "incidentchannel": _BURNT,
        "incidenthold": _BURNT,
        "levelchange": _BURNT,
        "logentry": _BURNT,
        "publictext": _BURNT,
        "exercise": _BURNT,
        "fact": _BURNT,
        "checklistpoint": _BURNT,
        "saying": _BURNT,
        "debrief": _BURNT,
        "lesson": _BURNT,
        "mediamention": _SEEN,
        "signal": _SEEN,
        "usual": _SEEN,
    },
)
