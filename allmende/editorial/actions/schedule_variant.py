"""Give an approved variant its slot: from then on the queue carries it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.channels.actions import (
    CannotHandOver,
    CannotMove,
    CannotPause,
    CannotWithdraw,
    Part,
    hand_over,
    hand_over_parts,
    move_dispatch,
    pause_dispatch,
    withdraw_dispatch,
)
from allmende.channels.models import Dispatch
from allmende.channels.queries import farewell_of
from allmende.channels.states import CLOSING, GIVEN_UP, MISSED, REFUSED, SPEAKING_CHANNELS, WITHDRAWN
from allmende.domain.slots import slot_at
from allmende.editorial import audit, states
from allmende.editorial.models import CareOverride, Variant
from allmende.editorial.queries import (
    Lack,
    care_lacks,
    ended_right,
    hash_of,
    is_fresh_there,
    lack_words,
    parts_of,
    pictures_of,
    placed,
    series_of,
    zone_of,
)
from allmende.team.access import require
from allmende.team.actions import NotTrained, check_trained, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.states import PUBLISHING_GATE

UNDO = timedelta(seconds=10)
SLOT_FIELDS = ("slot_at", "slot_zone", "slot_wall", "revision", "updated_at", "updated_by")
# Certainly not said: another slot is another dispatch.
ENDED = (REFUSED, GIVEN_UP, MISSED, WITHDRAWN)


class CannotSchedule(Exception):
    """The variant has no slot; the message says why and what to do."""


@transaction.atomic
def schedule_variant(
    *, person: Person, variant: Variant, wall: datetime, zone: str, now: datetime, knowingly: str = ""
) -> Variant:
    """Hand over for `wall`, a naive wall-clock time in `zone`; a variant already handed over moves with its dispatch.

    A time that the clocks skip is refused; of a time that comes twice the first is meant. `knowingly`: why it may leave
    although nobody is on duty for it; without that such a time raises NoCare.
    """
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    return hand_variant_over(person, variant, instant_ahead(wall, zone, now), wall, zone, now, knowingly)


def instant_ahead(wall: datetime, zone: str, now: datetime) -> datetime:
    """The instant of a slot; raises CannotSchedule for a time that the clocks skip, or that has passed."""
    slot = slot_at(wall, zone)
    if slot.change == "missing":
        raise CannotSchedule(
            _("Not scheduled. The clocks skip this time that night. Please choose a time before or after it.")
        )
    if slot.at < now:
        raise CannotSchedule(_("Not scheduled. This time has passed. Choose a later one, or publish now."))
    return slot.at


@transaction.atomic
def publish_now(*, person: Person, variant: Variant, now: datetime, knowingly: str = "") -> Variant:
    """Hand over at once; it leaves after ten seconds, so that it can be taken back. `knowingly` as in schedule_variant."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    if variant.paused_at:
        raise CannotSchedule(_("Not published. This text is paused. Resume it first, then publish it."))
    zone = variant.workspace.zone
    at = now + UNDO
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return hand_variant_over(person, variant, at, wall, zone, now, knowingly)


def hand_variant_over(
    person: Person, variant: Variant, at: datetime, wall: datetime, zone: str, now: datetime, knowingly: str = ""
) -> Variant:
    """Into the queue for `at`, or to there with the dispatch it has; inside the caller's transaction.

    What is paused waits there paused.
    """
    # Locked first, read then: what is joined to a row one waited for is as old as the question.
    Variant.objects.select_for_update().get(pk=variant.pk)
    variant = Variant.objects.select_related("item", "channel__account", "workspace", "dispatch").get(pk=variant.pk)
    _check(variant)
    _check_trained(person, now)
    _check_farewell(variant, at)
    check_rights(variant, at)
    check_cool_down(variant, at)
    settle_care(person, variant, at, now, knowingly)
    before = at + timedelta(minutes=variant.grace_minutes)
    try:
        if variant.state == states.HANDED_OVER and variant.dispatch and variant.dispatch.state not in ENDED:
            move_dispatch(person=person, dispatch=variant.dispatch, send_after=at, send_before=before, now=now)
        else:
            if variant.dispatch:
                withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
            variant.dispatch = _dispatch(person, variant, at, before, now)
        if variant.paused_at:
            pause_dispatch(person=person, dispatch=variant.dispatch, now=now)
    except (CannotMove, CannotWithdraw, CannotHandOver, CannotPause) as error:
        raise CannotSchedule(str(error)) from error
    variant.state, variant.slot_at, variant.slot_zone = states.HANDED_OVER, at, zone
    variant.slot_wall = wall.isoformat(timespec="minutes")
    variant.revision, variant.updated_at, variant.updated_by = variant.revision + 1, now, person
    variant.save(update_fields=[*SLOT_FIELDS, "state", "dispatch"])
    record_audit(
        workspace=variant.workspace,
        person=person,
        verb=audit.SCHEDULED,
        target=variant,
        now=now,
        after={"slot_at": at.isoformat()},
    )
    return variant


def _check(variant: Variant) -> None:
    check_not_dropped(variant)
    if variant.state not in (states.APPROVED, states.HANDED_OVER):
        raise CannotSchedule(_("Not scheduled. This text is not approved yet."))
    if variant.approved_hash != hash_of(variant.item.title, variant.text, pictures_of(variant.item), parts_of(variant)):
        raise CannotSchedule(_("Not scheduled. The text has changed since it was approved; it needs another approval."))
    if variant.channel.state not in SPEAKING_CHANNELS:
        raise CannotSchedule(
            _("Not scheduled. %(channel)s is not live. Put a reaction plan in force and open the channel first.")
            % {"channel": variant.channel.name}
        )


def _check_trained(person: Person, now: datetime) -> None:
    """Nobody publishes without the training it needs (S3-16); what is in the queue already stays there."""
    try:
        check_trained(person, PUBLISHING_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        raise CannotSchedule(f"{_('Not scheduled.')} {error}") from error


def check_not_dropped(variant: Variant) -> None:
    """Raises CannotSchedule for a text that was dropped from the plan."""
    if variant.dropped_at:
        raise CannotSchedule(_("Not scheduled. This text was dropped. Resume it first; its words are safe."))


def _check_farewell(variant: Variant, at: datetime) -> None:
    """Nobody is there any more after a channel's last day."""
    farewell = farewell_of(variant.channel) if variant.channel.state == CLOSING else None
    if farewell is not None and farewell.last_date < variant.workspace.day_at(at):
        raise CannotSchedule(
            _("Not scheduled. %(channel)s closes after %(day)s; choose a slot by then.")
            % {"channel": variant.channel.name, "day": formats.date_format(farewell.last_date, "DATE_FORMAT")}
        )


def check_rights(variant: Variant, at: datetime) -> None:
    """Raises CannotSchedule when the right to one of the item's pictures has ended by the day of `at` (domain 3.11)."""
    right = ended_right(variant.item, at, variant.workspace.zone)
    if right is not None and right.ends_date is not None:
        raise CannotSchedule(
            _(
                "Not scheduled. The right to show “%(name)s” ends on %(day)s, before this slot. Take the picture out, choose "
                "an earlier day, or have the right prolonged and say so at the picture."
            )
            % {"name": right.media.name, "day": formats.date_format(right.ends_date, "DATE_FORMAT")}
        )


def check_cool_down(variant: Variant, at: datetime) -> None:
    """Raises CannotSchedule when a series lets the same words rest longer in this channel."""
    series = series_of(variant.item)
    if series is None or is_fresh_there(variant, series, at, zone_of(variant.channel, variant.workspace)):
        return
    raise CannotSchedule(
        _(
            "Not scheduled. The same words stand in %(channel)s less than %(number)d days from then, and the series of this "
            "item lets them rest that long. Choose another day, or other words."
        )
        % {"channel": variant.channel.name, "number": series.cool_down_days}
    )


class NoCare(CannotSchedule):
    """Nobody is on duty in a part of the care window; `lacks` says when. A reason lets it be scheduled knowingly."""

    def __init__(self, variant: Variant, lacks: Sequence[Lack]) -> None:
        self.lacks = lacks
        super().__init__(
            _(
                "Not scheduled. Nobody is on duty for %(channel)s: %(hours)s. Choose another time, let somebody take these "
                "hours, or schedule it knowingly and say why."
            )
            % {"channel": variant.channel.name, "hours": lack_words(lacks)}
        )


def settle_care(person: Person, variant: Variant, at: datetime, now: datetime, knowingly: str = "") -> None:
    """Publishing and care are one: raises NoCare where nobody is on duty for what leaves `at`, unless somebody bears that
    with name and reason, now or already for this slot (S2-02, I-19)."""
    end_override(variant, now, at)
    lacks = care_lacks(variant, at)
    until = at + timedelta(minutes=variant.item.care_minutes)
    standing = CareOverride.objects.filter(variant=variant, ended_at__isnull=True)
    if not lacks or standing.filter(until__gte=until).exists():
        return
    if not knowingly.strip():
        raise NoCare(variant, lacks)
    standing.update(ended_at=now)
    made = CareOverride.objects.create(
        variant=variant, person=person, reason=knowingly.strip()[:300], slot_at=at, until=until, created_at=now,
        lacking=[[one.starts_at.isoformat(), one.ends_at.isoformat()] for one in lacks],
    )  # fmt: skip
    after = {"slot_at": at.isoformat(), "reason": made.reason, "lacking": made.lacking}
    record_audit(
        workspace=variant.workspace, person=person, verb=audit.CARE_OVERRIDDEN, target=variant, now=now, after=after
    )


def end_override(variant: Variant, now: datetime, at: datetime | None = None) -> None:
    """What somebody bore counts for its own slot; with another one, or none, it has ended."""
    rows = CareOverride.objects.filter(variant=variant, ended_at__isnull=True)
    (rows.exclude(slot_at=at) if at else rows).update(ended_at=now)


def _dispatch(person: Person, variant: Variant, at: datetime, before: datetime, now: datetime) -> Dispatch:
    parts = parts_of(variant)
    with_text, *with_parts = placed(pictures_of(variant.item), parts)
    head = hand_over(
        person=person,
        channel=variant.channel,
        kind="post",
        title=variant.item.title,
        text=variant.text,
        media=with_text,
        send_after=at,
        send_before=before,
        serves_key=variant.item.serves_key,
        subject=("item", str(variant.item.pk), variant.item.title),
        now=now,
        shows_card=not variant.item.without_card,
    )
    follows = [Part(one.text, one.is_comment, shown) for one, shown in zip(parts, with_parts, strict=True)]
    hand_over_parts(person=person, head=head, parts=follows, now=now, shows_card=not variant.item.without_card)
    return head
