"""Every text in which a member may be named is named by a step of an erasure, or has a reason why not (GDPR Art. 17)."""

import re

from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from allmende.members.queries import erasing_steps

# What is made by us and not written by anybody: keys, codes, hashes, marks, kinds, numbers of networks and settings.
MADE = re.compile(
    r"(^|_)(key|keys|code|hash|digest|sha256|fingerprint|kind|slug|zone|country|subdivision|cursor|holder|version|prefix|scopes"
    r"|token|revision|url|path|type|format|mark|act|ref|layer|theme|source|unit|flags|method|wall|settings|secret|id|native_id"
    r"|criteria|recommendation|decision|verdict|boot|session|key_id|once_key|reason_code|rule_reason|close_reason)$"
)
# Written by or about the team and its partners, who are no members, or emptied by a step that does more than leave a gap
REASONS = {
    "team": "people of the team, guests and experts: they leave by their own door",
    "jobs": "names of jobs and workers, and traces from which logs.scrubbed takes what is personal",
    "members": "goes whole with the names (members.names), is looked through (members.books), or is a group's",
    "behaviours": "definitions and figures of many; the ledger is written anew (behaviours.ledger)",
    "hub": "the number of a delivery",
}
COLUMNS = {
    "channels.Account.name": "our own log-in", "channels.Account.handle": "our own log-in",
    "channels.Account.rest_reason": "what our log-in lacks", "channels.Account.deaf_reason": "what our log-in lacks",
    "channels.PendingLogin.kept": "a log-in of ours, for minutes", "channels.PendingLogin.wishes": "a log-in of ours, for minutes",
    "channels.Channel.name": "our own channel", "channels.Channel.place": "our own channel",
    "channels.Channel.legal_notice_url": "an address of ours", "channels.Farewell.told_url": "an address of ours",
    "channels.Channel.signature": "how we sign", "channels.Cursor.value": "a place in a network's list",
    "channels.Cursor.last_error": "what a network said to our log-in",
    "channels.Message.title": "emptied (channels.words)", "channels.Message.text": "emptied (channels.words)",
    "channels.Message.search_words": "emptied, and written anew with title and text",
    "channels.Message.html": "emptied (channels.words)", "channels.Message.html_raw": "emptied (channels.words)",
    "channels.Message.subject_label": "blanked (channels.words)", "channels.Message.extra": "emptied (channels.words)",
    "channels.Gesture.extra": "goes whole (channels.words)", "channels.Attempt.outcome": "a word of ours",
    "channels.CountedFile.name": "a file of ours", "channels.TrackedLink.target": "an address we chose",
    "channels.TrackedLink.medium": "a word of ours", "channels.TrackedLink.campaign": "a word of ours",
    "channels.ArrivalUpload.file_name": "gone once it is read", "channels.ArrivalUpload.wishes": "gone once it is read",
    "channels.LinkCard.target": "an address we link to",
    "channels.Media.file": "a name of ours", "channels.Media.light": "a name of ours", "channels.Media.preview": "a name of ours",
    "guidelines.EscalationContact.name": "a contact of the team", "guidelines.EscalationContact.email": "a contact of the team",
    "guidelines.EscalationContact.phone": "a contact of the team", "guidelines.ReactionRule.campaign": "a word of ours",
    "guidelines.Acknowledgement.guest_name": "a guest of the team",
    "plan.Stakeholder.name": "a stakeholder", "plan.Stakeholder.position": "a stakeholder",
    "plan.Stakeholder.department": "a stakeholder", "plan.Stakeholder.email": "a stakeholder",
    "plan.Stakeholder.wanted_feeling": "a stakeholder", "plan.Agreement.answered_name": "a stakeholder",
    "plan.Invitation.told": "a mark", "plan.ReadinessAnswer.question": "a word of ours",
    "plan.PlatformChange.network": "a network", "plan.ChangeEffect.content_format": "a format",
    "plan.Standing.state": "a word of ours", "plan.Evidence.reason": "a word of ours",
    "editorial.Variant.slot_zone": "a zone", "editorial.CareOverride.lacking": "days without care",
    "editorial.Comment.guest_name": "a guest of the team", "editorial.Reviewer.name": "a guest of the team",
    "editorial.Reviewer.email": "a guest of the team", "editorial.Answer.name": "a guest of the team",
    "inbox.Tag.name": "a word of ours", "inbox.Tag.folded": "a word of ours", "inbox.Conversation.tags": "words of ours",
    "inbox.Regrouping.moved": "numbers of rows", "inbox.ModerationDecision.law": "a law",
    "inbox.ModerationDecision.facts": "kept as long as it can be disputed", "inbox.ModerationDecision.statement": "likewise",
    "inbox.Inquiry.email": "whoever was asked", "inbox.Inquiry.guest_name": "whoever was asked",
    "inbox.Inquiry.answered_name": "whoever was asked", "inbox.PublicNotice.name": "who reported: forgotten after a term",
    "inbox.PublicNotice.email": "who reported: forgotten after a term", "inbox.PublicNotice.reference": "a number",
    "inbox.PublicNotice.language": "a language", "inbox.Suggestion.label": "a word of ours",
    "inbox.Suggestion.language": "a language", "inbox.Conversation.language": "a language", "inbox.SecondReading.text": "goes whole (inbox.traces)",
    "inbox.SecondReading.words": "goes whole (inbox.traces)", "inbox.SecondReading.reason": "goes whole (inbox.traces)",
    "crisis.Usual.channels": "figures", "handover.BookOrder.role": "a role", "api.ApiToken.name": "a program",
    "api.SentRow.name": "a number a program gave",
}  # fmt: skip


def _texts() -> set[str]:
    """Every column of ours in which somebody can write."""
    models = [one for one in apps.get_models() if one.__module__.startswith("allmende.")]
    return {
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.concrete_fields
        if isinstance(field, (CharField, TextField, JSONField)) and not field.choices and not field.primary_key
    }


def _named() -> set[str]:
    return {
        f"{place.model._meta.label}.{name}"
        for step in erasing_steps()
        for place in step.places
        for name in place.fields.split()
    }


def test_every_text_is_looked_through_when_a_member_is_forgotten_or_has_a_reason():
    left = {one for one in _texts() - _named() - set(COLUMNS) if one.partition(".")[0] not in REASONS}
    forgotten = sorted(one for one in left if not MADE.search(one.rpartition(".")[2]))
    assert not forgotten, "name them in the room's actions/forget_named.py, or give a reason here"


def test_no_reason_is_given_for_what_is_not_there_or_is_looked_through():
    assert not sorted(set(COLUMNS) - _texts()) and not sorted(set(COLUMNS) & _named())
