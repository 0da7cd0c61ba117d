"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

DECLARED = "crisis.incident.declared"
TAKEN_BACK = "crisis.incident.taken_back"
LEVEL_CHANGED = "crisis.incident.level_changed"
CHANGED = "crisis.incident.changed"
LINE_SET = "crisis.incident.line_set"
ENDED = "crisis.incident.ended"
REKINDLED = "crisis.incident.rekindled"
CLOSED = "crisis.incident.closed"
LOGGED = "crisis.log.added"
FACT_SAVED = "crisis.fact.saved"
TICKED = "crisis.point.ticked"
STATEMENT_SAVED = "crisis.statement.saved"
STATEMENT_SENT = "crisis.statement.sent"
DEBRIEF_SAVED = "crisis.debrief.saved"
LESSON_SAVED = "crisis.lesson.saved"
MENTION_SAVED = "crisis.mention.saved"
SIGNAL_DISMISSED = "crisis.signal.dismissed"
EXERCISE_BEGUN = "crisis.exercise.begun"
EXERCISE_ENDED = "crisis.exercise.ended"

VERBS: dict[str, str | Promise] = {
    DECLARED: pgettext_lazy("audit", "declared an escalation level"),
    TAKEN_BACK: pgettext_lazy("audit", "took a declared level back as a mistake"),
    LEVEL_CHANGED: pgettext_lazy("audit", "changed the level of an incident"),
    CHANGED: pgettext_lazy("audit", "changed what is known of an incident"),
    LINE_SET: pgettext_lazy("audit", "set what we say in an incident"),
    ENDED: pgettext_lazy("audit", "said that an incident is over"),
    REKINDLED: pgettext_lazy("audit", "said that an incident goes on"),
    CLOSED: pgettext_lazy("audit", "closed an incident"),
    LOGGED: pgettext_lazy("audit", "added a line to an incident's log"),
    FACT_SAVED: pgettext_lazy("audit", "wrote down what is known, unknown or assumed"),
    TICKED: pgettext_lazy("audit", "ticked a point of an incident's checklist, or took the tick back"),
    STATEMENT_SAVED: pgettext_lazy("audit", "prepared a holding statement or changed it"),
    STATEMENT_SENT: pgettext_lazy("audit", "sent a holding statement"),
    DEBRIEF_SAVED: pgettext_lazy("audit", "wrote a debrief"),
    LESSON_SAVED: pgettext_lazy("audit", "wrote down a decision of a debrief"),
    MENTION_SAVED: pgettext_lazy("audit", "wrote down a mention in the media"),
    SIGNAL_DISMISSED: pgettext_lazy("audit", "said that a signal is no crisis"),
    EXERCISE_BEGUN: pgettext_lazy("audit", "began a drill on a copy"),
    EXERCISE_ENDED: pgettext_lazy("audit", "ended a drill on a copy"),
}
