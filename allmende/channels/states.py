"""States of accounts, channels and dispatches, and the transitions that are allowed (`house.md`, `domain.md` 3.8)."""

# Account
CONNECTED = "connected"
RESTING = "resting"
LOGGED_OUT = "logged_out"
ACCOUNT_STATES = (CONNECTED, RESTING, LOGGED_OUT)

# Channel
CONSIDERED = "considered"
CHOSEN = "chosen"
PREPARED = "prepared"
LIVE = "live"
PAUSED = "paused"
CLOSING = "closing"
CLOSED = "closed"
CHANNEL_STATES = (CONSIDERED, CHOSEN, PREPARED, LIVE, PAUSED, CLOSING, CLOSED)
# The network of our own to practise at: nobody outside is there
PRACTICE = "sandbox"
# What becomes of what was said where a presence ends (domain 3.8)
STAYS, TAKEN_DOWN, HANDED_OVER = "stays", "taken_down", "handed_on"
ARCHIVE_DECISIONS = (STAYS, TAKEN_DOWN, HANDED_OVER)
CHANNEL_KINDS = ("own_forum", "own_chat", "social_network", "messenger", "newsletter", "event", "intranet", "archive")

# Message
INWARD = "inward"
OUTWARD = "outward"
DIRECTIONS = (INWARD, OUTWARD)
VISIBILITIES = ("public", "members", "direct")

# Dispatch: the only place that knows delivery
WAITING = "waiting"
SPEAKING = "speaking"
SENT = "sent"
REFUSED = "refused"
UNCLEAR = "unclear"
GIVEN_UP = "given_up"
HELD = "held"
WITHDRAWN = "withdrawn"
MISSED = "missed"
DISPATCH_STATES = (WAITING, SPEAKING, SENT, REFUSED, UNCLEAR, GIVEN_UP, HELD, WITHDRAWN, MISSED)
DISPATCH_MOVES = {
    # A receipt may come late, when we had looked too early and found nothing: then it is there all the same.
    # In a copied or restored database nobody knows of anything that waits whether it went out elsewhere: UNCLEAR.
    WAITING: {SPEAKING, HELD, WITHDRAWN, MISSED, GIVEN_UP, SENT, UNCLEAR},
    SPEAKING: {SENT, REFUSED, UNCLEAR, WAITING, GIVEN_UP},
    UNCLEAR: {SENT, WAITING, GIVEN_UP, HELD},
    HELD: {WAITING, WITHDRAWN, MISSED, SENT, UNCLEAR},
    REFUSED: {WAITING, WITHDRAWN},
    GIVEN_UP: {WAITING, WITHDRAWN},
    MISSED: {WITHDRAWN},
    # Equal words of ours were taken for these; the receipt showed whose they were.
    SENT: {UNCLEAR},
    WITHDRAWN: set(),
}
# What a person decides about what needs somebody, for many at once
ARRIVED_THERE = "arrived"
ABSENT = "absent"
AGAIN = "again"
DROP = "drop"
SETTLE_KINDS = (ARRIVED_THERE, ABSENT, AGAIN, DROP)
POST = "post"
REPLY = "reply"
HOLDING_STATEMENT = "holding_statement"
DISPATCH_KINDS = (POST, REPLY, HOLDING_STATEMENT)
# What somebody must be allowed to do at the moment their words leave, not only when they wrote them.
SPEAKING_RIGHTS = {
    POST: "editorial.item.schedule",
    REPLY: "inbox.reply.send",
    HOLDING_STATEMENT: "editorial.item.schedule",
}
SPEAKING_CHANNELS = (LIVE, CLOSING)
# Who an answer is by, for its readers
NOBODY_NAMED = "none"
BY_INITIALS = "initials"
BY_NAME = "name"
BYLINES = (NOBODY_NAMED, BY_INITIALS, BY_NAME)
LISTENING_CHANNELS = (CHOSEN, PREPARED, LIVE, PAUSED, CLOSING)

# A picture a message shows; "waiting" for being fetched from the network
KEPT = "kept"
LEFT = "left"
SHOWN_STATES = (KEPT, WAITING, LEFT)
# Why a post went without the card of its link: the page had not answered by then, the network did not take it, the page says
# nothing of itself
NOT_IN_TIME, NOT_TAKEN, SAYS_NOTHING = "not_in_time", "not_taken", "says_nothing"

# What somebody did at a link's target, as the site there tells (`domain.md` 4.1)
ARRIVED = "arrived_from_link"
COMPLETED = "completed_on_site"
ARRIVAL_ACTS = (
    ARRIVED, COMPLETED, "bought", "renewed", "registered_event", "joined", "surveyed", "submitted_idea", "referred",
)  # fmt: skip

# Why publishing is paused in a place
COPIED = "copied"
RESTORED = "restored"
JOINED = "joined"
CLOCK = "clock"
PAUSE_REASONS = (COPIED, RESTORED, JOINED, CLOCK)
# What the network may have heard from another copy of this database is asked for before it is said.
LOOKED_FOR_FIRST = (COPIED, RESTORED)

# Self-test: the steps in their order, what each may prove, and how it may end
TRIAL_STEPS = ("asked", "publishing", "reading", "hearing", "replying", "moderating", "deleting", "done")
PROVABLE = ("publish", "read_back", "webhook", "reply", "moderate", "delete")
# What a self-test says is nobody's conversation and no work of ours: the rooms above leave out what bears this subject.
TRIAL_SUBJECT = "trial"
PROVED = "proved"
FAILED = "failed"
CANNOT = "cannot"
PROOF_OUTCOMES = (PROVED, FAILED, CANNOT)

# An import: chosen (looked at before it begins), waiting for a worker, running, stopped by a person
RUN_CHOSEN = "chosen"
RUN_WAITING = "waiting"
RUN_RUNNING = "running"
RUN_DONE = "done"
RUN_FAILED = "failed"
RUN_STOPPED = "stopped"
RUN_UNDONE = "undone"
RUN_STATES = (RUN_CHOSEN, RUN_WAITING, RUN_RUNNING, RUN_DONE, RUN_FAILED, RUN_STOPPED, RUN_UNDONE)
# What has put rows in and rests: it can be undone, or taken up again unless it is done.
RUN_RESTING = (RUN_DONE, RUN_FAILED, RUN_STOPPED)
# A table of arrivals: looked at before it comes in, taken in, taken out again
UPLOAD_STATES = (RUN_CHOSEN, RUN_DONE, RUN_UNDONE)
# What stands in a list in place of words that were written for one person alone
SEALED = "✉ …"
