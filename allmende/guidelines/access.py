"""Channels, reaction plans and rules for a person, or 404."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import Channel
from allmende.channels.states import CONSIDERED
from allmende.guidelines import states
from allmende.guidelines.models import (
    CoreMessage,
    EscalationContact,
    EscalationLevel,
    GateException,
    Guideline,
    GuidelineRule,
    ReactionPlan,
    ReactionRule,
    WordEntry,
)
from allmende.team.access import find_guest_link
from allmende.team.models import GuestLink, Person


def find_channel(person: Person, slug: str) -> Channel:
    """A channel of the person's workspace with account and hours, or 404."""
    rows = Channel.objects.select_related("account", "hours", "created_by", "workspace")
    return get_object_or_404(rows, workspace=person.workspace, slug=slug, archived_at__isnull=True)


def find_gate_exception(person: Person, exception_id: UUID | str) -> GateException:
    """What a channel of the person's workspace is open without, or 404."""
    rows = GateException.objects.select_related("channel").filter(workspace=person.workspace, archived_at__isnull=True)
    return get_object_or_404(rows, pk=exception_id)


def find_plan(person: Person, plan_id: UUID | str) -> ReactionPlan:
    """A reaction plan of the person's workspace with its channel, or 404."""
    rules = Prefetch("rules", ReactionRule.objects.select_related("core_message", "responder", "decider"))
    rows = ReactionPlan.objects.select_related("channel", "channel__workspace", "updated_by", "agreed_by")
    return get_object_or_404(
        rows.prefetch_related(rules), workspace=person.workspace, pk=plan_id, archived_at__isnull=True
    )


def find_rule(person: Person, rule_id: int) -> ReactionRule:
    """A rule of a reaction plan of the person's workspace, with plan and channel, or 404."""
    rows = ReactionRule.objects.select_related("plan__channel", "updated_by", "core_message", "responder", "decider")
    return get_object_or_404(rows, plan__workspace=person.workspace, plan__archived_at__isnull=True, pk=rule_id)


def find_message(person: Person, message_id: UUID) -> CoreMessage:
    """A core message of the person's workspace that was not put away, or 404."""
    return get_object_or_404(CoreMessage.objects, workspace=person.workspace, pk=message_id, archived_at__isnull=True)


def find_word(person: Person, word_id: UUID) -> WordEntry:
    """An entry of the word list of the person's workspace that was not put away, or 404."""
    return get_object_or_404(WordEntry.objects, workspace=person.workspace, pk=word_id, archived_at__isnull=True)


def find_guideline(person: Person, guideline_id: UUID | str) -> Guideline:
    """A version of a guideline of the person's workspace with its parts and rules, or 404."""
    rows = Guideline.objects.select_related("workspace", "channel", "updated_by").prefetch_related("sections", "rules")
    return get_object_or_404(rows, workspace=person.workspace, pk=guideline_id, archived_at__isnull=True)


def find_guideline_rule(person: Person, rule_id: int) -> GuidelineRule:
    """A rule of a guideline of the person's workspace, or 404."""
    rows = GuidelineRule.objects.select_related("guideline__workspace", "updated_by")
    return get_object_or_404(
        rows, guideline__workspace=person.workspace, guideline__archived_at__isnull=True, pk=rule_id
    )


def find_guest_guideline(token: str, kind: str, now: datetime) -> tuple[GuestLink, Guideline]:
    """What the holder of this link is to read, or 404."""
    link = find_guest_link(token, kind, now)
    rows = Guideline.objects.select_related("workspace", "channel").prefetch_related("sections", "rules")
    found = rows.filter(pk=link.object_id, workspace=link.workspace_id, in_force_at__isnull=False).first()
    if found is None:
        raise Http404
    return link, found


def netiquette_of(channel: Channel) -> Guideline | None:
    """The netiquette that holds in a channel: its own, else the one for all; None where there is none. At most four queries."""
    rows = Guideline.objects.select_related("workspace", "channel").prefetch_related("sections", "rules")
    holding = rows.filter(workspace=channel.workspace_id, addressee=states.MEMBERS, state=states.IN_FORCE)
    return holding.filter(channel=channel).first() or holding.filter(channel__isnull=True).first()


def find_netiquette(workspace: str, channel: str, number: int | None = None, version: UUID | None = None) -> Guideline:
    """The netiquette that holds in a channel, an earlier version of it by number, or any version that ever held by its id, which
    is what decisions name; or 404. For everybody."""
    rows = Channel.objects.select_related("workspace", "hours").filter(
        workspace__slug=workspace, slug=channel, workspace__rehearsal_of=None
    )
    rows = rows.exclude(state=CONSIDERED)  # whose names are nobody's business yet
    place = (rows if version else rows.filter(archived_at__isnull=True)).first()
    found = netiquette_of(place) if place and version is None else None
    which: dict[str, object] = (
        {"pk": version} if version else {"key": found.key, "number": number} if found and number else {}
    )
    if place and which:
        ever = Guideline.objects.select_related("workspace").prefetch_related("sections", "rules")
        held = ever.filter(workspace=place.workspace_id, addressee=states.MEMBERS, in_force_at__isnull=False)
        found = held.filter(**which).first()
    if found is None:
        raise Http404
    found.channel = place
    return found


def find_level(person: Person, number: int) -> EscalationLevel:
    """An escalation level of the person's workspace, or 404."""
    rows = EscalationLevel.objects.select_related("updated_by")
    return get_object_or_404(rows, workspace=person.workspace, number=number, archived_at__isnull=True)


def find_contact(person: Person, contact_id: UUID) -> EscalationContact:
    """Whom a level of the person's workspace calls, or 404."""
    rows = EscalationContact.objects.select_related("level", "person")
    return get_object_or_404(rows, workspace=person.workspace, pk=contact_id, archived_at__isnull=True)
