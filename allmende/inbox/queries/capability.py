"""How fast we answer, by situation and by kind of words, beside what was promised (S4-21)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When

from allmende.channels.models import Channel, Message
from allmende.domain.capability import capability, is_kept
from allmende.guidelines.models import ReactionRule
from allmende.inbox.models import Conversation, Wait
from allmende.inbox.queries.thread import rules_for

LOOKED_BACK = timedelta(days=180)
KINDS = ("enquiry", "comment", "message")


@dataclass(frozen=True)
class Managed:
    """What was promised (minutes, None: no reply), how many cases ended, and within what nine of ten did.

    `name` of the situation, or one of KINDS. `is_kept`: the promise can be held; None where nobody can tell.
    """

    name: str
    target: int | None
    cases: int
    took: int | None
    is_kept: bool | None = None


def managed_in(channel: Channel, now: datetime) -> tuple[Sequence[Managed], Sequence[Managed]]:
    """By situation of the plan in force, and by kind of words; three queries."""
    rules = list(rules_for(channel.pk))
    by_situation: dict[int, list[int]] = defaultdict(list)
    by_kind: dict[str, list[int]] = defaultdict(list)
    rows = _ended(Wait.objects.filter(conversation__channel=channel), now)
    for situation, kind, minutes in rows.values_list("conversation__rule__situation", "kind", "service_minutes"):
        by_situation[situation].append(minutes)
        by_kind[kind].append(minutes)
    kinds = [Managed(kind, None, len(by_kind[kind]), capability(by_kind[kind])) for kind in KINDS]
    return [_managed(rule, by_situation) for rule in rules], kinds


def managed_here(conversation: Conversation, now: datetime) -> Managed | None:
    """The same for the rule of one conversation; one query."""
    rule = conversation.rule
    if rule is None:
        return None
    rows = Wait.objects.filter(
        conversation__channel=conversation.channel_id, conversation__rule__situation=rule.situation
    )
    minutes: list[int] = list(_ended(rows, now).values_list("service_minutes", flat=True))
    return _managed(rule, {rule.situation: minutes})


def _managed(rule: ReactionRule, minutes: Mapping[int, list[int]]) -> Managed:
    found = minutes.get(rule.situation, [])
    took, target = capability(found), rule.first_response_minutes
    return Managed(rule.name, target, len(found), took, is_kept(target, took))


def _ended(rows: "QuerySet[Wait]", now: datetime) -> "QuerySet[Any, Any]":
    """Waits that an answer of ours ended in the time looked at, each with its `kind` of words."""
    private = Exists(
        Message.objects.filter(entry__conversation=OuterRef("conversation"), visibility="direct", direction="inward")
    )
    kind = Case(
        When(private, then=Value("message")),
        When(conversation__subject_label="", then=Value("enquiry")),
        default=Value("comment"),
        output_field=CharField(),
    )
    rows = rows.filter(clock="our_response", ended_by__isnull=False, service_minutes__isnull=False)
    return rows.filter(started_at__gt=now - LOOKED_BACK).annotate(kind=kind)
