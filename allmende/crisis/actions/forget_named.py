"""Where somebody who asked to be forgotten may be named in this room."""

from django.utils.translation import gettext_lazy as _

from allmende.crisis.models import (
    ChecklistPoint,
    Debrief,
    Exercise,
    Fact,
    HoldingStatement,
    Incident,
    Lesson,
    LevelChange,
    LogEntry,
    MediaMention,
    PublicText,
    Signal,
)
from allmende.members.actions import blanking
from allmende.team.actions import Place

PLACES = (
    Place(Incident, "workspace", "title cause affected line never_say spokesperson step_down public_text cost"),
    Place(LevelChange, "incident__workspace", "reason"),
    Place(LogEntry, "incident__workspace", "text"),
    Place(PublicText, "incident__workspace", "text"),
    Place(Fact, "workspace", "text source"),
    Place(ChecklistPoint, "incident__workspace", "text hint"),
    Place(HoldingStatement, "workspace", "title source reaction text"),
    Place(Debrief, "workspace", "what_happened went_well went_badly"),
    Place(Exercise, "workspace", "learnt"),
    Place(Lesson, "workspace", "text"),
    Place(MediaMention, "workspace", "title outlet url"),
    Place(Signal, "workspace", "found grounds reason"),
)
ERASING = (
    blanking(
        "crisis.words",
        _("Their names in incidents, the log, facts, statements and lessons"),
        PLACES,
    ),
)
