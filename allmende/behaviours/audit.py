"""What this room writes into the audit book."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ADOPTED = "behaviours.definition.adopted"
REBUILT = "behaviours.ledger.rebuilt"

VERBS: dict[str, str | Promise] = {
    ADOPTED: pgettext_lazy("audit", "put a behaviour's definition in force"),
    REBUILT: pgettext_lazy("audit", "set damaged months of the ledger aside and wrote them anew"),
}
