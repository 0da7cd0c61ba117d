"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

VERBS: dict[str, str | Promise] = {
    "guidelines.plan.drafted": pgettext_lazy("audit", "began a reaction plan"),
    "guidelines.plan.put_in_force": pgettext_lazy("audit", "put a reaction plan in force"),
    "guidelines.rule.changed": pgettext_lazy("audit", "changed a rule of a reaction plan"),
}
