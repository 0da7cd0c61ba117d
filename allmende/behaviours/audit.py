"""What this room writes into the audit book."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ADOPTED = "behaviours.definition.adopted"
DRAFTED = "behaviours.definition.drafted"
CHANGED = "behaviours.definition.changed"
DISCARDED = "behaviours.definition.discarded"
WITHDRAWN = "behaviours.definition.withdrawn"
START_TOLD = "behaviours.start.told"
START_TAKEN_BACK = "behaviours.start.taken_back"
LABEL_TOLD = "behaviours.label.told"
LABEL_DROPPED = "behaviours.label.dropped"
SAMPLE_DRAWN = "behaviours.sample.drawn"
SAMPLE_FINISHED = "behaviours.sample.finished"
SAMPLE_SET_ASIDE = "behaviours.sample.set_aside"
SAMPLE_BACK = "behaviours.sample.taken_up"
REBUILT = "behaviours.ledger.rebuilt"

VERBS: dict[str, str | Promise] = {
    ADOPTED: pgettext_lazy("audit", "put a behaviour's definition in force"),
    DRAFTED: pgettext_lazy("audit", "began a behaviour's definition"),
    CHANGED: pgettext_lazy("audit", "changed the draft of a behaviour's definition"),
    DISCARDED: pgettext_lazy("audit", "put the draft of a behaviour's definition away"),
    WITHDRAWN: pgettext_lazy("audit", "took a behaviour's definition out of force again"),
    START_TOLD: pgettext_lazy("audit", "noted where an objective's work began earlier"),
    START_TAKEN_BACK: pgettext_lazy("audit", "took back where an objective's work began earlier"),
    LABEL_TOLD: pgettext_lazy("audit", "said what bears a label that definitions ask for"),
    LABEL_DROPPED: pgettext_lazy("audit", "said that something bears a label no longer"),
    SAMPLE_DRAWN: pgettext_lazy("audit", "drew cases to see how sure the counting is"),
    SAMPLE_FINISHED: pgettext_lazy("audit", "finished coding drawn cases"),
    SAMPLE_SET_ASIDE: pgettext_lazy("audit", "set drawn cases aside"),
    SAMPLE_BACK: pgettext_lazy("audit", "took drawn cases up again that were set aside"),
    REBUILT: pgettext_lazy("audit", "set damaged months of the ledger aside and wrote them anew"),
}
