"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STAKEHOLDER_ADDED = "plan.stakeholder.added"
STAKEHOLDER_CHANGED = "plan.stakeholder.changed"
STAKEHOLDER_ARCHIVED = "plan.stakeholder.archived"
STAKEHOLDER_RESTORED = "plan.stakeholder.restored"
VALUE_TOLD = "plan.value.told"
VALUES_ATTACHED = "plan.values.attached"
VALUES_TAKEN = "plan.values.taken"
VALUES_UNDONE = "plan.values.undone"
VALUE_JUDGED = "plan.value.judged"

VERBS: dict[str, str | Promise] = {
    "plan.plan.started": pgettext_lazy("audit", "started the plan"),
    "plan.plan.saved": pgettext_lazy("audit", "changed hours, responsibility or rhythm of the plan"),
    "plan.plan.ownerless": pgettext_lazy("audit", "found the plan without anybody responsible"),
    "plan.audience.saved": pgettext_lazy("audit", "wrote about an audience"),
    "plan.audience.ranked": pgettext_lazy("audit", "changed the order of the audiences"),
    "plan.audience.analysed": pgettext_lazy("audit", "wrote down what is known about an audience"),
    "plan.readiness.answered": pgettext_lazy("audit", "answered a question before the launch"),
    "plan.canvas.answered": pgettext_lazy("audit", "filled a theme of the canvas"),
    "plan.draft.opened": pgettext_lazy("audit", "began to revise the plan"),
    "plan.draft.discarded": pgettext_lazy("audit", "discarded a draft of the plan"),
    "plan.draft.restored": pgettext_lazy("audit", "brought a draft of the plan back"),
    "plan.version.published": pgettext_lazy("audit", "put a version of the plan in force"),
    "plan.goal.saved": pgettext_lazy("audit", "wrote a goal"),
    "plan.objective.saved": pgettext_lazy("audit", "wrote an objective"),
    "plan.outcome.saved": pgettext_lazy("audit", "wrote an intermediate effect"),
    "plan.strategy.saved": pgettext_lazy("audit", "wrote a strategy"),
    "plan.tactic.saved": pgettext_lazy("audit", "wrote a tactic"),
    "plan.step.saved": pgettext_lazy("audit", "wrote a step"),
    "plan.goal.removed": pgettext_lazy("audit", "removed a goal from the draft"),
    "plan.objective.removed": pgettext_lazy("audit", "removed an objective from the draft"),
    "plan.outcome.removed": pgettext_lazy("audit", "removed an intermediate effect from the draft"),
    "plan.strategy.removed": pgettext_lazy("audit", "removed a strategy from the draft"),
    "plan.tactic.removed": pgettext_lazy("audit", "removed a tactic from the draft"),
    "plan.step.removed": pgettext_lazy("audit", "removed a step from the draft"),
    STAKEHOLDER_ADDED: pgettext_lazy("audit", "entered a stakeholder"),
    STAKEHOLDER_CHANGED: pgettext_lazy("audit", "changed what is known of a stakeholder"),
    STAKEHOLDER_ARCHIVED: pgettext_lazy("audit", "put a stakeholder away"),
    STAKEHOLDER_RESTORED: pgettext_lazy("audit", "brought a stakeholder back"),
    "plan.version.proposed": pgettext_lazy("audit", "proposed a version of the plan"),
    "plan.version.taken_back": pgettext_lazy("audit", "took a proposed version of the plan back to change it"),
    "plan.version.read_second": pgettext_lazy("audit", "read a proposed version of the plan as the second reader"),
    "plan.version.agreed": pgettext_lazy("audit", "answered a proposed version of the plan"),
    "plan.version.asked": pgettext_lazy("audit", "asked a stakeholder for an agreement"),
    "plan.version.acknowledged": pgettext_lazy("audit", "said that a version of the plan is known"),
    "plan.plan.confirmed": pgettext_lazy("audit", "reviewed the plan and left it as it is"),
    "plan.change_event.saved": pgettext_lazy("audit", "recorded what happened around the plan"),
    "plan.change_event.removed": pgettext_lazy("audit", "put away what had happened around the plan"),
    "plan.change_event.assessed": pgettext_lazy("audit", "judged what an event means for the plan"),
    "plan.routine.saved": pgettext_lazy("audit", "wrote a routine"),
    "plan.routine.reviewed": pgettext_lazy("audit", "looked at a routine again"),
    "plan.routine.archived": pgettext_lazy("audit", "put a routine away or brought it back"),
    "plan.round.ticked": pgettext_lazy("audit", "ticked a step of the daily round"),
    "plan.platform_change.noted": pgettext_lazy("audit", "noted a change at a network"),
    "plan.platform_change.settled": pgettext_lazy("audit", "said what a change at a network means"),
    VALUE_TOLD: pgettext_lazy("audit", "wrote down a measured value"),
    VALUES_ATTACHED: pgettext_lazy("audit", "attached figures to a part of the plan"),
    VALUES_TAKEN: pgettext_lazy("audit", "took in a table of measured values"),
    VALUES_UNDONE: pgettext_lazy("audit", "took a table of measured values out again"),
    VALUE_JUDGED: pgettext_lazy("audit", "judged a value beyond its natural limits"),
    "plan.step.reported": pgettext_lazy("audit", "reported on a step"),
    "plan.step.moved": pgettext_lazy("audit", "put a step on another day"),
    "plan.goal.moved": pgettext_lazy("audit", "said where a goal stands"),
    "plan.objective.moved": pgettext_lazy("audit", "said where an objective stands"),
    "plan.strategy.moved": pgettext_lazy("audit", "said where a lever stands"),
    "plan.tactic.moved": pgettext_lazy("audit", "said where a tactic stands"),
    "plan.finding.noted": pgettext_lazy("audit", "noted a finding"),
    "plan.finding.decided": pgettext_lazy("audit", "decided what becomes of a finding"),
    "plan.improvement.noted": pgettext_lazy("audit", "noted an improvement"),
    "plan.lesson.set_aside": pgettext_lazy("audit", "set a finding of the plan check aside"),
    "plan.lesson.taken_up": pgettext_lazy("audit", "took a finding of the plan check up again"),
    "plan.time.noted": pgettext_lazy("audit", "noted hours worked"),
    "plan.time.removed": pgettext_lazy("audit", "removed hours noted"),
    "plan.money.noted": pgettext_lazy("audit", "noted money spent"),
    "plan.money.removed": pgettext_lazy("audit", "removed money noted"),
    "plan.feed.opened": pgettext_lazy("audit", "opened a calendar address"),
    "plan.feed.closed": pgettext_lazy("audit", "closed a calendar address"),
}
