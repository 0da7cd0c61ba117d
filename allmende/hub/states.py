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
