"""This room's audit verbs."""

REPLIED = "inbox.reply.written"
TAKEN_BACK = "inbox.reply.withdrawn"
CLOSED = "inbox.conversation.closed"
REOPENED = "inbox.conversation.reopened"
ASSIGNED = "inbox.conversation.assigned"
SORTED = "inbox.conversation.sorted"
