"""States of a conversation and how it may be closed (`domain.md` 3.8)."""

NEW = "new"
WAITING = "waiting"
ANSWERED = "answered"
CLOSED = "closed"
ARCHIVED = "archived"
CONVERSATION_STATES = (NEW, WAITING, ANSWERED, CLOSED, ARCHIVED)
CONVERSATION_MOVES = {
    NEW: {WAITING, ANSWERED, CLOSED, ARCHIVED},
    WAITING: {ANSWERED, CLOSED},
    ANSWERED: {WAITING, CLOSED},
    CLOSED: {WAITING, ANSWERED},
    ARCHIVED: {WAITING},
}
OPEN_STATES = (NEW, WAITING)
DONE_STATES = (ANSWERED, CLOSED)
CLOSE_REASONS = ("answered", "solved_by_members", "no_reply_needed", "moved_elsewhere", "spam")
