"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

RULE_SET = "members.rule.set"
RULE_DROPPED = "members.rule.dropped"
NOTED = "members.member.noted"
NOTE_TAKEN = "members.member.note_taken"

VERBS: dict[str, str | Promise] = {
    RULE_SET: pgettext_lazy("audit", "said who counts as team or as bot"),
    RULE_DROPPED: pgettext_lazy("audit", "dropped a rule on who counts as team or as bot"),
    NOTED: pgettext_lazy("audit", "kept a note on a member"),
    NOTE_TAKEN: pgettext_lazy("audit", "took a note on a member away"),
}
