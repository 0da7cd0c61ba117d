"""What a visitor's comment can be, and which pages can be read."""

from allmende.channels.states import CLOSED, CLOSING, LIVE, PAUSED

# The kind of account whose service delivers what happened, and not only that something did.
DELIVERED = "webhook"

WAITING = "waiting"
SHOWN = "shown"
HIDDEN = "hidden"
COMMENT_STATES = (WAITING, SHOWN, HIDDEN)
COMMENT_MOVES = {WAITING: {SHOWN, HIDDEN}, SHOWN: {HIDDEN, WAITING}, HIDDEN: {SHOWN, WAITING}}

# A page that was open stays readable, also when nobody speaks there any more.
READABLE = (LIVE, PAUSED, CLOSING, CLOSED)
# Where somebody listens, whoever reads may write.
COMMENTABLE = (LIVE, PAUSED)

# What the trust survey asks, each from 1 (not at all) to 5 (fully): the same every time, so that rounds can be compared (S2-09)
TRUST_QUESTIONS = ("keeps_word", "is_fair", "cares")
MOST_POINTS = 5
# From so many points on somebody agrees
AGREES = 4
# Fewer answers are not told: they might tell who gave them.
FEWEST_TOLD = 10
