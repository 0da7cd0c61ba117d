"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

VERBS: dict[str, str | Promise] = {
    "members.rule.set": pgettext_lazy("audit", "said who counts as team or as bot"),
}
