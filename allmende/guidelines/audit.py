"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

VERBS: dict[str, str | Promise] = {
    "guidelines.plan.drafted": pgettext_lazy("audit", "began a reaction plan"),
    "guidelines.plan.agreed": pgettext_lazy("audit", "agreed with the draft of a reaction plan"),
    "guidelines.plan.reopened": pgettext_lazy("audit", "made an agreed reaction plan a draft again"),
    "guidelines.plan.review_set": pgettext_lazy("audit", "said when a reaction plan is looked at again"),
    "guidelines.plan.reviewed": pgettext_lazy("audit", "began to look whether a reaction plan still fits"),
    "guidelines.plan.confirmed": pgettext_lazy("audit", "found that a reaction plan still fits"),
    "guidelines.plan.put_in_force": pgettext_lazy("audit", "put a reaction plan in force"),
    "guidelines.gate.set_aside": pgettext_lazy("audit", "let a channel open without something it should have"),
    "guidelines.gate.asked_again": pgettext_lazy("audit", "ended an exception of a channel"),
    "guidelines.message.saved": pgettext_lazy("audit", "wrote a core message or changed it"),
    "guidelines.message.serves": pgettext_lazy("audit", "said which objective a core message helps"),
    "guidelines.message.archived": pgettext_lazy("audit", "put a core message away"),
    "guidelines.brand.saved": pgettext_lazy("audit", "wrote down what makes us unmistakable"),
    "guidelines.guideline.drafted": pgettext_lazy("audit", "began a guideline"),
    "guidelines.guideline.saved": pgettext_lazy("audit", "changed the draft of a guideline"),
    "guidelines.guideline.archived": pgettext_lazy("audit", "put the draft of a guideline away"),
    "guidelines.guideline.consulted": pgettext_lazy("audit", "noted who was consulted about a guideline"),
    "guidelines.guideline.put_in_force": pgettext_lazy("audit", "put a guideline in force"),
    "guidelines.guideline.withdrawn": pgettext_lazy("audit", "withdrew a guideline"),
    "guidelines.guideline.acknowledged": pgettext_lazy("audit", "acknowledged a guideline"),
    "guidelines.word.saved": pgettext_lazy("audit", "wrote a word into the word list or changed it"),
    "guidelines.word.archived": pgettext_lazy("audit", "took a word out of the word list"),
    "guidelines.levels.adopted": pgettext_lazy("audit", "took over the proposed escalation levels"),
    "guidelines.level.saved": pgettext_lazy("audit", "changed an escalation level"),
    "guidelines.contact.saved": pgettext_lazy("audit", "changed whom an escalation level calls"),
    "guidelines.rule.changed": pgettext_lazy("audit", "changed a rule of a reaction plan"),
}
