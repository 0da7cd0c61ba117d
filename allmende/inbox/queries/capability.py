"""How fast we answer, by situation and by kind of words, beside what was promised (S4-21)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from allmende.channels.models import Channel, Message
from allmende.domain.capability import capability, is_kept
from allmende.inbox import states
from allmende.inbox.models import Conversation, Wait
from allmende.inbox.queries.thread import rules_for

LOOKED_BACK = timedelta(days=180)
KINDS = ("enquiry", "comment", "message")


@dataclass(frozen=True)
class Managed:
    """What was promised (minutes, None: no reply), how many cases there were, and within what nine of ten had our answer.

    `name` of the situation, or one of KINDS. `took`: minutes, infinite where more than one in ten waits beyond the promise.
    `is_kept`: the promise can be held; None where nobody can tell. Of `promised` cases that had a time, `in_time` kept it.
    """

    name: str
    target: int | None
    cases: int
    took: float | None
    is_kept: bool | None = None
    in_time: int = 0
    promised: int = 0


@dataclass
class Cases:
    """Minutes of the answered ones, and how many wait beyond what was promised; `in_time` of `promised` kept their time."""

    minutes: list[int] = field(default_factory=list)
    unanswered: int = 0
    promised: int = 0
    in_time: int = 0

    def add(self, minutes: int, is_answered: bool, is_breached: bool, has_due: bool) -> None:
        if is_answered:
            self.minutes.append(minutes)
        else:
            self.unanswered += 1
        self.promised += has_due
        self.in_time += has_due and is_answered and not is_breached


def managed_in(channel: Channel, now: datetime) -> tuple[Sequence[Managed], Sequence[Managed]]:
    """By situation of the plan in force, and by kind of words; three queries."""
    rules = list(rules_for(channel.pk))
    by_situation: dict[int, Cases] = defaultdict(Cases)
    by_kind: dict[str, Cases] = defaultdict(Cases)
    for situation, kind, *case in _cases(Wait.objects.filter(conversation__channel=channel), now):
        by_situation[situation].add(*case)
        by_kind[kind].add(*case)
    kinds = [_managed(kind, None, by_kind[kind]) for kind in KINDS]
    return [_managed(rule.name, rule.first_response_minutes, by_situation[rule.situation]) for rule in rules], kinds


def managed_here(conversation: Conversation, now: datetime) -> Managed | None:
    """The same for the rule of one conversation; one query."""
    rule = conversation.rule
    if rule is None:
        return None
    rows = Wait.objects.filter(
        conversation__channel=conversation.channel_id, conversation__rule__situation=rule.situation
    )
    cases = Cases()
    for _situation, _kind, *case in _cases(rows, now):
        cases.add(*case)
    return _managed(rule.name, rule.first_response_minutes, cases)


def _managed(name: str, target: int | None, cases: Cases) -> Managed:
    took = capability(cases.minutes, cases.unanswered)
    number = len(cases.minutes) + cases.unanswered
    return Managed(name, target, number, took, is_kept(target, took), cases.in_time, cases.promised)


def _cases(rows: "QuerySet[Wait]", now: datetime) -> "QuerySet[Any, Any]":
    """Waits of the time looked at that an answer of ours ended, and those still open past what was promised: situation, kind
    of words, minutes, whether they were answered, broke their promise, and had one."""
    private = Exists(
        Message.objects.filter(entry__conversation=OuterRef("conversation"), visibility="direct", direction="inward")
    )
    kind = Case(
        When(private, then=Value("message")),
        When(conversation__subject_label="", then=Value("enquiry")),
        default=Value("comment"),
        output_field=CharField(),
    )
    is_answered = Q(ended_by__isnull=False, service_minutes__isnull=False)
    is_overdue = Q(ended_at__isnull=True, due_at__lt=now, conversation__state__in=states.OPEN_STATES)
    rows = rows.filter(is_answered | is_overdue, clock="our_response", started_at__gt=now - LOOKED_BACK)
    flags = {
        "is_answered": ExpressionWrapper(is_answered, BooleanField()),
        "has_due": ExpressionWrapper(Q(due_at__isnull=False), BooleanField()),
    }
    found = rows.annotate(kind=kind, **flags)
    return found.values_list(
        "conversation__rule__situation", "kind", "service_minutes", "is_answered", "is_breached", "has_due"
    )
