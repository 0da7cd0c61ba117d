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
from allmende.guidelines.models import ReactionRule
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
    `is_anyones`: whoever answers first keeps the promise, so the answers of others count like ours.
    """

    name: str
    target: int | None
    cases: int
    took: float | None
    is_kept: bool | None = None
    in_time: int = 0
    promised: int = 0
    is_anyones: bool = False


@dataclass
class Cases:
    """Minutes of the answered ones, and how many wait beyond what was promised; `in_time` of `promised` kept their time."""

    minutes: list[int] = field(default_factory=list)
    unanswered: int = 0
    promised: int = 0
    in_time: int = 0

    def add(self, minutes: int, is_answered: bool, is_breached: bool, has_due: bool) -> None:
        self.add_speed(minutes, is_answered)
        self.add_promise(is_answered, is_breached, has_due)

    def add_speed(self, minutes: int, is_answered: bool) -> None:
        if is_answered:
            self.minutes.append(minutes)
        else:
            self.unanswered += 1

    def add_promise(self, is_answered: bool, is_breached: bool, has_due: bool) -> None:
        self.promised += has_due
        self.in_time += has_due and is_answered and not is_breached


def managed_in(channel: Channel, now: datetime) -> tuple[Sequence[Managed], Sequence[Managed]]:
    """By situation of the plan in force, whoever may keep its promise, and by kind of words, how fast we are; three queries."""
    rules = list(rules_for(channel.pk))
    by_situation: dict[int, Cases] = defaultdict(Cases)
    by_kind: dict[str, Cases] = defaultdict(Cases)
    for situation, kind, keeps, is_ours, minutes, *case in _cases(
        Wait.objects.filter(conversation__channel=channel), now
    ):
        if keeps:
            by_situation[situation].add(minutes, *case)
            by_kind[kind].add_promise(*case)
        if is_ours:
            by_kind[kind].add_speed(minutes, case[0])
    kinds = [_managed(kind, None, by_kind[kind]) for kind in KINDS]
    return [_managed_by(rule, by_situation[rule.situation]) for rule in rules], kinds


def managed_here(conversation: Conversation, now: datetime) -> Managed | None:
    """The same for the rule of one conversation; one query."""
    rule = conversation.rule
    if rule is None:
        return None
    rows = Wait.objects.filter(
        conversation__channel=conversation.channel_id, conversation__rule__situation=rule.situation
    )
    cases = Cases()
    for _situation, _kind, keeps, _is_ours, *case in _cases(rows, now):
        if keeps:
            cases.add(*case)
    return _managed_by(rule, cases)


def _managed_by(rule: ReactionRule, cases: Cases) -> Managed:
    return _managed(rule.name, rule.first_response_minutes, cases, is_anyones=rule.satisfied_by == "anyone")


def _managed(name: str, target: int | None, cases: Cases, is_anyones: bool = False) -> Managed:
    took = capability(cases.minutes, cases.unanswered)
    number = len(cases.minutes) + cases.unanswered
    return Managed(name, target, number, took, is_kept(target, took), cases.in_time, cases.promised, is_anyones)


def _cases(rows: "QuerySet[Wait]", now: datetime) -> "QuerySet[Any, Any]":
    """Waits of the time looked at that an answer ended, and those still open past what was promised.

    Situation, kind of words, whether the wait keeps the promise (the first answer where anybody's does, else ours) and tells of
    us, minutes, whether it was answered, broke its promise, and had one. Where anybody may answer, a wait of ours is there only
    for what we answered first (`domain.response_clock`): what waits for anybody still waits for us too.
    """
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
    is_ours, is_anyones = Q(clock="our_response"), Q(conversation__rule__satisfied_by="anyone")
    keeps = (is_ours & ~is_anyones) | (Q(clock="first_answer", due_at__isnull=False) & is_anyones)
    rows = rows.filter(is_answered | is_overdue, is_ours | keeps, started_at__gt=now - LOOKED_BACK)
    flags = {
        "keeps": ExpressionWrapper(keeps, BooleanField()),
        "is_ours": ExpressionWrapper(is_ours | is_overdue, BooleanField()),
        "is_answered": ExpressionWrapper(is_answered, BooleanField()),
        "has_due": ExpressionWrapper(Q(due_at__isnull=False), BooleanField()),
    }
    found = rows.annotate(kind=kind, **flags)
    return found.values_list(
        "conversation__rule__situation",
        "kind",
        "keeps",
        "is_ours",
        "service_minutes",
        "is_answered",
        "is_breached",
        "has_due",
    )
