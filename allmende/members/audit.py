"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

RULE_SET = "members.rule.set"
RULE_DROPPED = "members.rule.dropped"
NOTED = "members.member.noted"
NOTE_TAKEN = "members.member.note_taken"
TRAITS_TOLD = "members.traits.told"
GROUP_SAVED = "members.group.saved"
GROUP_PUT_AWAY = "members.group.put_away"
GROUP_JOINED = "members.group.joined"
GROUP_LEFT = "members.group.left"
TELLING_UNDONE = "members.telling.undone"
MERGED = "members.member.merged"
PARTED = "members.member.parted"
ERASED = "members.member.erased"
ERASED_WHOLE = "members.erasure.finished"
KEPT_GONE = "members.erasure.kept_gone"

VERBS: dict[str, str | Promise] = {
    RULE_SET: pgettext_lazy("audit", "said who counts as team or as bot"),
    RULE_DROPPED: pgettext_lazy("audit", "dropped a rule on who counts as team or as bot"),
    NOTED: pgettext_lazy("audit", "kept a note on a member"),
    NOTE_TAKEN: pgettext_lazy("audit", "took a note on a member away"),
    TRAITS_TOLD: pgettext_lazy("audit", "noted what is told of members"),
    GROUP_SAVED: pgettext_lazy("audit", "said who belongs to a group of members"),
    GROUP_PUT_AWAY: pgettext_lazy("audit", "put a group of members away"),
    GROUP_JOINED: pgettext_lazy("audit", "put members into a group"),
    GROUP_LEFT: pgettext_lazy("audit", "took members out of a group"),
    TELLING_UNDONE: pgettext_lazy("audit", "took back what was told of members"),
    MERGED: pgettext_lazy("audit", "said that two members are one person"),
    PARTED: pgettext_lazy("audit", "parted two members again"),
    ERASED: pgettext_lazy("audit", "had a member erased at their request"),
    ERASED_WHOLE: pgettext_lazy("audit", "finished erasing a member"),
    KEPT_GONE: pgettext_lazy("audit", "let go what had to be kept of an erased member"),
}
