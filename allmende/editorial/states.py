"""States of items and variants. Where an item stands is kept only until it has words to read; from then on it is derived
from its variants and their dispatches (`house.md`)."""

IDEA = "idea"
BRIEFED = "briefed"
DRAFTING = "drafting"
STAGES = (IDEA, BRIEFED, DRAFTING)
STAGE_MOVES = {IDEA: {BRIEFED, DRAFTING}, BRIEFED: {IDEA, DRAFTING}, DRAFTING: {BRIEFED, IDEA}}
IN_REVIEW = "in_review"
ITEM_APPROVED = "approved"
SCHEDULED = "scheduled"
IN_CARE = "in_care"
CLOSED = "closed"
# The columns of the board in their order; what is closed has left it.
BOARD = (*STAGES, IN_REVIEW, ITEM_APPROVED, SCHEDULED, IN_CARE)

# How an advertisement is marked (domain 3.11): by one of two words, or it is our own product and everybody sees that.
ANZEIGE = "anzeige"
WERBUNG = "werbung"
OWN_PRODUCT = "own_product"
AD_LABELS = (ANZEIGE, WERBUNG, OWN_PRODUCT)

# What writers keep to insert: a frame to begin with, who speaks, hashtags that belong together.
TEMPLATE = "template"
SIGNATURE = "signature"
HASHTAGS = "hashtags"
BLOCK_KINDS = (TEMPLATE, SIGNATURE, HASHTAGS)
# On what ground we may show a picture.
RIGHT_GROUNDS = ("own", "licence", "consent", "free")

# What a person's calendar address of this room reads.
TEXTS_FEED = "editorial.texts"

# Changes of what was planned (S2-10)
MOVE = "move"
PAUSE = "pause"
RESUME = "resume"
DROP = "drop"
CHANGE_KINDS = (MOVE, PAUSE, RESUME, DROP)

DRAFT = "draft"
CHECKED = "checked"
APPROVED = "approved"
HANDED_OVER = "handed_over"
VARIANT_STATES = (DRAFT, CHECKED, APPROVED, HANDED_OVER)
# Other words take nothing back that somebody approved.
WRITABLE = (DRAFT, CHECKED)
# What follows a text on its channel: the next part of its thread, or at last its first comment.
THREAD = "thread"
FIRST_COMMENT = "comment"
PART_KINDS = (THREAD, FIRST_COMMENT)
LAST_PLACE = 100
# A step of an approval: one reviewer is enough, or all of them are needed; what each says.
ANY = "any"
ALL = "all"
STEP_RULES = (ANY, ALL)
YES = "approved"
CHANGES = "changes"
ANSWERS = (YES, CHANGES)
# What comes again: at a rhythm, or from the pool into free weekly slots
RHYTHM = "rhythm"
EVERGREEN = "evergreen"
SERIES_KINDS = (RHYTHM, EVERGREEN)
STEPS = ("daily", "weekly", "monthly", "yearly")
# Why a time of a series passed without an item: the same words stand too near.
COOL_DOWN = "cool_down"
NOT_MADE = (COOL_DOWN,)
# What a new entry of a feed becomes, and why a feed is not taken from: a person said so, too much was new at once, or whoever
# set it up may write no items any more.
FEED_KIND = "feed"
SOURCE_STAGES = (IDEA, DRAFTING)
BY_PERSON = "person"
FLOOD = "flood"
NO_RIGHT = "right"
SOURCE_PAUSES = (BY_PERSON, FLOOD, NO_RIGHT)
# A table of posts on its way in
IMPORT_CHOSEN = "chosen"
IMPORT_DONE = "done"
IMPORT_UNDONE = "undone"
IMPORT_STATES = (IMPORT_CHOSEN, IMPORT_DONE, IMPORT_UNDONE)
# Other words for what is published: proposed, approved and on their way, said, dropped, or not got through
PROPOSED = "proposed"
SAID = "said"
DROPPED = "dropped"
FAILED = "failed"
OPEN_REWORDINGS = (PROPOSED, APPROVED)
REWORDING_STATES = (*OPEN_REWORDINGS, SAID, DROPPED, FAILED)
VARIANT_MOVES = {
    DRAFT: {CHECKED},
    CHECKED: {APPROVED, DRAFT},
    APPROVED: {HANDED_OVER, DRAFT},
    HANDED_OVER: {DRAFT, APPROVED},
}
