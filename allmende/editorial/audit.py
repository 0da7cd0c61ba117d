"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

CREATED = "editorial.item.created"
CHANGED = "editorial.item.changed"
APPROVED = "editorial.variant.approved"
SCHEDULED = "editorial.variant.scheduled"
WITHDRAWN = "editorial.variant.withdrawn"
ARCHIVED = "editorial.item.archived"
RESTORED = "editorial.item.restored"
DUPLICATED = "editorial.item.duplicated"
COMMENTED = "editorial.item.commented"
ASKED = "editorial.item.approval_asked"
STEP_ADDED = "editorial.step.added"
STEP_DROPPED = "editorial.step.dropped"
ANSWERED = "editorial.variant.answered"
TAKEN_BACK = "editorial.variant.approval_taken_back"
REMINDED = "editorial.step.reminded"
MOVED = "editorial.variant.moved"
NOTED = "editorial.idea.noted"
CARD_MOVED = "editorial.card.moved"
BLOCK_SAVED = "editorial.block.saved"
BLOCK_ARCHIVED = "editorial.block.archived"
RIGHT_SAVED = "editorial.media.described"
PAUSED = "editorial.variant.paused"
RESUMED = "editorial.variant.resumed"
DROPPED = "editorial.variant.dropped"
PLAN_CHANGED = "editorial.plan.changed"
PLAN_CHANGE_UNDONE = "editorial.plan.change_undone"
SLOT_ADDED = "editorial.slot.added"
SLOT_REMOVED = "editorial.slot.removed"
SLOT_UNDONE = "editorial.slot.undone"
SERIES_STARTED = "editorial.series.started"
SERIES_STOPPED = "editorial.series.stopped"
SERIES_MOVED = "editorial.series.moved"
SERIES_UNDONE = "editorial.series.undone"
OCCURRENCE_MADE = "editorial.occurrence.made"
OCCURRENCE_SKIPPED = "editorial.occurrence.skipped"
CARE_OVERRIDDEN = "editorial.variant.care_overridden"
SOURCE_ADDED = "editorial.source.added"
SOURCE_PAUSED = "editorial.source.paused"
SOURCE_RESUMED = "editorial.source.resumed"
SOURCE_REMOVED = "editorial.source.removed"
SOURCE_UNDONE = "editorial.source.undone"
ENTRY_TAKEN = "editorial.entry.taken"
REWORDED = "editorial.variant.reworded"
REWORDING_PROPOSED = "editorial.rewording.proposed"
REWORDING_APPROVED = "editorial.rewording.approved"

POSTS_IMPORTED = "editorial.posts.imported"
POSTS_UNDONE = "editorial.posts.undone"

VERBS: dict[str, str | Promise] = {
    POSTS_IMPORTED: pgettext_lazy("audit", "imported scheduled posts"),
    POSTS_UNDONE: pgettext_lazy("audit", "undid an import of scheduled posts"),
    CREATED: pgettext_lazy("audit", "drafted an item"),
    CHANGED: pgettext_lazy("audit", "changed an item"),
    APPROVED: pgettext_lazy("audit", "approved a text"),
    SCHEDULED: pgettext_lazy("audit", "scheduled a text"),
    WITHDRAWN: pgettext_lazy("audit", "took a text back"),
    ARCHIVED: pgettext_lazy("audit", "put an item away"),
    RESTORED: pgettext_lazy("audit", "brought an item back"),
    DUPLICATED: pgettext_lazy("audit", "copied an item"),
    COMMENTED: pgettext_lazy("audit", "commented on an item"),
    ASKED: pgettext_lazy("audit", "asked for an approval"),
    STEP_ADDED: pgettext_lazy("audit", "said who must approve an item"),
    STEP_DROPPED: pgettext_lazy("audit", "took a step out of an approval"),
    ANSWERED: pgettext_lazy("audit", "answered an approval"),
    TAKEN_BACK: pgettext_lazy("audit", "took an approval back with other words"),
    REMINDED: pgettext_lazy("audit", "reminded of an approval"),
    NOTED: pgettext_lazy("audit", "noted an idea"),
    CARD_MOVED: pgettext_lazy("audit", "moved a card on the board"),
    BLOCK_SAVED: pgettext_lazy("audit", "wrote a text block or changed it"),
    BLOCK_ARCHIVED: pgettext_lazy("audit", "put a text block away"),
    RIGHT_SAVED: pgettext_lazy("audit", "said what a picture shows and on what ground we may show it"),
    PAUSED: pgettext_lazy("audit", "paused a text"),
    RESUMED: pgettext_lazy("audit", "resumed a text"),
    DROPPED: pgettext_lazy("audit", "dropped a text"),
    PLAN_CHANGED: pgettext_lazy("audit", "changed what was planned, with a reason"),
    PLAN_CHANGE_UNDONE: pgettext_lazy("audit", "took a change of the plan back"),
    SLOT_ADDED: pgettext_lazy("audit", "added a weekly slot"),
    SLOT_REMOVED: pgettext_lazy("audit", "took a weekly slot out"),
    SLOT_UNDONE: pgettext_lazy("audit", "took a change of the weekly slots back"),
    SERIES_STARTED: pgettext_lazy("audit", "let an item come again"),
    SERIES_STOPPED: pgettext_lazy("audit", "stopped a series"),
    SERIES_MOVED: pgettext_lazy("audit", "moved a series to another time"),
    SERIES_UNDONE: pgettext_lazy("audit", "took a change of a series back"),
    OCCURRENCE_MADE: pgettext_lazy("audit", "made an item of a series"),
    OCCURRENCE_SKIPPED: pgettext_lazy("audit", "skipped one time of a series"),
    CARE_OVERRIDDEN: pgettext_lazy("audit", "scheduled a text knowingly without duty"),
    SOURCE_ADDED: pgettext_lazy("audit", "let a feed bring ideas"),
    SOURCE_PAUSED: pgettext_lazy("audit", "paused a feed that brings ideas"),
    SOURCE_RESUMED: pgettext_lazy("audit", "let a feed bring ideas again"),
    SOURCE_REMOVED: pgettext_lazy("audit", "ended that a feed brings ideas"),
    SOURCE_UNDONE: pgettext_lazy("audit", "took a change of a feed back"),
    ENTRY_TAKEN: pgettext_lazy("audit", "took an idea from a feed"),
    REWORDED: pgettext_lazy("audit", "gave a published text other words"),
    REWORDING_PROPOSED: pgettext_lazy("audit", "proposed other words for a published text"),
    REWORDING_APPROVED: pgettext_lazy("audit", "approved other words for a published text"),
    MOVED: pgettext_lazy("audit", "moved a text in the calendar"),
}
