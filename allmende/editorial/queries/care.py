"""Whether somebody is on duty for the answers to a text, and which hours of its care window lack whom (S2-02, I-19)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from allmende.domain.coverage import Gap
from allmende.domain.service_hours import Hours, instant
from allmende.domain.slots import uncared
from allmende.editorial.models import CareOverride, Variant
from allmende.editorial.queries.entries import FIRST_CARE, Entry
from allmende.editorial.queries.lacks import Lack
from allmende.team.models import Workspace
from allmende.team.queries import Cover, cover
from allmende.team.states import ACCEPTED, ASSIGNED, OPEN


def care_lacks(variant: Variant, at: datetime) -> tuple[Lack, ...]:
    """What the care for a text that leaves `at` lacks; nothing where no duty is planned, after one query."""
    care = timedelta(minutes=variant.item.care_minutes)
    return lacks_in(cover(variant.workspace, at, at + care), variant.workspace, variant.channel.hours_id, at, care)


def lacks_in(
    found: Cover | None, workspace: Workspace, hours_id: UUID | None, at: datetime, care: timedelta
) -> tuple[Lack, ...]:
    """The same by a rota that was read already."""
    if found is None:
        return ()
    zone = ZoneInfo(workspace.zone)
    return tuple([_lack(found, hours_id, gap, zone) for gap in found.lacking(hours_id, at, care, FIRST_CARE)])


def lacks_of_slots(
    workspace: Workspace, slots: Sequence[tuple[UUID | None, datetime]], care: timedelta
) -> list[tuple[Lack, ...]]:
    """The same for many texts that do not stand here yet, each by the id of its channel's hours and its slot; as many queries
    as for one."""
    if not slots:
        return []
    times = [at for _hours, at in slots]
    found = cover(workspace, min(times), max(times) + care)
    return [lacks_in(found, workspace, hours_id, at, care) for hours_id, at in slots]


def standing_overrides(variants: Collection[UUID]) -> dict[UUID, CareOverride]:
    """Who let these texts leave knowingly, by text; one query."""
    rows = CareOverride.objects.filter(variant__in=variants, ended_at__isnull=True).select_related("person")
    return {row.variant_id: row for row in rows}


def _is_uncared(found: Cover | None, hours: Mapping[UUID | None, Hours], entry: Entry) -> bool:
    """Whether a part of its care finds nobody: by the rota where duty is planned, else by the service hours."""
    if entry.at is None:
        return False
    if found is not None and found.plans(entry.hours_id, entry.at):
        return bool(entry.lacks) and not entry.borne_by
    return bool(uncared(hours.get(entry.hours_id) or hours[None], entry.at, min(entry.care, FIRST_CARE)))


def cover_of(workspace: Workspace, entries: Sequence[Entry]) -> Cover | None:
    """The rota for the care of these texts; one query where no duty is planned, none without texts."""
    windows = [(entry.at, entry.until) for entry in entries if entry.at and entry.until]
    if not windows:
        return None
    # By the instant: local times of one zone compare by the clock's face.
    return cover(workspace, min((at for at, _ in windows), key=instant), max((end for _, end in windows), key=instant))


def mark_care(
    workspace: Workspace, entries: Sequence[Entry], hours: Mapping[UUID | None, Hours], found: Cover | None
) -> None:
    """Say at each of these texts, which still lie ahead, what its care lacks by the rota and who bears that; one query
    where something is lacking. `hours` by id, the usual ones under None."""
    for entry in entries:
        if entry.at:
            entry.lacks = lacks_in(found, workspace, entry.hours_id, entry.at, entry.care)
    lacking = [entry.variant_id for entry in entries if entry.lacks and entry.variant_id]
    borne = standing_overrides(lacking) if lacking else {}
    for entry in entries:
        bears = borne.get(entry.variant_id) if entry.variant_id else None
        if bears and entry.until and bears.until >= entry.until:
            entry.borne_by, entry.borne_why = bears.person.name, bears.reason
        entry.is_uncared = _is_uncared(found, hours, entry)


def _lack(found: Cover, hours_id: UUID | None, gap: Gap, zone: ZoneInfo) -> Lack:
    idle = found.idle_in(hours_id, gap)
    return Lack(
        gap.starts_at.astimezone(zone),
        gap.ends_at.astimezone(zone),
        tuple(sorted({one.person.name for one in idle if one.person and one.state in ACCEPTED})),
        tuple(sorted({one.person.name for one in idle if one.person and one.state == ASSIGNED})),
        any(one.state == OPEN for one in idle),
    )
