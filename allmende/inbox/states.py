"""States of a conversation and how it may be closed (`domain.md` 3.8)."""

NEW = "new"
WAITING = "waiting"
ANSWERED = "answered"
CLOSED = "closed"
ARCHIVED = "archived"
# Its turns went into another conversation.
MERGED = "merged"
CONVERSATION_STATES = (NEW, WAITING, ANSWERED, CLOSED, ARCHIVED, MERGED)
CONVERSATION_MOVES = {
    NEW: {WAITING, ANSWERED, CLOSED, ARCHIVED, MERGED},
    WAITING: {ANSWERED, CLOSED, MERGED},
    ANSWERED: {WAITING, CLOSED, MERGED},
    CLOSED: {WAITING, ANSWERED, MERGED},
    ARCHIVED: {WAITING},
    MERGED: {NEW, WAITING, ANSWERED, CLOSED},
}
OPEN_STATES = (NEW, WAITING)
DONE_STATES = (ANSWERED, CLOSED)
# Nothing is to be closed there any more.
SETTLED_STATES = (CLOSED, ARCHIVED, MERGED)
# Promises that can be broken: somebody answers, the matter is closed
RESPONSE = "response"
RESOLUTION = "resolution"
BROKEN_CLOCKS = (RESPONSE, RESOLUTION)
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

# What is done to somebody's words (`domain.md` 3.8, contents of Art. 17(3) of the Digital Services Act)
SUSPEND = "suspend"
ABOUT_ACCOUNTS = (SUSPEND, "ban")
MEASURES = ("hide", "remove", "lock", *ABOUT_ACCOUNTS)
# What a network takes back by itself, and by which verb
TAKEN_BACK_BY = {"hide": "unhide", "lock": "unlock"}
# Why a network did not carry out a decision it was to carry out by itself
LOGGED_OUT, NOT_LET, NO_ANSWER, NOT_ABLE, NOBODY = "logged_out", "refused", "no_answer", "not_able", "nobody"
NOT_DONE = (LOGGED_OUT, NOT_LET, NO_ANSWER, NOT_ABLE, NOBODY)
RULE = "rule"
LAW = "law"
GROUNDS = (RULE, LAW)
OWN = "own"
NOTICE = "notice"
SOURCES = (OWN, NOTICE)
DECIDED = "decided"
IN_EFFECT = "in_effect"
LAPSED = "lapsed"
REVERSED = "reversed"
MODERATION_STATES = (DECIDED, IN_EFFECT, LAPSED, REVERSED)
MODERATION_MOVES = {
    DECIDED: {IN_EFFECT, REVERSED},
    IN_EFFECT: {LAPSED, REVERSED},
    LAPSED: set(),
    REVERSED: set(),
}
TOLD = ("publicly", "privately", "impossible")
# An objection: what may come of it, and within how many days
UPHELD = "upheld"
OBJECTION_REVERSED = "reversed"
PARTLY_RIGHT = "partly"
OBJECTION_OUTCOMES = (UPHELD, PARTLY_RIGHT, OBJECTION_REVERSED)
OBJECTION_ANSWER_DAYS = 14

# A question to a department, an expert, or somebody outside by e-mail (`domain.md` 3.8 I-15, 3.13). TIMED_OUT: experts only,
# then the deputy; DECLINED: no department
DEPARTMENT = "department"
EXPERT = "expert"
OUTSIDE = "outside"
INQUIRY_KINDS = (DEPARTMENT, EXPERT, OUTSIDE)
ACCEPTED = "accepted"
USED = "used"
TIMED_OUT = "timed_out"
DROPPED = "dropped"
INQUIRY_STATES = (ASKED, ACCEPTED, ANSWERED, USED, DECLINED, TIMED_OUT, DROPPED)
INQUIRY_MOVES = {
    ASKED: {ACCEPTED, ANSWERED, DECLINED, TIMED_OUT, DROPPED},
    ACCEPTED: {ANSWERED, DECLINED, TIMED_OUT, DROPPED},
    ANSWERED: {USED, DROPPED},
    # The words that told the member were taken back.
    USED: {ANSWERED},
    # An answer that comes late is an answer.
    TIMED_OUT: {ANSWERED},
    DECLINED: set(),
    DROPPED: set(),
}
ANSWERABLE_STATES = (ASKED, ACCEPTED, TIMED_OUT)
UNTOLD_STATES = (ASKED, ACCEPTED, ANSWERED)
PROPOSED = "proposed"
KEPT = "kept"
KNOWLEDGE_STATES = (PROPOSED, KEPT, DROPPED)

# Situations of `domain.md` 3.8 in which answering costs strength (I-14)
CONFLICT_SITUATIONS = tuple(range(8, 15))
# Situations that stand out of a thread in whose middle they arise: conflicts, law, danger, press, bots, waves
GRAVE_SITUATIONS = (*CONFLICT_SITUATIONS, 15, 16, 17, 18, 20, 21)
# Of these: somebody seeks the quarrel, not the matter
PROVOCATION = 13
FITS = ("yes", "partly", "no")

# What a machine supposes about a message, and what people said to it
BY_SIGNS = "signs"
BY_MODEL = "model"
SUGGESTION_SOURCES = (BY_SIGNS, BY_MODEL)
OPEN = "open"
TAKEN = "taken"
DISMISSED = "dismissed"
OVERRULED = "overruled"
SUGGESTION_STATES = (OPEN, TAKEN, DISMISSED, OVERRULED)
# What the public reports (DSA Art. 16): against the law, abuse of children, against our own rules
AGAINST_LAW = "law"
CHILD_ABUSE = "children"
AGAINST_RULES = "rules"
NOTICE_KINDS = (AGAINST_LAW, CHILD_ABUSE, AGAINST_RULES)
RECEIVED = "received"
NOTICE_STATES = (RECEIVED, ANSWERED)
# A measure was decided; the words stay; they stand where we can do nothing
ACTED = "acted"
STAYS = "stays"
NOT_OURS = "not_ours"
NOTICE_OUTCOMES = (ACTED, STAYS, NOT_OURS)
STANDS = "stands"
OBJECTION_RESULTS = (STANDS, CHANGED)
# Within so many hours of service it is decided; without service hours in so many hours by the clock
NOTICE_HOURS = {AGAINST_LAW: 16, CHILD_ABUSE: 4, AGAINST_RULES: 24}
# So long whoever reported can object, and is known by name (Art. 20(1))
OBJECTION_DAYS = 184
# What nobody answers does not keep a stranger's name for ever: after a year whoever waits has turned elsewhere, and what a
# machine may have sent and nobody answers within a quarter is from nobody
UNANSWERED_DAYS = 365
DOUBTFUL_DAYS = 90
# An address can be anybody's: it gets so many confirmations within a day; the page confirms each notice anyway
MOST_CONFIRMED = 3
