"""Channels, reaction plans and rules for a person, or 404."""

from uuid import UUID

from django.http import Http404

from allmende.channels.models import Channel
from allmende.guidelines.models import CoreMessage, ReactionPlan, ReactionRule, WordEntry
from allmende.team.models import Person


def find_channel(person: Person, slug: str) -> Channel:
    """A channel of the person's workspace with account and hours, or 404."""
    rows = Channel.objects.select_related("account", "hours", "created_by", "workspace")
    channel = rows.filter(workspace=person.workspace, slug=slug, archived_at__isnull=True).first()
    if channel is None:
        raise Http404
    return channel


def find_plan(person: Person, plan_id: UUID | str) -> ReactionPlan:
    """A reaction plan of the person's workspace with its channel, or 404."""
    rows = ReactionPlan.objects.select_related("channel", "channel__workspace", "updated_by")
    plan = rows.filter(workspace=person.workspace, pk=plan_id, archived_at__isnull=True).first()
    if plan is None:
        raise Http404
    return plan


def find_rule(person: Person, rule_id: int) -> ReactionRule:
    """A rule of a reaction plan of the person's workspace, with plan and channel, or 404."""
    rows = ReactionRule.objects.select_related("plan__channel", "updated_by")
    rule = rows.filter(plan__workspace=person.workspace, plan__archived_at__isnull=True, pk=rule_id).first()
    if rule is None:
        raise Http404
    return rule


def find_message(person: Person, message_id: UUID) -> CoreMessage:
    """A core message of the person's workspace that was not put away, or 404."""
    message = CoreMessage.objects.filter(workspace=person.workspace, pk=message_id, archived_at__isnull=True).first()
    if message is None:
        raise Http404
    return message


def find_word(person: Person, word_id: UUID) -> WordEntry:
    """An entry of the word list of the person's workspace that was not put away, or 404."""
    word = WordEntry.objects.filter(workspace=person.workspace, pk=word_id, archived_at__isnull=True).first()
    if word is None:
        raise Http404
    return word
