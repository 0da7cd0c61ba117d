"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.crisis import audit
from allmende.crisis.actions.change_level import (
    CannotChangeLevel,
    CannotClose,
    change_level,
    close_incident,
    end_incident,
    end_stop,
    lift_holds,
    rekindle_incident,
    what_is_missing,
)
from allmende.crisis.actions.check_fit import unfit
from allmende.crisis.actions.debrief import (
    archive_lesson,
    finish_lesson,
    save_debrief,
    save_lesson,
    undo_finish,
)
from allmende.crisis.actions.declare_incident import (
    CannotDeclare,
    CannotTakeBack,
    can_take_back,
    declare_incident,
    take_back,
    take_over_levels,
)
from allmende.crisis.actions.exercise import begin_exercise, end_exercise
from allmende.crisis.actions.forget_named import ERASING
from allmende.crisis.actions.keep_incident import (
    CannotKeep,
    archive_fact,
    change_incident,
    save_fact,
    set_line,
    set_next_update,
    tick_point,
    undo_incident,
    undo_tick,
    undo_update,
)
from allmende.crisis.actions.prepare import (
    archive_mention,
    archive_statement,
    save_mention,
    save_statement,
    take_over_statements,
)
from allmende.crisis.actions.record_practice import record_practice, undo_practice
from allmende.crisis.actions.remind import remind_of_debriefs, remind_of_updates
from allmende.crisis.actions.send_statement import CannotSay, send_statement
from allmende.crisis.actions.watch import (
    CannotDismiss,
    dismiss_signal,
    learn_usual,
    look_at_volume,
    propose,
    undo_dismiss,
)
from allmende.crisis.actions.write_log import CannotLog, write_log
from allmende.crisis.models import Debrief, Fact, HoldingStatement, Lesson, MediaMention
from allmende.crisis.states import ENDED
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "incident": undo_incident,
    "tick": undo_tick,
    "update": undo_update,
    "finish": undo_finish,
    "dismiss": undo_dismiss,
    "practice": undo_practice,
    "fact": undo_fields(
        right="crisis.incident.log",
        verb=audit.FACT_SAVED,
        rows=lambda person: Fact.objects.filter(workspace=person.workspace).exclude(incident__state__in=ENDED),
    ),
    "statement": undo_fields(
        right="crisis.statement.edit",
        verb=audit.STATEMENT_SAVED,
        rows=lambda person: HoldingStatement.objects.filter(workspace=person.workspace),
    ),
    "mention": undo_fields(
        right="crisis.incident.log",
        verb=audit.MENTION_SAVED,
        rows=lambda person: MediaMention.objects.filter(workspace=person.workspace),
    ),
    "debrief": undo_fields(
        right="crisis.incident.lead",
        verb=audit.DEBRIEF_SAVED,
        rows=lambda person: Debrief.objects.filter(workspace=person.workspace).exclude(incident__state__in=ENDED),
    ),
    "lesson": undo_fields(
        right="crisis.incident.lead",
        verb=audit.LESSON_SAVED,
        rows=lambda person: Lesson.objects.filter(workspace=person.workspace).exclude(incident__state__in=ENDED),
    ),
}

__all__ = [
    "ERASING",
    "UNDO",
    "CannotChangeLevel",
    "CannotClose",
    "CannotDeclare",
    "CannotDismiss",
    "CannotKeep",
    "CannotLog",
    "CannotSay",
    "CannotTakeBack",
    "archive_fact",
    "archive_lesson",
    "archive_mention",
    "archive_statement",
    "begin_exercise",
    "can_take_back",
    "change_incident",
    "change_level",
    "close_incident",
    "declare_incident",
    "dismiss_signal",
    "end_exercise",
    "end_incident",
    "end_stop",
    "finish_lesson",
    "learn_usual",
    "lift_holds",
    "look_at_volume",
    "propose",
    "record_practice",
    "rekindle_incident",
    "remind_of_debriefs",
    "remind_of_updates",
    "save_debrief",
    "save_fact",
    "save_lesson",
    "save_mention",
    "save_statement",
    "send_statement",
    "set_line",
    "set_next_update",
    "take_back",
    "take_over_levels",
    "take_over_statements",
    "tick_point",
    "undo_dismiss",
    "undo_finish",
    "undo_incident",
    "undo_tick",
    "undo_update",
    "unfit",
    "what_is_missing",
    "write_log",
]
