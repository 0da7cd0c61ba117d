"""What stands behind a figure, for the team only: the newest threads or newcomers, met or not."""

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten

from django.urls import reverse

from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.counts import people_by_period
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.reading import read_at_once
from allmende.channels.models import Message
from allmende.inbox.models import Conversation
from allmende.ledger.engine import AT_ONCE
from allmende.ledger.examples import newest_units
from allmende.members.models import Member, is_known

EXCERPT = 160


@dataclass(frozen=True)
class Shown:
    """One example: who, what, when, and whether it was met; `url` leads to the conversation, empty without one."""

    at: datetime
    name: str
    title: str
    excerpt: str
    url: str
    is_success: bool
    is_open: bool


@dataclass(frozen=True)
class Doer:
    """Somebody behind the figure: how many of how many cases are theirs; `of` is None where only the number of times says
    something."""

    member: Member
    times: int
    of: int | None


def doers_of(definition: BehaviourDefinition, *, as_of: datetime, limit: int = 50) -> list[Doer]:
    """Who did it, the busiest first; of opportunities who made them succeed, else whose case it was. Two queries.

    Raises CannotReadLedger.
    """
    spec, workspace = counted_as(definition), definition.workspace
    facts = facts_for(workspace, spec, as_of)
    with read_at_once():
        found = people_by_period(workspace, spec, facts, as_of=as_of, period="all", limits=AT_ONCE)
    did = [one for ones in found.values() for one in ones if one.person is not None and one.successes]
    busiest = sorted(did, key=lambda one: (-one.successes, one.person or 0))[:limit]
    rows = Member.objects.filter(is_known(), workspace=workspace)
    known = {one.pseudonym: one for one in rows.filter(pseudonym__in=[one.person for one in busiest])}
    has_cases = spec.unit == "member_period" and spec.form != "F3"
    return [
        Doer(known[one.person], one.successes, one.units if has_cases else None)
        for one in busiest
        if one.person in known
    ]


def examples_of(definition: BehaviourDefinition, *, as_of: datetime, limit: int = 20) -> list[Shown]:
    """The newest units with their words, newest first; in a number of queries that does not grow. Raises CannotReadLedger."""
    workspace = definition.workspace
    spec = counted_as(definition)
    ledger, facts = (ledger_root(), ledger_name(workspace)), facts_for(workspace, spec, as_of)
    with read_at_once():
        units = newest_units(*ledger, spec, as_of=as_of, limit=limit, facts=facts, limits=AT_ONCE)
    rows = Message.objects.filter(channel__workspace=workspace, deleted_at__isnull=True).select_related(
        "identity__member"
    )
    found = rows.in_bulk([one.object_id for one in units])
    threads = Conversation.objects.filter(
        workspace=workspace, thread_native_id__in={message.thread_native_id for message in found.values()}
    )
    places = {(one.channel_id, one.thread_native_id): one.public_id for one in threads}
    shown = []
    for unit in units:
        message = found.get(unit.object_id)
        if message is None:
            continue
        place = places.get((message.channel_id, message.thread_native_id))
        shown.append(
            Shown(
                at=unit.anchor_at,
                name=message.identity.member.alias if message.identity else "",
                title=message.title,
                excerpt=shorten(message.text, EXCERPT, placeholder=" …"),
                url=reverse("inbox:conversation", args=[workspace.slug, place]) if place else "",
                is_success=unit.is_success,
                is_open=unit.is_open,
            )
        )
    return shown
