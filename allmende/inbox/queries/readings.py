"""Answers that a colleague reads before they leave: who may, which wait, what came of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value, When

from allmende.channels.models import Dispatch, Message
from allmende.channels.states import HELD, INWARD, WAITING
from allmende.inbox import states
from allmende.inbox.access import private_in
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of, is_open_to

RIGHT = "inbox.reply.send"
# Who was asked is reminded after this time, or when our promise is due within the other.
WAITS_LONG = timedelta(hours=1)
DUE_SOON, AT_LEAST = timedelta(minutes=30), timedelta(minutes=5)
SHOWN_AT_ONCE = 50
# What a reader sees besides the words.
SEEN = Prefetch("pictures", AnswerPicture.objects.select_related("media"), to_attr="seen_pictures")


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that waits for its reader. `question`: what it answers. `is_mine`: whoever looks wrote it. `is_sealed`: it
    answers what was written for us alone, and lies with somebody else."""

    reading: SecondReading
    question: str
    is_mine: bool
    is_sealed: bool = False


def readers_of(workspace: Workspace, writer: Person, now: datetime) -> list[Person]:
    """Who can read an answer of `writer`: everybody else who may answer and has access today. Nobody in solo mode."""
    today = workspace.day_at(now)
    found = holders_of(workspace, RIGHT).exclude(pk=writer.pk)
    return [one for one in found if is_open_to(one, today)]


def needs_reader(conversation: Conversation, writer: Person, now: datetime) -> bool:
    """Does an answer here wait for a second reader? Only if its situation asks for one and somebody else is there (I-03)."""
    rule = conversation.rule
    return bool(rule and rule.needs_second_reader and readers_of(conversation.workspace, writer, now))


def open_reading(conversation: Conversation) -> SecondReading | None:
    """The answer here that waits for its reader, or the last one if it was declined and somebody waits still."""
    rows = SecondReading.objects.filter(conversation=conversation).select_related("asked_by", "answered_by")
    rows = rows.prefetch_related(SEEN)
    last = rows.order_by("-asked_at", "-pk").first()
    is_open = last is not None and (
        last.state == states.ASKED or (last.state == states.DECLINED and conversation.waiting_since is not None)
    )
    return last if is_open else None


def asked_readings(workspace: Workspace, person: Person) -> list[Asked]:
    """Answers that wait for a reader, by when our promise is due, those of others first; two queries.

    A question that was written for us alone stands in no list, save for whoever takes care of it.
    """
    theirs, sealed = When(entry__conversation__assignee=person, then="text"), When(visibility="direct", then=Value(""))
    question = Message.objects.filter(
        entry__conversation=OuterRef("conversation"), direction=INWARD, deleted_at__isnull=True
    ).annotate(shown_text=Case(theirs, sealed, default="text", output_field=TextField()))
    rows = (
        SecondReading.objects.filter(conversation__workspace=workspace, state=states.ASKED)
        .select_related("conversation__channel__account", "asked_by")
        .prefetch_related(SEEN)
        .annotate(
            question=Subquery(question.order_by("-occurred_at", "-pk").values("shown_text")[:1]),
            is_private=Exists(private_in("conversation")),
        )
    )
    found = list(rows.order_by("conversation__due_at", "asked_at")[:SHOWN_AT_ONCE])
    shown = [Asked(one, one.question or "", one.asked_by_id == person.pk, _is_sealed(one, person)) for one in found]
    return sorted(shown, key=lambda one: one.is_mine)


def _is_sealed(reading: SecondReading, person: Person) -> bool:
    is_theirs = person.pk in (reading.asked_by_id, reading.conversation.assignee_id)
    return reading.is_private and not is_theirs  # type: ignore[attr-defined]


def late_readings(now: datetime) -> Sequence[SecondReading]:
    """Those that wait too long and nobody was reminded of."""
    is_late = Q(asked_at__lte=now - WAITS_LONG)
    is_due = Q(conversation__due_at__lte=now + DUE_SOON, asked_at__lte=now - AT_LEAST)
    rows = SecondReading.objects.filter(is_late | is_due, state=states.ASKED, reminded_at__isnull=True)
    return list(rows.select_related("conversation__workspace", "asked_by").order_by("asked_at")[:100])


def unread_replies(now: datetime) -> "QuerySet[Dispatch]":
    """Replies that came into the queue before their situation asked for a second reader: they wait for one there."""
    rows = Dispatch.objects.filter(
        kind="reply", state__in=(WAITING, HELD), message__entry__conversation__rule__needs_second_reader=True,
        reading__isnull=True, created_by__isnull=False, created_at__lte=now,
    )  # fmt: skip
    return rows.select_related(
        "message__entry__conversation__workspace", "message__entry__conversation__rule", "created_by"
    )
