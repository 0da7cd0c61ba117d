"""Let what was refused, given up, missed or held leave after all, now or in another slot, many at once; the queue says what
stayed and why. Later than planned it falls into another care window, so care is asked for anew (S2-02, I-19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from allmende.channels.actions import (
    CannotRelease,
    CannotSettle,
    Settled,
    move_dispatch,
    release_held,
    settle_each,
    try_again,
)
from allmende.channels.models import Dispatch
from allmende.channels.states import AGAIN, GIVEN_UP, HELD, MISSED, REFUSED, WAITING
from allmende.editorial.actions.move_variant import move_variant
from allmende.editorial.actions.schedule_variant import (
    CannotSchedule,
    NoCare,
    check_rights,
    instant_ahead,
    publish_now,
    settle_care,
)
from allmende.editorial.models import Variant
from allmende.editorial.queries import proposed_wall
from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

UNSAID = (REFUSED, GIVEN_UP, MISSED)
RELEASE = "release"
KEPT = (AGAIN, RELEASE)


@dataclass(frozen=True, slots=True)
class When:
    """A day and a time of the workspace's clock. No day: now. No time: the first free time of that day.

    `kept`: the slot it has stays; AGAIN tries what was refused once more, RELEASE lets go what a stop held. `knowingly`: why
    they may leave although nobody is on duty for them.
    """

    day: date | None = None
    clock: time | None = None
    knowingly: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class PlannedAgain(Settled):
    """What came of it; `is_uncovered`: something stayed because nobody is on duty for it."""

    is_uncovered: bool = False


def plan_again(*, person: Person, picked: Mapping[UUID, int | None], when: When, now: datetime) -> PlannedAgain:
    """Each of `picked` (public id of a dispatch and the fence the person saw) leaves then; the others stay and are named.

    A text of the calendar moves there too, and its new dispatch needs the same approval. Raises CannotSettle.
    """
    require(person, "channels.dispatch.settle")
    if not when.kept:
        require(person, "editorial.item.schedule")
    uncovered: list[Dispatch] = []

    def act(dispatch: Dispatch) -> None:
        try:
            _plan_one(person, dispatch, when, now)
        except NoCare:
            uncovered.append(dispatch)
            raise

    made = settle_each(person=person, picked=picked, act=act, refusals=(CannotSchedule, CannotRelease))
    return PlannedAgain(made.done, made.left, made.gone, bool(uncovered))


def _plan_one(person: Person, dispatch: Dispatch, when: When, now: datetime) -> None:
    lock_workspace(person.workspace_id)
    if when.kept:
        return _let_go(person, dispatch, when, now)
    if dispatch.state not in UNSAID:
        raise CannotSettle(_("Nothing changed. Only what was refused, given up or missed gets another slot."))
    rows = Variant.objects.select_related("item", "channel__hours", "workspace")
    variant = rows.filter(workspace=person.workspace, dispatch=dispatch).first()
    if variant is None:
        return _plan_loose(person, dispatch, when, now)
    if when.day is None:
        publish_now(person=person, variant=variant, now=now, knowingly=when.knowingly)
        return None
    move_variant(
        person=person, variant=variant, wall=_wall(variant, when.day, when.clock, now), zone=person.workspace.zone,
        seen_revision=None, now=now, knowingly=when.knowingly,
    )  # fmt: skip
    return None


def _let_go(person: Person, dispatch: Dispatch, when: When, now: datetime) -> None:
    """As it stands in the queue, at its time or at once; what stands in the calendar has its care settled for then."""
    if dispatch.head_id and dispatch.state == WAITING:
        return  # it waits again with the one before it
    rows = Variant.objects.select_related("item", "channel__hours", "workspace")
    variant = rows.filter(workspace=person.workspace, dispatch=dispatch.head_id or dispatch.pk).first()
    if variant is not None and dispatch.state in (HELD, REFUSED, GIVEN_UP):
        check_rights(variant, max(now, dispatch.send_after))
        settle_care(person, variant, max(now, dispatch.send_after), now, when.knowingly)
    if when.kept == RELEASE:
        release_held(person=person, dispatch=dispatch, now=now)
    else:
        try_again(person=person, dispatch=dispatch, now=now)


def _wall(variant: Variant, day: date, clock: time | None, now: datetime) -> datetime:
    if clock is None:
        return proposed_wall(variant.workspace, variant, day, now)
    return datetime.combine(day, clock)


def _plan_loose(person: Person, dispatch: Dispatch, when: When, now: datetime) -> None:
    """An answer, or a post without a text in the calendar."""
    if dispatch.state == MISSED:
        raise CannotSettle(
            _("Not planned again. It has no text in the calendar. Drop it, and write it anew if it still fits.")
        )
    if when.day is None:
        try_again(person=person, dispatch=dispatch, now=now)
        return
    if when.clock is None:
        raise CannotSettle(_("Not planned again. It has no text in the calendar, so say the time as well."))
    at = instant_ahead(datetime.combine(when.day, when.clock), person.workspace.zone, now)
    try_again(person=person, dispatch=dispatch, now=now)
    move_dispatch(person=person, dispatch=dispatch, send_after=at, send_before=None, now=now)
