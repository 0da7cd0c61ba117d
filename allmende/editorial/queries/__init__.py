"""Answers about items for screens and other rooms."""

from allmende.editorial.queries.calendar import (
    LIST,
    MONTH,
    VIEWS,
    WEEK,
    CalendarPage,
    Cell,
    Choices,
    Day,
    Room,
    calendar_page,
    choices_of,
    proposed_wall,
    room_for,
)
from allmende.editorial.queries.drafts import NOT_HERE, OWN, SHARED, Desk, Draft, Typed, desk_of, drafts_of
from allmende.editorial.queries.entries import KINDS, LATE, NO_OBJECTIVE, Entry, Filters
from allmende.editorial.queries.lists import Concern, Listing, Row, concerns, listing, search
from allmende.editorial.queries.words import hash_of, pictures_of

__all__ = [
    "KINDS",
    "LATE",
    "LIST",
    "MONTH",
    "NOT_HERE",
    "NO_OBJECTIVE",
    "OWN",
    "SHARED",
    "VIEWS",
    "WEEK",
    "CalendarPage",
    "Cell",
    "Choices",
    "Concern",
    "Day",
    "Desk",
    "Draft",
    "Entry",
    "Filters",
    "Listing",
    "Room",
    "Row",
    "Typed",
    "calendar_page",
    "choices_of",
    "concerns",
    "desk_of",
    "drafts_of",
    "hash_of",
    "listing",
    "pictures_of",
    "proposed_wall",
    "room_for",
    "search",
]
