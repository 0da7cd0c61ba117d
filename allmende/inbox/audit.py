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

READER_ASKED = "inbox.reading.asked"
READING_APPROVED = "inbox.reading.approved"
READING_DECLINED = "inbox.reading.declined"
READING_CHANGED = "inbox.reading.changed"
READING_TAKEN_BACK = "inbox.reading.taken_back"
READING_REOPENED = "inbox.reading.reopened"

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
    READER_ASKED: pgettext_lazy("audit", "asked for a second reader of a reply"),
    READING_APPROVED: pgettext_lazy("audit", "approved a colleague's reply"),
    READING_DECLINED: pgettext_lazy("audit", "declined a colleague's reply"),
    READING_CHANGED: pgettext_lazy("audit", "changed a reply a second reader was asked for"),
    READING_TAKEN_BACK: pgettext_lazy("audit", "asked no more for a second reader of a reply"),
    READING_REOPENED: pgettext_lazy("audit", "took back what was said of a colleague's reply"),
}
