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
from allmende.editorial.queries.drafts import Draft, drafts_of
from allmende.editorial.queries.entries import KINDS, NO_OBJECTIVE, Entry, Filters
from allmende.editorial.queries.lists import Concern, Listing, Row, concerns, listing, search
from allmende.editorial.queries.words import hash_of, pictures_of

__all__ = [
    "KINDS",
    "LIST",
    "MONTH",
    "NO_OBJECTIVE",
    "VIEWS",
    "WEEK",
    "CalendarPage",
    "Cell",
    "Choices",
    "Concern",
    "Day",
    "Draft",
    "Entry",
    "Filters",
    "Listing",
    "Room",
    "Row",
    "calendar_page",
    "choices_of",
    "concerns",
    "drafts_of",
    "hash_of",
    "listing",
    "pictures_of",
    "proposed_wall",
    "room_for",
    "search",
]
