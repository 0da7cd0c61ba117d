"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

VERBS: dict[str, str | Promise] = {
    "plan.plan.started": pgettext_lazy("audit", "started the plan"),
    "plan.plan.saved": pgettext_lazy("audit", "changed hours, responsibility or rhythm of the plan"),
    "plan.draft.opened": pgettext_lazy("audit", "began to revise the plan"),
    "plan.draft.discarded": pgettext_lazy("audit", "discarded a draft of the plan"),
    "plan.draft.restored": pgettext_lazy("audit", "brought a draft of the plan back"),
    "plan.version.published": pgettext_lazy("audit", "put a version of the plan in force"),
    "plan.goal.saved": pgettext_lazy("audit", "wrote a goal"),
    "plan.objective.saved": pgettext_lazy("audit", "wrote an objective"),
    "plan.strategy.saved": pgettext_lazy("audit", "wrote a strategy"),
    "plan.tactic.saved": pgettext_lazy("audit", "wrote a tactic"),
    "plan.step.saved": pgettext_lazy("audit", "wrote a step"),
    "plan.goal.removed": pgettext_lazy("audit", "removed a goal from the draft"),
    "plan.objective.removed": pgettext_lazy("audit", "removed an objective from the draft"),
    "plan.strategy.removed": pgettext_lazy("audit", "removed a strategy from the draft"),
    "plan.tactic.removed": pgettext_lazy("audit", "removed a tactic from the draft"),
    "plan.step.removed": pgettext_lazy("audit", "removed a step from the draft"),
    "plan.routine.saved": pgettext_lazy("audit", "wrote a routine"),
    "plan.routine.reviewed": pgettext_lazy("audit", "looked at a routine again"),
    "plan.routine.archived": pgettext_lazy("audit", "put a routine away or brought it back"),
    "plan.round.ticked": pgettext_lazy("audit", "ticked a step of the daily round"),
    "plan.platform_change.noted": pgettext_lazy("audit", "noted a change at a network"),
    "plan.platform_change.settled": pgettext_lazy("audit", "said what a change at a network means"),
    "plan.step.reported": pgettext_lazy("audit", "reported on a step"),
}
