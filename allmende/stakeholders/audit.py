"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

COMPOSED = "stakeholders.report.composed"
WRITTEN = "stakeholders.report.written"
DISCARDED = "stakeholders.report.discarded"
RELEASED = "stakeholders.report.released"
OVERRIDDEN = "stakeholders.report.overridden"

# Lines about stakeholders were written here until the plan kept them; they stay readable.
VERBS: dict[str, str | Promise] = {
    "stakeholders.stakeholder.added": pgettext_lazy("audit", "entered a stakeholder"),
    "stakeholders.stakeholder.changed": pgettext_lazy("audit", "changed what is known of a stakeholder"),
    "stakeholders.stakeholder.archived": pgettext_lazy("audit", "put a stakeholder away"),
    "stakeholders.stakeholder.restored": pgettext_lazy("audit", "brought a stakeholder back"),
    COMPOSED: pgettext_lazy("audit", "composed a report"),
    WRITTEN: pgettext_lazy("audit", "wrote texts of a report"),
    DISCARDED: pgettext_lazy("audit", "discarded a report that was not released"),
    RELEASED: pgettext_lazy("audit", "released a report"),
    OVERRIDDEN: pgettext_lazy("audit", "released a report against the guard, with a reason"),
}
