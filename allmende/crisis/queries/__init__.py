"""Answers about what burns, what is prepared and what was learnt."""

from allmende.crisis.queries.book import book_chapter
from allmende.crisis.queries.hearing import as_rehearsed, heard_lately, rhythm_of, rhythm_until, step_of
from allmende.crisis.queries.overview import (
    Overview,
    Preparation,
    ScaleStep,
    mentions_of,
    open_lessons,
    open_signal,
    overview,
    practice_channels,
    preparations,
    proposed_words,
    scale_of,
    speaking_channels,
    statements_of,
)
from allmende.crisis.queries.record import CRISIS
from allmende.crisis.queries.room import (
    Protocol,
    Room,
    debrief_due,
    lessons_of,
    log_of,
    log_table,
    protocol_of,
    room_of,
    stopped_posts,
    took_part,
)
from allmende.crisis.queries.search import search

__all__ = [
    "CRISIS",
    "Overview",
    "Preparation",
    "Protocol",
    "Room",
    "ScaleStep",
    "as_rehearsed",
    "book_chapter",
    "debrief_due",
    "heard_lately",
    "lessons_of",
    "log_of",
    "log_table",
    "mentions_of",
    "open_lessons",
    "open_signal",
    "overview",
    "practice_channels",
    "preparations",
    "proposed_words",
    "protocol_of",
    "rhythm_of",
    "rhythm_until",
    "room_of",
    "scale_of",
    "search",
    "speaking_channels",
    "statements_of",
    "step_of",
    "stopped_posts",
    "took_part",
]
