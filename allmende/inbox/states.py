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
# An answer that a colleague reads before it leaves
ASKED = "asked"
APPROVED = "approved"
DECLINED = "declined"
CHANGED = "changed"
TAKEN_BACK = "taken_back"
READING_STATES = (ASKED, APPROVED, DECLINED, CHANGED, TAKEN_BACK)
READING_MOVES = {
    ASKED: {APPROVED, DECLINED, CHANGED, TAKEN_BACK},
    # Undone within the moment in which the answer can be taken back.
    APPROVED: {ASKED},
    DECLINED: {ASKED},
    TAKEN_BACK: {ASKED},
    CHANGED: set(),
}
CLOSE_REASONS = ("answered", "solved_by_members", "no_reply_needed", "moved_elsewhere", "spam")
