"""Say which group definitions may ask for, and by which rule one belongs to it."""

from datetime import date, datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.members import audit
from allmende.members.actions.tell_facts import EDIT, CannotTell
from allmende.members.models import Segment
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def save_segment(
    *,
    person: Person,
    segment: Segment | None,
    name: str,
    now: datetime,
    key: str = "",
    trait: str = "",
    value: str = "",
    met_from_date: date | None = None,
    met_until_date: date | None = None,
    seen_revision: int | None = None,
) -> Segment:
    """Begin a group (`segment` None) or change it. `key` is what definitions call it and stays as it is once given; without
    one it is made from the name. Raises CannotTell and StaleRevision."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    rule = {"trait": trait, "value": value, "met_from_date": met_from_date, "met_until_date": met_until_date}
    _check(person, segment, name, rule)
    if segment is None:
        found = _begin(person, key or _free_key(person, name), name, rule, now)
        before = None
    else:
        found = segment
        before = change_record(record=found, person=person, now=now, seen_revision=seen_revision, name=name, **rule)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.GROUP_SAVED, target=found, now=now,
        before=before and _plain(before), after=_plain({"name": name, **rule}),
    )  # fmt: skip
    return found


@transaction.atomic
def put_segment_away(*, person: Person, segment: Segment, now: datetime) -> None:
    """Definitions can ask for it no longer; who belonged to it stays known, and it can be brought back."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    _set_archived(person, segment, now, now, audit.GROUP_PUT_AWAY)


@transaction.atomic
def bring_segment_back(*, person: Person, segment: Segment, now: datetime) -> None:
    """A group that was put away can be asked for again. Raises CannotTell where another bears its name meanwhile."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    _check_name(person, segment, segment.name)
    _set_archived(person, segment, None, now, audit.GROUP_SAVED)


def _check(person: Person, segment: Segment | None, name: str, rule: dict[str, Any]) -> None:
    if not name:
        raise CannotTell(_("Not saved: the group has no name yet. Say whom it means."))
    if bool(rule["trait"]) != bool(rule["value"]):
        raise CannotTell(
            _("Not saved: a rule by a trait needs both the trait and its value, such as region and North.")
        )
    first, last = rule["met_from_date"], rule["met_until_date"]
    if first and last and last < first:
        raise CannotTell(_("Not saved: the last day comes before the first. Exchange the two."))
    if segment and not segment.is_by_rule and any(rule.values()) and segment.stays.exists():
        raise CannotTell(
            _(
                "Not saved: people were put into this group by hand, and a rule would drop them. Begin another group for it."
            )
        )
    _check_name(person, segment, name)


def _check_name(person: Person, segment: Segment | None, name: str) -> None:
    same = Segment.objects.filter(workspace=person.workspace, name=name, archived_at__isnull=True)
    if (same.exclude(pk=segment.pk) if segment else same).exists():
        raise CannotTell(_("Not saved: another group is called that already. Give this one a name of its own."))


def _begin(person: Person, key: str, name: str, rule: dict[str, Any], now: datetime) -> Segment:
    if Segment.objects.filter(workspace=person.workspace, key=key).exists():
        raise CannotTell(_("Not saved: this group is there already, or was put away. Look at the list of groups."))
    return Segment.objects.create(
        workspace=person.workspace, key=key, name=name, created_at=now, created_by=person, updated_at=now,
        updated_by=person, **rule,
    )  # fmt: skip


def _free_key(person: Person, name: str) -> str:
    taken = set(Segment.objects.filter(workspace=person.workspace).values_list("key", flat=True))
    begin = slugify(name)[:55].strip("-_") or "group"
    return next(key for key in chain((begin,), (f"{begin}-{number}" for number in count(2))) if key not in taken)


def _set_archived(person: Person, segment: Segment, at: datetime | None, now: datetime, verb: str) -> None:
    change_record(record=segment, person=person, now=now, seen_revision=None, archived_at=at)
    record_audit(
        workspace=person.workspace, person=person, verb=verb, target=segment, now=now, after={"key": segment.key}
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
