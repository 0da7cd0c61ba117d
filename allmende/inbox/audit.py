"""This room's audit verbs, and what each says."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REPLIED = "inbox.reply.written"
TAKEN_BACK = "inbox.reply.withdrawn"
CLOSED = "inbox.conversation.closed"
REOPENED = "inbox.conversation.reopened"
ASSIGNED = "inbox.conversation.assigned"
HANDED_UP = "inbox.conversation.handed_up"
SORTED = "inbox.conversation.sorted"
LOOKED_INTO = "inbox.conversation.looked_into"
SNOOZED = "inbox.conversation.snoozed"
WOKEN = "inbox.conversation.woken"
NOTED = "inbox.note.written"
UNNOTED = "inbox.note.withdrawn"

READER_ASKED = "inbox.reading.asked"
READING_APPROVED = "inbox.reading.approved"
READING_DECLINED = "inbox.reading.declined"
READING_CHANGED = "inbox.reading.changed"
READING_TAKEN_BACK = "inbox.reading.taken_back"
READING_REOPENED = "inbox.reading.reopened"

MODERATED = "inbox.moderation.decided"
CARRIED_OUT = "inbox.moderation.carried_out"
TOLD = "inbox.moderation.told"
COMPLAINED = "inbox.moderation.complained"
REVERSED = "inbox.moderation.reversed"
LAPSED = "inbox.moderation.lapsed"
MODERATION_UNDONE = "inbox.moderation.undone"

NOTICE_RECEIVED = "inbox.notice.received"
NOTICE_ANSWERED = "inbox.notice.answered"
NOTICE_OBJECTED = "inbox.notice.objected"
NOTICE_OBJECTION_ANSWERED = "inbox.notice.objection_answered"
NOTICE_FORGOTTEN = "inbox.notice.forgotten"

FORWARDED = "inbox.inquiry.forwarded"
INQUIRED = "inbox.inquiry.asked"
ACCEPTED = "inbox.inquiry.accepted"
ANSWERED = "inbox.inquiry.answered"
DECLINED = "inbox.inquiry.declined"
TIMED_OUT = "inbox.inquiry.timed_out"
TAKEN_UP = "inbox.inquiry.taken_up"
MEMBER_TOLD = "inbox.inquiry.told"
INQUIRY_DROPPED = "inbox.inquiry.dropped"
INQUIRY_UNDONE = "inbox.inquiry.undone"
KNOWLEDGE = "inbox.inquiry.knowledge"
TAGGED = "inbox.conversation.tagged"
UNTAGGED = "inbox.conversation.untagged"
VIEW_SAVED = "inbox.view.saved"
VIEW_DROPPED = "inbox.view.dropped"
PATTERN_SAVED = "inbox.pattern.saved"
PATTERN_ARCHIVED = "inbox.pattern.archived"
PROTECTED = "inbox.protection.saved"
ATMOSPHERE = "inbox.atmosphere.marked"

EVIDENCE_ERASED = "inbox.moderation.evidence_erased"
OBJECTION_SETTLED = "inbox.moderation.objection_settled"
OUTCOME_TOLD = "inbox.moderation.outcome_told"
MERGED = "inbox.conversation.merged"
SPLIT = "inbox.conversation.split"
REGROUPING_UNDONE = "inbox.conversation.regrouping_undone"
SUGGESTION_TAKEN = "inbox.suggestion.taken"
SUGGESTION_DISMISSED = "inbox.suggestion.dismissed"
SUGGESTION_REOPENED = "inbox.suggestion.reopened"
TRIAGE_SAVED = "inbox.triage.saved"

VERBS: dict[str, str | Promise] = {
    MODERATED: pgettext_lazy("audit", "decided to moderate words of somebody"),
    CARRIED_OUT: pgettext_lazy("audit", "carried out a moderation decision"),
    TOLD: pgettext_lazy("audit", "told an author the reasons of a decision"),
    OBJECTION_SETTLED: pgettext_lazy("audit", "settled an objection to a decision"),
    OUTCOME_TOLD: pgettext_lazy("audit", "told an author what came of their objection"),
    COMPLAINED: pgettext_lazy("audit", "noted an objection to a decision"),
    REVERSED: pgettext_lazy("audit", "reversed a moderation decision"),
    LAPSED: pgettext_lazy("audit", "let a moderation decision lapse"),
    MODERATION_UNDONE: pgettext_lazy("audit", "took back a note on a decision"),
    NOTICE_RECEIVED: pgettext_lazy("audit", "received a notice from outside"),
    NOTICE_ANSWERED: pgettext_lazy("audit", "answered a notice from outside"),
    NOTICE_OBJECTED: pgettext_lazy("audit", "received an objection to the answer to a notice"),
    NOTICE_OBJECTION_ANSWERED: pgettext_lazy("audit", "answered an objection to the answer to a notice"),
    NOTICE_FORGOTTEN: pgettext_lazy("audit", "forgot who had reported something"),
    REPLIED: pgettext_lazy("audit", "wrote a reply"),
    TAKEN_BACK: pgettext_lazy("audit", "took a reply back"),
    CLOSED: pgettext_lazy("audit", "closed a conversation"),
    REOPENED: pgettext_lazy("audit", "opened a conversation again"),
    ASSIGNED: pgettext_lazy("audit", "assigned a conversation"),
    HANDED_UP: pgettext_lazy("audit", "gave a conversation to whoever decides"),
    SORTED: pgettext_lazy("audit", "chose another situation"),
    LOOKED_INTO: pgettext_lazy("audit", "looked into private messages that lie with somebody else"),
    SNOOZED: pgettext_lazy("audit", "laid a conversation aside"),
    WOKEN: pgettext_lazy("audit", "took a conversation up again"),
    NOTED: pgettext_lazy("audit", "wrote an internal note"),
    UNNOTED: pgettext_lazy("audit", "took an internal note back"),
    TAGGED: pgettext_lazy("audit", "tagged a conversation"),
    UNTAGGED: pgettext_lazy("audit", "took a tag off a conversation"),
    VIEW_SAVED: pgettext_lazy("audit", "kept a view of the inbox"),
    VIEW_DROPPED: pgettext_lazy("audit", "dropped a view of the inbox"),
    PATTERN_SAVED: pgettext_lazy("audit", "wrote a pattern of answers or changed it"),
    PATTERN_ARCHIVED: pgettext_lazy("audit", "put a pattern of answers away"),
    EVIDENCE_ERASED: pgettext_lazy("audit", "erased the evidence of a decision at its author’s request"),
    MERGED: pgettext_lazy("audit", "merged a conversation into another"),
    SPLIT: pgettext_lazy("audit", "split a conversation"),
    REGROUPING_UNDONE: pgettext_lazy("audit", "took merging or splitting back"),
    SUGGESTION_TAKEN: pgettext_lazy("audit", "agreed with a suggestion"),
    SUGGESTION_DISMISSED: pgettext_lazy("audit", "dismissed a suggestion"),
    SUGGESTION_REOPENED: pgettext_lazy("audit", "took back what was said of a suggestion"),
    TRIAGE_SAVED: pgettext_lazy("audit", "turned suggestions on or off"),
    READER_ASKED: pgettext_lazy("audit", "asked for a second reader of a reply"),
    READING_APPROVED: pgettext_lazy("audit", "approved a colleague's reply"),
    READING_DECLINED: pgettext_lazy("audit", "declined a colleague's reply"),
    READING_CHANGED: pgettext_lazy("audit", "changed a reply a second reader was asked for"),
    READING_TAKEN_BACK: pgettext_lazy("audit", "asked no more for a second reader of a reply"),
    READING_REOPENED: pgettext_lazy("audit", "took back what was said of a colleague's reply"),
    FORWARDED: pgettext_lazy("audit", "sent a question to somebody outside"),
    INQUIRED: pgettext_lazy("audit", "asked a department or an expert"),
    ACCEPTED: pgettext_lazy("audit", "promised an answer to the team"),
    ANSWERED: pgettext_lazy("audit", "answered a question of the team"),
    DECLINED: pgettext_lazy("audit", "declined a question of the team"),
    TIMED_OUT: pgettext_lazy("audit", "handed a question nobody answered in time to the deputy"),
    TAKEN_UP: pgettext_lazy("audit", "took an answer into a reply"),
    MEMBER_TOLD: pgettext_lazy("audit", "told a member what came of it"),
    INQUIRY_DROPPED: pgettext_lazy("audit", "said why a member is not told what came of it"),
    INQUIRY_UNDONE: pgettext_lazy("audit", "took back a step of a question to a department or an expert"),
    KNOWLEDGE: pgettext_lazy("audit", "decided whether an answer is kept as knowledge"),
    PROTECTED: pgettext_lazy("audit", "changed what protects the people who answer"),
    ATMOSPHERE: pgettext_lazy("audit", "said how a conversation of the sample sounds"),
}
