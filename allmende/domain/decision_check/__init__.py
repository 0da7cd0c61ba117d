"""Checks of a decision against the plan (domain 3.14): programmes read, sessions matched, criteria laid open."""

from allmende.domain.decision_check.criteria import (
    Competency,
    Criterion,
    Request,
    Result,
    check_board,
    check_conference,
    check_generic,
    check_hiring,
    check_request,
)
from allmende.domain.decision_check.matching import Match, Want, match_sessions
from allmende.domain.decision_check.programme import Session, read_programme, text_of

__all__ = [
    "Competency",
    "Criterion",
    "Match",
    "Request",
    "Result",
    "Session",
    "Want",
    "check_board",
    "check_conference",
    "check_generic",
    "check_hiring",
    "check_request",
    "match_sessions",
    "read_programme",
    "text_of",
]
