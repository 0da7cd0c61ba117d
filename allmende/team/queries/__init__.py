"""Answers about the team: who is here, when, what they should know."""

from allmende.team.models.prepared import Prepared
from allmende.team.queries.books import (
    AuditPage,
    ChainCheck,
    audit_page,
    check_audit,
    notices_of,
    open_guest_links,
    unseen_notices,
)
from allmende.team.queries.hours import (
    Holiday,
    Place,
    default_hours,
    hours_by_id,
    hours_in,
    hours_of,
    next_holidays,
    place_name,
    places,
    usual_hours,
)
from allmende.team.queries.people import Hit, holders_of, is_open_to, people_of, role_word, search
from allmende.team.queries.undo import kept, read_undo, undo_of, undo_url

__all__ = [
    "AuditPage",
    "ChainCheck",
    "Hit",
    "Holiday",
    "Place",
    "Prepared",
    "audit_page",
    "check_audit",
    "default_hours",
    "holders_of",
    "hours_by_id",
    "hours_in",
    "hours_of",
    "is_open_to",
    "kept",
    "next_holidays",
    "notices_of",
    "open_guest_links",
    "people_of",
    "place_name",
    "places",
    "read_undo",
    "role_word",
    "search",
    "undo_of",
    "undo_url",
    "unseen_notices",
    "usual_hours",
]
