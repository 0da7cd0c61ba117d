"""Tell what no network says of members: their department or region, and who belongs to a group kept by hand. Each telling can be
taken back whole."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from allmende.members import audit
from allmende.members.models import Member, MemberStage, MemberTrait, Segment, SegmentStay, Telling, is_known
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

EDIT = "members.member.edit"
CHUNK = 400


class CannotTell(Exception):
    """Nothing was noted; the message says why and what to do."""


@transaction.atomic
def tell_traits(*, person: Person, told: Mapping[int, Mapping[str, str]], now: datetime) -> Telling | None:
    """Note of each member (by row key) the value of each trait; "" takes it away. None where all was known already.

    Members of other workspaces and erased ones are passed over.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    ours = _ours(person, tuple(told))
    known = _traits_of(ours)
    wanted = {(pk, name): value.strip() for pk in sorted(ours) for name, value in told[pk].items()}
    changed = {key: value for key, value in wanted.items() if known.get(key, "") != value}
    if not changed:
        return None
    _write_traits(person, changed, now)
    telling = _keep(person, {"traits": [[*key, known.get(key, ""), value] for key, value in changed.items()]}, now)
    _record(person, audit.TRAITS_TOLD, telling, now, len({pk for pk, _name in changed}))
    return telling


@transaction.atomic
def join_group(
    *, person: Person, segment: Segment, members: Collection[int], since: datetime | None, now: datetime
) -> Telling | None:
    """Put these members into a group kept by hand, from `since` on (None: always; after an earlier stay, from its end on, so
    that no time counts twice). Who is in it already stays as they are; None where all are.

    Raises CannotTell for a group by rule, or one that was put away.
    """
    require(person, EDIT)
    _by_hand(person, segment)
    rows = SegmentStay.objects.filter(segment=segment)
    there = set(rows.filter(until__isnull=True).values_list("member_id", flat=True))
    left = dict(rows.filter(until__isnull=False).order_by().values_list("member_id").annotate(Max("until")))
    new = sorted(_ours(person, members) - there)
    if not new:
        return None
    stays = [
        SegmentStay(segment=segment, member_id=pk, since=_later(since, left.get(pk)), told_by=person, told_at=now)
        for pk in new
    ]
    begun = SegmentStay.objects.bulk_create(stays, batch_size=CHUNK)
    telling = _keep(person, {"begun": [stay.pk for stay in begun]}, now)
    _record(person, audit.GROUP_JOINED, segment, now, len(new))
    return telling


@transaction.atomic
def leave_group(*, person: Person, segment: Segment, members: Collection[int], now: datetime) -> Telling | None:
    """These members belong to the group no longer; until now they did, and what was counted then stays. None where nobody did.

    Whoever was to come into it later only never does.
    """
    require(person, EDIT)
    _by_hand(person, segment)
    rows = SegmentStay.objects.filter(segment=segment, member_id__in=list(members), until__isnull=True)
    gone = list(rows.filter(since__gte=now).values("member_id", "since"))
    ended = list(rows.exclude(since__gte=now).values_list("pk", flat=True))
    if not gone and not ended:
        return None
    rows.filter(since__gte=now).delete()
    SegmentStay.objects.filter(pk__in=ended).update(until=now)
    dropped = [[str(segment.pk), one["member_id"], one["since"].isoformat()] for one in gone if one["since"]]
    telling = _keep(person, {"ended": ended, "dropped": dropped}, now)
    _record(person, audit.GROUP_LEFT, segment, now, len(ended) + len(gone))
    return telling


@transaction.atomic
def undo_telling(*, person: Person, now: datetime, pk: int) -> None:
    """The undo of all three. Raises CannotUndo where somebody told something else of the same members meanwhile, or that one of
    them is another."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    telling = Telling.objects.filter(workspace=person.workspace, pk=pk, undone_at__isnull=True).first()
    if telling is None or _names_merged(telling):
        raise stale_undo()
    _untell_traits(person, telling, now)
    _untell_stays(person, telling)
    Telling.objects.filter(pk=telling.pk).update(undone_at=now, at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.TELLING_UNDONE, target=telling, now=now)


@transaction.atomic
def forget_told(*, member: Member) -> None:
    """What was told of somebody goes with them: traits, stays in groups, their stage, and the traces in what could be taken
    back (4.6)."""
    MemberStage.objects.filter(member=member).delete()
    MemberTrait.objects.filter(member=member).delete()
    stays = SegmentStay.objects.filter(member=member)
    pks = set(stays.values_list("pk", flat=True))
    for telling in Telling.objects.filter(workspace_id=member.workspace_id):
        kept = _without(telling.changed, member.pk, pks)
        if kept != telling.changed:
            Telling.objects.filter(pk=telling.pk).update(changed=kept)
    stays.delete()


def forget_erased(*, workspace: Workspace) -> int:
    """Let go what is still told of members who were erased; returns of how many. For the worker, as often as it looks."""
    told = Q(traits__isnull=False) | Q(stays__isnull=False) | Q(stage__isnull=False)
    rows = Member.objects.filter(told, workspace=workspace, erased_at__isnull=False).distinct()
    gone = list(rows)
    for member in gone:
        forget_told(member=member)
    return len(gone)


def _without(changed: Mapping[str, Any], member: int, stays: Collection[int]) -> dict[str, Any]:
    kept = {name: [one for one in changed[name] if one not in stays] for name in ("begun", "ended") if name in changed}
    of_rows = {"traits": 0, "dropped": 1}
    return kept | {
        name: [row for row in changed[name] if row[place] != member]
        for name, place in of_rows.items()
        if name in changed
    }


def _names_merged(telling: Telling) -> bool:
    told = {pk for pk, *_rest in telling.changed.get("traits", [])}
    told |= {pk for _segment, pk, _since in telling.changed.get("dropped", [])}
    merged = Member.objects.filter(workspace=telling.workspace_id, merged_into__isnull=False)
    return not told.isdisjoint(merged.values_list("pk", flat=True))


def _untell_traits(person: Person, telling: Telling, now: datetime) -> None:
    changes = telling.changed.get("traits", [])
    ours = _ours(person, {pk for pk, *_rest in changes})
    known = _traits_of(ours)
    mine = [row for row in changes if row[0] in ours]
    if any(known.get((pk, name), "") != after for pk, name, _before, after in mine):
        raise stale_undo()
    _write_traits(person, {(pk, name): before for pk, name, before, _after in mine}, now)


def _untell_stays(person: Person, telling: Telling) -> None:
    begun, ended = telling.changed.get("begun", []), telling.changed.get("ended", [])
    still = SegmentStay.objects.filter(pk__in=begun, until__isnull=True)
    if still.count() != len(begun):
        raise stale_undo()
    still.delete()
    again = list(SegmentStay.objects.filter(pk__in=ended))
    open_now = Q()
    for stay in again:
        open_now |= Q(segment_id=stay.segment_id, member_id=stay.member_id)
    if again and SegmentStay.objects.filter(open_now, until__isnull=True).exists():
        raise stale_undo()
    SegmentStay.objects.filter(pk__in=ended).update(until=None)
    for segment_id, member_id, since in telling.changed.get("dropped", []):
        SegmentStay.objects.get_or_create(
            segment_id=segment_id, member_id=member_id, until=None,
            defaults={"since": datetime.fromisoformat(since), "told_by": person, "told_at": telling.at},
        )  # fmt: skip


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at), default=None)


def _by_hand(person: Person, segment: Segment) -> None:
    lock_workspace(person.workspace_id)
    found = Segment.objects.filter(workspace=person.workspace, pk=segment.pk, archived_at__isnull=True).first()
    if found is None:
        raise CannotTell(_("Not noted: this group was put away meanwhile. Bring it back first."))
    if found.is_by_rule:
        raise CannotTell(
            _("Not noted: who belongs to this group follows from its rule. Change the rule, or begin a group by hand.")
        )


def _ours(person: Person, members: Collection[int]) -> set[int]:
    """Of these row keys those of members of this workspace who are neither erased nor merged."""
    keys, found = sorted(members), set[int]()
    for at in range(0, len(keys), CHUNK):
        rows = Member.objects.filter(is_known(), workspace=person.workspace, pk__in=keys[at : at + CHUNK])
        found |= set(rows.values_list("pk", flat=True))
    return found


def _traits_of(members: Collection[int]) -> dict[tuple[int, str], str]:
    keys, known = sorted(members), dict[tuple[int, str], str]()
    for at in range(0, len(keys), CHUNK):
        rows = MemberTrait.objects.filter(member_id__in=keys[at : at + CHUNK])
        known |= {(pk, name): value for pk, name, value in rows.values_list("member_id", "name", "value")}
    return known


def _write_traits(person: Person, wanted: Mapping[tuple[int, str], str], now: datetime) -> None:
    for (pk, name), value in wanted.items():
        if not value:
            MemberTrait.objects.filter(member_id=pk, name=name).delete()
    MemberTrait.objects.bulk_create(
        [
            MemberTrait(member_id=pk, name=name, value=value, told_by=person, told_at=now)
            for (pk, name), value in wanted.items()
            if value
        ],
        update_conflicts=True,
        unique_fields=["member", "name"],
        update_fields=["value", "told_by", "told_at"],
        batch_size=CHUNK,
    )


def _keep(person: Person, changed: Mapping[str, Any], now: datetime) -> Telling:
    return Telling.objects.create(workspace=person.workspace, person=person, at=now, changed=changed)


def _record(person: Person, verb: str, target: Segment | Telling, now: datetime, people: int) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=target, now=now, after={"people": people})
