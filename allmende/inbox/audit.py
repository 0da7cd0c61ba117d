"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REPLIED = "inbox.reply.written"
TAKEN_BACK = "inbox.reply.withdrawn"
CLOSED = "inbox.conversation.closed"
REOPENED = "inbox.conversation.reopened"
ASSIGNED = "inbox.conversation.assigned"
SORTED = "inbox.conversation.sorted"
SNOOZED = "inbox.conversation.snoozed"
WOKEN = "inbox.conversation.woken"
NOTED = "inbox.note.written"
UNNOTED = "inbox.note.withdrawn"

VERBS: dict[str, str | Promise] = {
    REPLIED: pgettext_lazy("audit", "wrote a reply"),
    TAKEN_BACK: pgettext_lazy("audit", "took a reply back"),
    CLOSED: pgettext_lazy("audit", "closed a conversation"),
    REOPENED: pgettext_lazy("audit", "opened a conversation again"),
    ASSIGNED: pgettext_lazy("audit", "assigned a conversation"),
    SORTED: pgettext_lazy("audit", "chose another situation"),
    SNOOZED: pgettext_lazy("audit", "laid a conversation aside"),
    WOKEN: pgettext_lazy("audit", "took a conversation up again"),
    NOTED: pgettext_lazy("audit", "wrote an internal note"),
    UNNOTED: pgettext_lazy("audit", "took an internal note back"),
}
