"""What this room writes into the audit book."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

MADE = "api.token.made"
REVOKED = "api.token.revoked"
RESTORED = "api.token.restored"

VERBS: dict[str, str | Promise] = {
    MADE: pgettext_lazy("audit", "made a token for a program"),
    REVOKED: pgettext_lazy("audit", "revoked a program's token"),
    RESTORED: pgettext_lazy("audit", "took back that a program's token was revoked"),
}
