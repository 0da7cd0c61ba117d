"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

NOTED = "handover.note.written"
PUT_AWAY = "handover.note.archived"
ANNOUNCED = "handover.handover.announced"
MOVED = "handover.handover.moved"
CALLED_OFF = "handover.handover.called_off"
SETTLED = "handover.point.settled"
HANDED_ON = "handover.duties.handed_on"
LOOKED_BACK = "handover.handover.looked_back"
ACCEPTED = "handover.handover.accepted"
REVOKED = "handover.handover.revoked"
BOOK = "handover.book.ordered"
TAKEN = "handover.book.taken"
READ_IN = "handover.book.read"

VERBS: dict[str, str | Promise] = {
    NOTED: pgettext_lazy("audit", "wrote down what only few know"),
    PUT_AWAY: pgettext_lazy("audit", "put a note of knowledge away"),
    ANNOUNCED: pgettext_lazy("audit", "announced a handover"),
    MOVED: pgettext_lazy("audit", "took a handover a step on"),
    CALLED_OFF: pgettext_lazy("audit", "called a handover off"),
    SETTLED: pgettext_lazy("audit", "worked on a point of a handover"),
    HANDED_ON: pgettext_lazy("audit", "handed duties on to somebody"),
    LOOKED_BACK: pgettext_lazy("audit", "looked back at a handover"),
    ACCEPTED: pgettext_lazy("audit", "accepted a handover: what is listed changed hands"),
    BOOK: pgettext_lazy("audit", "had the book set as PDF"),
    TAKEN: pgettext_lazy("audit", "downloaded the book"),
    READ_IN: pgettext_lazy("audit", "read a book in: the community comes from it"),
    REVOKED: pgettext_lazy("audit", "ended the access at the end of a handover"),
}
