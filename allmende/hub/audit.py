"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SHOWN = "hub.comment.shown"
HIDDEN = "hub.comment.hidden"
REOPENED = "hub.comment.reopened"
SURVEYED = "hub.survey.opened"

VERBS: dict[str, str | Promise] = {
    SHOWN: pgettext_lazy("audit", "showed a visitor's comment"),
    HIDDEN: pgettext_lazy("audit", "hid a visitor's comment"),
    REOPENED: pgettext_lazy("audit", "left a visitor's comment open again"),
    SURVEYED: pgettext_lazy("audit", "opened a round of the trust survey, or changed it"),
}
