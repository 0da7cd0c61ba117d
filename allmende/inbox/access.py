"""Give a person the conversation they ask for, or behave as if it did not exist."""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import Dispatch, Media, Message, MessageMedia
from allmende.inbox.models import (
    AnswerPicture,
    BrokenPromise,
    Conversation,
    Inquiry,
    ModerationDecision,
    PublicNotice,
    SavedView,
    SecondReading,
    Suggestion,
    TextPattern,
    TriageRules,
)
from allmende.inbox.states import ANSWERABLE_STATES, RECEIVED, RESOLUTION, RESPONSE
from allmende.team.access import find_guest_link, may
from allmende.team.models import Person
from allmende.team.models.prepared import PreparedObjects

# What a guest link to a question leads to
INQUIRY_KIND = "inbox.inquiry"
# What a page and the actions need of the rows around it.
SHOWN = (
    *(field.attname for field in Conversation._meta.concrete_fields),
    *("channel__name", "channel__slug", "channel__kind", "channel__hours_id", "channel__byline", "assignee__name"),
    # How long an answer may be is the account's own matter; its connector is made with all of them.
    *(f"channel__account__{name}" for name in ("kind", "settings", "secret")),
    *("rule__situation", "rule__name", "rule__instruction", "rule__reason", "rule__counts_service_hours"),
    *("rule__needs_second_reader", "rule__first_response_minutes", "rule__serves_key", "rule__campaign"),
    *("rule__core_message__sentence", "rule__must_not", "rule__escalate_when"),
    *("rule__responder__name", "rule__decider__name"),
)

_REFERENCE = re.compile(r"[A-Z0-9-]{1,14}")

# What a page shows of a suggestion.
SUPPOSED = (
    "message_id", "source", "situation", "label", "confidence", "words", "model_version", "language", "urgency",
    "urgency_words", "state",
)  # fmt: skip


def find_conversation(person: Person, public_id: UUID) -> Conversation:
    """The conversation of the person's workspace, or 404. `newest_reading`: the last answer a colleague was to read;
    `newest_suggestion`: what was supposed last (the fields of SUPPOSED), while suggestions are made here; `has_pictures`: the
    person put some into the form of an answer here; `told_name`: who has learned that the promise which holds now is broken;
    `is_private`: something in it was written for us alone."""
    found = _FOUND(workspace_id=person.workspace_id, person_id=person.pk, public_id=public_id)
    if not found:
        raise Http404
    return found[0]


def _found(workspace_id: UUID, person_id: UUID, public_id: UUID) -> QuerySet[Conversation]:
    newest = SecondReading.objects.filter(conversation=OuterRef("pk")).order_by("-asked_at", "-pk").values("pk")
    is_off = Exists(TriageRules.objects.filter(workspace=workspace_id, is_on=False))
    supposed = Suggestion.objects.filter(~is_off, message__entry__conversation=OuterRef("pk"))
    holds = Q(clock=RESPONSE, began_at=OuterRef("waiting_since"))
    holds |= Q(clock=RESOLUTION, began_at=OuterRef("matter_since"))
    told = BrokenPromise.objects.filter(holds).order_by("-told_at").values("told__name")
    told_here = Subquery(told.filter(conversation=OuterRef("pk"))[:1])
    told_merged = Subquery(told.filter(conversation__merged_into=OuterRef("pk"))[:1])
    beside = ("channel__account", "rule__core_message", "rule__responder", "rule__decider", "assignee")
    rows = Conversation.objects.select_related(*beside).only(*SHOWN)
    pictures = AnswerPicture.objects.filter(person=person_id, reading__isnull=True, dispatch__isnull=True)
    return rows.filter(workspace=workspace_id, public_id=public_id).annotate(
        newest_reading=Subquery(newest[:1]),
        has_pictures=Exists(pictures.filter(conversation=OuterRef("pk"))),
        told_name=Coalesce(told_here, told_merged),
        is_private=Exists(private_in("pk")),
        newest_suggestion=Subquery(
            supposed.order_by("-message").values_list(JSONObject(**{name: name for name in SUPPOSED}))[:1]
        ),
    )


_FOUND = PreparedObjects(_found)


def private_in(conversation: str) -> QuerySet[Message]:
    """What was written for one person alone in the conversation that an outer query has in this column."""
    return Message.objects.filter(entry__conversation=OuterRef(conversation), visibility="direct")


def is_for_another(person: Person, conversation: Conversation) -> bool:
    """Was something in it written for us alone, and does it lie with somebody else than `person`? As it was found here."""
    is_private: bool = getattr(conversation, "is_private", False)
    return is_private and conversation.assignee_id != person.pk


def for_others(person: Person, public_ids: Collection[UUID]) -> set[UUID]:
    """Which of these conversations are for another, as `is_for_another` says of one; one query."""
    rows = Conversation.objects.filter(Exists(private_in("pk")), workspace=person.workspace, public_id__in=public_ids)
    return set(rows.exclude(assignee=person).values_list("public_id", flat=True))


def find_merged(person: Person, public_id: UUID) -> UUID | None:
    """Where the turns of a conversation went that was merged, or None."""
    rows = Conversation.objects.filter(workspace=person.workspace, public_id=public_id, merged_into__isnull=False)
    return rows.values_list("merged_into__public_id", flat=True).first()


def find_turn(person: Person, turn_id: int) -> Message:
    """A message of a conversation of the person's workspace, or 404."""
    rows = Message.objects.select_related("channel__account", "channel__workspace", "entry__conversation__rule")
    found = get_object_or_404(rows, entry__conversation__workspace=person.workspace, pk=turn_id)
    found.entry.conversation.is_private = found.visibility == "direct"  # type: ignore[attr-defined]
    return found


def find_reading(person: Person, public_id: UUID) -> SecondReading:
    """An answer of the person's workspace that a colleague reads or read, or 404."""
    rows = SecondReading.objects.select_related("conversation__channel", "conversation__workspace", "asked_by")
    return get_object_or_404(rows, conversation__workspace=person.workspace, public_id=public_id)


def find_view(person: Person, view_id: UUID) -> SavedView:
    """A kept view the person sees, or 404."""
    rows = SavedView.objects.filter(Q(is_shared=True) | Q(created_by=person))
    return get_object_or_404(rows, workspace=person.workspace, pk=view_id, archived_at__isnull=True)


def find_pattern(person: Person, pattern_id: UUID) -> TextPattern:
    """A pattern of the person's workspace that was not put away, or 404."""
    return get_object_or_404(TextPattern, workspace=person.workspace, pk=pattern_id, archived_at__isnull=True)


def pattern_begun_with(person: Person, pattern_id: UUID | None) -> TextPattern | None:
    """The pattern an answer in the form began with, even if a colleague put it away since; None without one."""
    if pattern_id is None:
        return None
    return TextPattern.objects.filter(workspace=person.workspace, pk=pattern_id).first()


def find_standing(person: Person, public_id: UUID) -> Conversation:
    """As `find_conversation`; of one that a colleague merged meanwhile, the one it became."""
    found = find_conversation(person, public_id)
    into = find_merged(person, public_id) if found.merged_into_id else None
    return find_conversation(person, into) if into else found


def find_several(person: Person, public_ids: Collection[UUID]) -> list[Conversation]:
    """Those conversations of the person's workspace that are among `public_ids`; others are as if they did not exist."""
    rows = Conversation.objects.filter(workspace=person.workspace, public_id__in=public_ids)
    rows = rows.annotate(is_private=Exists(private_in("pk")))
    return list(rows.select_related("workspace").order_by("pk"))


def find_reply(person: Person, public_id: UUID) -> Dispatch:
    """A dispatch of the person's workspace that is a reply, or 404."""
    return get_object_or_404(
        Dispatch.objects.select_related("message__entry__conversation", "workspace", "channel"),
        workspace=person.workspace,
        public_id=public_id,
        kind="reply",
    )


def find_decision(person: Person, decision_id: UUID) -> ModerationDecision:
    """A moderation decision of the person's workspace, or 404. Its words stand where they were merged or split to since."""
    rows = ModerationDecision.objects.select_related(
        "message__entry__conversation",
        "message__channel__account",
        "message__identity",
        "rule__guideline__channel",
        "created_by",
        "workspace",
        "objection_outcome__by",
    )
    found = get_object_or_404(rows, workspace=person.workspace, pk=decision_id)
    found.message.entry.conversation.is_private = found.message.visibility == "direct"  # type: ignore[attr-defined]
    return found


def find_inquiry(person: Person, inquiry_id: UUID) -> Inquiry:
    """A question to a department or an expert: for who reads conversations, and for who was asked; 404 for others."""
    rows = _inquiries().filter(workspace=person.workspace)
    if not may(person, "inbox.conversation.read"):
        is_asked = Q(expert__person=person) | Q(unit__lead=person) | Q(unit__members__person=person)
        rows = rows.filter(is_asked).distinct()
    found = get_object_or_404(rows.annotate(is_private=Exists(private_in("conversation"))), pk=inquiry_id)
    found.conversation.is_private = found.is_private  # type: ignore[attr-defined]
    return found


def find_guest_inquiry(token: str, now: datetime) -> Inquiry:
    """The question this link leads to, or 404: wrong, expired and revoked look the same, and so does one taken back."""
    link = find_guest_link(token, INQUIRY_KIND, now)
    return get_object_or_404(_inquiries(), pk=link.object_id, workspace=link.workspace_id)


def passages_in(inquiry: Inquiry) -> QuerySet[Message]:
    """What somebody outside reads of the conversation; nothing that was deleted, or whose author asked to be forgotten."""
    return inquiry.passages.filter(deleted_at__isnull=True, identity__member__erased_at__isnull=True)


def find_guest_shown(token: str, media_id: UUID, now: datetime) -> Media:
    """A picture of what whoever holds this link may read, as long as an answer is wanted, or 404."""
    inquiry = find_guest_inquiry(token, now)
    if inquiry.state not in ANSWERABLE_STATES:
        raise Http404
    shown = MessageMedia.objects.filter(message__in=passages_in(inquiry))
    return get_object_or_404(Media, pk__in=shown.values("media"), pk=media_id)


def _inquiries() -> QuerySet[Inquiry]:
    rows = Inquiry.objects.filter(archived_at__isnull=True)
    return rows.select_related(
        "workspace", "unit__lead", "expert__person", "created_by", "conversation__channel__account", "follows__expert"
    )


def find_notice(person: Person, notice_id: UUID) -> PublicNotice:
    """What somebody reported to the person's workspace, or 404."""
    rows = PublicNotice.objects.select_related("workspace", "decision", "decided_by", "objection_answered_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=notice_id)


def find_notice_named(person: Person, asked: str) -> PublicNotice | None:
    """The notice an address names that waits for an answer; None for anything else."""
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    return PublicNotice.objects.filter(workspace=person.workspace, pk=wanted, state=RECEIVED).first()


def find_reported(workspace: str, reference: str) -> PublicNotice:
    """What whoever holds this reference reported there, or 404."""
    rows = PublicNotice.objects.select_related("workspace", "decision")
    given = reference.strip().upper()
    if not _REFERENCE.fullmatch(given):  # PostgreSQL takes no NUL, not even in a question
        raise Http404
    return get_object_or_404(rows, workspace__slug=workspace, reference=given)
