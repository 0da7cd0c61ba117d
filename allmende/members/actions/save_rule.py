"""Say who counts as team, as bot, as expert or partner, from now on."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.members import audit
from allmende.members.models import ActorRule
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "members.member.edit"


class CannotSetRule(Exception):
    """The rule was not set; the message says why."""


@transaction.atomic
def set_actor_rules(
    *,
    person: Person,
    network: str,
    patterns: Iterable[str],
    actor_class: str,
    now: datetime,
    from_date: date | None = None,
    until_date: date | None = None,
) -> None:
    """Let these names or globs of a network count as `actor_class` from now on; a rule that stands already stays."""
    require(person, "channels.archive.import")
    lock_workspace(person.workspace_id)
    standing = ActorRule.objects.filter(workspace=person.workspace, network=network, actor_class=actor_class)
    there = set(standing.values_list("pattern", flat=True))
    for pattern in dict.fromkeys(patterns):
        if pattern in there:
            continue
        _write(person, network, pattern, actor_class, from_date, until_date, now)


@transaction.atomic
def set_rule(
    *,
    person: Person,
    pattern: str,
    actor_class: str,
    now: datetime,
    from_date: date | None = None,
    until_date: date | None = None,
) -> ActorRule:
    """One rule for every network: this name or glob counts as `actor_class` in what arrives from now on.

    Raises CannotSetRule if the same rule stands already or its days run backwards.
    """
    require(person, EDIT)
    if from_date and until_date and until_date < from_date:
        raise CannotSetRule(gettext("Not saved: the last day comes before the first. Exchange the two."))
    lock_workspace(person.workspace_id)
    _check_single(person, "", pattern, actor_class, from_date, until_date)
    return _write(person, "", pattern, actor_class, from_date, until_date, now)


@transaction.atomic
def drop_rule(*, person: Person, rule: ActorRule, now: datetime) -> None:
    """The rule no longer applies; what arrived under it stays as it was counted."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    _set_archived(person, rule, now, now, audit.RULE_DROPPED)


@transaction.atomic
def put_rule_back(*, person: Person, rule: ActorRule, now: datetime) -> None:
    """A dropped rule applies again. Raises CannotSetRule if somebody set the same one meanwhile."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if ActorRule.objects.filter(pk=rule.pk, archived_at__isnull=True).exists():
        return
    _check_single(person, rule.network, rule.pattern, rule.actor_class, rule.from_date, rule.until_date)
    _set_archived(person, rule, None, now, audit.RULE_SET)


def _set_archived(person: Person, rule: ActorRule, at: datetime | None, now: datetime, verb: str) -> None:
    change_record(record=rule, person=person, now=now, seen_revision=None, archived_at=at)
    after = {"pattern": rule.pattern, "actor_class": rule.actor_class}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=rule, now=now, after=after)


def _check_single(
    person: Person, network: str, pattern: str, actor_class: str, from_date: date | None, until_date: date | None
) -> None:
    """The caller holds the workspace, so that of two who set the same rule one comes second."""
    same = ActorRule.objects.filter(
        workspace=person.workspace, network=network, pattern=pattern, actor_class=actor_class, archived_at__isnull=True
    )
    if same.filter(from_date=from_date, until_date=until_date).exists():
        raise CannotSetRule(gettext("Not saved: this rule stands already."))


def _write(
    person: Person, network: str, pattern: str, actor_class: str, from_date: date | None, until_date: date | None,
    now: datetime,
) -> ActorRule:  # fmt: skip
    rule = ActorRule.objects.create(
        workspace=person.workspace,
        network=network,
        pattern=pattern,
        actor_class=actor_class,
        from_date=from_date,
        until_date=until_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    after = {"pattern": pattern, "actor_class": actor_class}
    record_audit(workspace=person.workspace, person=person, verb=audit.RULE_SET, target=rule, now=now, after=after)
    return rule
