"""Move, pause, resume or drop many planned texts at once; the plan keeps the reason (S2-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.domain.slots import shifted
from allmende.editorial import audit, states
from allmende.editorial.actions.move_variant import move_variant
from allmende.editorial.actions.pause_variant import drop_variant, pause_variant, resume_variant
from allmende.editorial.actions.schedule_variant import CannotSchedule, NoCare
from allmende.editorial.models import ChangedText, PlanChange, Variant
from allmende.editorial.queries import MOST_AT_ONCE
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotChangePlan(Exception):
    """Nothing was changed; the message says why, `left` names each text with its own reason.

    `is_uncovered`: some of them stayed because nobody is on duty for them.
    """

    def __init__(self, words: str, left: Sequence[ChangedText] = (), *, is_uncovered: bool = False) -> None:
        super().__init__(words)
        self.left, self.is_uncovered = left, is_uncovered


@dataclass(frozen=True)
class PlanWish:
    """What shall happen to the picked texts: a kind of `states.CHANGE_KINDS`, why, and for a move how far.

    `is_knowing`: they move although nobody is on duty for them, and the reason says why that is borne.
    """

    kind: str
    reason: str
    days: int = 0
    hours: int = 0
    is_knowing: bool = False


@dataclass(frozen=True)
class PlanChanged:
    """What came of it: the texts that changed, those that stayed with the reason, and how many were not there any more."""

    change: PlanChange
    done: Sequence[ChangedText]
    left: Sequence[ChangedText]
    gone: int


@transaction.atomic
def change_plan(*, person: Person, picked: Mapping[UUID, int | None], wish: PlanWish, now: datetime) -> PlanChanged:
    """Do it to each of `picked` (variant and the revision the person saw) that allows it; the others stay and are named.

    A move counts in the channel's own zone. Raises CannotChangePlan when there is no reason, too much is picked or
    nothing could be changed.
    """
    require(person, "editorial.item.schedule")
    _check(picked, wish)
    found = Variant.objects.filter(workspace=person.workspace, item__archived_at__isnull=True, pk__in=list(picked))
    variants = list(
        found.select_related("item", "channel__hours", "workspace", "dispatch", "updated_by").order_by("pk")
    )
    change = PlanChange.objects.create(
        workspace=person.workspace, kind=wish.kind, reason=wish.reason.strip(), days=wish.days, hours=wish.hours,
        person=person, created_at=now,
    )  # fmt: skip
    knowingly = change.reason if wish.is_knowing else ""
    texts = [_change_one(person, change, variant, picked[variant.pk], now, knowingly) for variant in variants]
    done, left = [one for one in texts if not one.why_not], [one for one in texts if one.why_not]
    if not done:
        said, lacks = _("Nothing was changed. None of the picked texts allows it."), [one.is_uncovered for one in left]
        raise CannotChangePlan(said, left, is_uncovered=any(lacks))
    ChangedText.objects.bulk_create(texts)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.PLAN_CHANGED, target=change, now=now,
        after={"kind": wish.kind, "reason": change.reason, "texts": [str(one.variant_id) for one in done]},
    )  # fmt: skip
    return PlanChanged(change, done, left, len(picked) - len(variants))


@transaction.atomic
def undo_plan_change(*, person: Person, change: str, now: datetime) -> None:
    """Put each text back where it stood, unless somebody changed it since; raises CannotUndo if that is so for all."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    made = PlanChange.objects.select_for_update().filter(workspace=person.workspace, pk=change, undone_at=None).first()
    if made is None:
        raise stale_undo()
    texts = made.texts.filter(why_not="").select_related("variant__dispatch", "variant__workspace").order_by("variant")
    undone = [text.pk for text in texts if _undo_one(person, made, text, now)]
    if not undone:
        raise stale_undo()
    ChangedText.objects.filter(pk__in=undone).update(is_undone=True)
    made.undone_at, made.undone_by = now, person
    made.save(update_fields=["undone_at", "undone_by"])
    record_audit(workspace=made.workspace, person=person, verb=audit.PLAN_CHANGE_UNDONE, target=made, now=now)


def _check(picked: Mapping[UUID, int | None], wish: PlanWish) -> None:
    if not picked:
        raise CannotChangePlan(_("Nothing was changed. Pick the texts first."))
    if len(picked) > MOST_AT_ONCE:
        raise CannotChangePlan(
            ngettext(
                "Nothing was changed. %(number)d is picked, at most %(most)d go at once. Pick fewer, then the others.",
                "Nothing was changed. %(number)d are picked, at most %(most)d go at once. Pick fewer, then the others.",
                len(picked),
            )
            % {"number": len(picked), "most": MOST_AT_ONCE}
        )
    if not wish.reason.strip():
        raise CannotChangePlan(_("Nothing was changed. Say why; the plan keeps the reason."))
    if wish.kind == states.MOVE and not (wish.days or wish.hours):
        raise CannotChangePlan(_("Nothing was changed. Say by how many days or hours; fewer than 0 is earlier."))


def _change_one(
    person: Person, change: PlanChange, variant: Variant, seen: int | None, now: datetime, knowingly: str
) -> ChangedText:
    text = ChangedText(
        change=change, variant=variant, from_at=variant.slot_at, to_at=variant.slot_at, revision=variant.revision,
        before={"wall": variant.slot_wall, "zone": variant.slot_zone, "is_paused": variant.paused_at is not None},
    )  # fmt: skip
    try:
        with transaction.atomic():
            changed = _act(person, change, variant, seen, now, knowingly)
    except CannotSchedule as error:
        text.why_not, text.is_uncovered = str(error)[:400], isinstance(error, NoCare)
        return text
    text.to_at, text.revision = changed.slot_at, changed.revision
    return text


def _act(
    person: Person, change: PlanChange, variant: Variant, seen: int | None, now: datetime, knowingly: str
) -> Variant:
    if seen is not None and variant.revision != seen:
        name = variant.updated_by.name if variant.updated_by else _("Somebody")
        raise CannotSchedule(_("Nothing changed. %(name)s changed or moved it meanwhile.") % {"name": name})
    if change.kind == states.PAUSE:
        return pause_variant(person=person, variant=variant, now=now)
    if change.kind == states.RESUME:
        return resume_variant(person=person, variant=variant, now=now)
    if change.kind == states.DROP:
        return drop_variant(person=person, variant=variant, now=now)
    return _move(person, change, variant, now, knowingly)


def _move(person: Person, change: PlanChange, variant: Variant, now: datetime, knowingly: str) -> Variant:
    if variant.slot_at is None:
        raise CannotSchedule(_("Not moved. It has no date yet that could be moved."))
    zone = variant.channel.hours.zone if variant.channel.hours else variant.workspace.zone
    wall = shifted(variant.slot_at, zone, days=change.days, hours=change.hours)
    if wall is None:
        raise CannotSchedule(
            _("Not moved. The clocks are changed that night and show no such time. Move it on its own to another time.")
        )
    moved = move_variant(
        person=person, variant=variant, wall=wall, zone=zone, seen_revision=None, now=now, knowingly=knowingly
    )
    return moved.variant


def _undo_one(person: Person, change: PlanChange, text: ChangedText, now: datetime) -> bool:
    """Whether it could be put back."""
    if text.variant.revision != text.revision:
        return False
    try:
        with transaction.atomic():
            _put_back(person, change, text, now)
    except CannotSchedule:
        return False
    return True


def _put_back(person: Person, change: PlanChange, text: ChangedText, now: datetime) -> None:
    variant, before = text.variant, text.before
    if change.kind == states.PAUSE:
        resume_variant(person=person, variant=variant, now=now)
    elif change.kind == states.RESUME:
        (pause_variant if before["is_paused"] else drop_variant)(person=person, variant=variant, now=now)
    else:
        if change.kind == states.DROP:
            resume_variant(person=person, variant=variant, now=now)
        if change.kind == states.MOVE or before["wall"]:
            wall = datetime.fromisoformat(before["wall"])
            move_variant(
                person=person,
                variant=variant,
                wall=wall,
                zone=before["zone"],
                seen_revision=None,
                now=now,
                is_undo=True,
            )
        if change.kind == states.DROP and before["is_paused"]:
            pause_variant(person=person, variant=variant, now=now)
