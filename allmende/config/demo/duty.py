"""Who is on duty at the Lotsenforum: this week and the four after it, with one gap, one absence and days of rest for Sundays."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.config.demo import words
from allmende.config.demo.plan import tactic_key
from allmende.config.demo.rhythm import is_working_day, last_monday
from allmende.domain.service_hours import instant
from allmende.plan.actions import link_shifts
from allmende.team import states
from allmende.team.actions import (
    approve_absence,
    confirm_deputy,
    move_shift,
    plan_shift,
    request_absence,
    require_cover,
    save_rest_day,
    settle_notices,
)
from allmende.team.models import Person, ServiceHours, Shift, Workspace
from allmende.team.queries import default_hours

WEEKS = 5
DAY = timedelta(days=1)
NOON, EVENING = time(14), time(18)
# The Thursday of the coming week: nobody is there in the afternoon. A week later Emre is away.
GAP_DAY = 10
AWAY_DAYS = (17, 18)
SWAP_DAY = 11
SERVING_DAY, SERVED = 3, "T1"
RESTED_WEEKS = 3


def plan_duty(*, jana: Person, emre: Person, now: datetime) -> None:
    """Jana cares from Monday to Wednesday, Emre on Thursday and Friday, Wiebke looks in on weekends. One day of the week
    serves a tactic of the plan."""
    workspace, monday = jana.workspace, last_monday(now, jana.workspace.zone)
    said_at = now - timedelta(days=9)
    usual = default_hours(workspace)
    looks = ServiceHours.objects.get(workspace=workspace, is_default=False)
    wiebke = Person.objects.get(workspace=workspace, role="moderator")
    served = tactic_key(workspace, SERVED)
    for hours in (usual, looks):
        require_cover(person=jana, hours=hours, seats=1, starts_date=monday, now=said_at)
    for number in range(7 * WEEKS):
        on = monday + number * DAY
        if on.weekday() >= 5:
            one = _shift(jana, wiebke, looks, states.LIGHT, _span(workspace, on, time(10), time(16, 30)), said_at)
            move_shift(person=wiebke, shift=one, to=states.CONFIRMED, now=said_at)
        elif is_working_day(on):
            doer = jana if on.weekday() < 3 else emre
            until = NOON if number == GAP_DAY else EVENING
            serves = served if on.weekday() == SERVING_DAY else ""
            one = _shift(doer, doer, usual, states.FULL, _span(workspace, on, time(8), until), said_at, serves)
            if number == SWAP_DAY:
                move_shift(person=doer, shift=one, to=states.SWAP_REQUESTED, now=said_at)
    _rest(jana, wiebke, monday, said_at)
    _leave(jana, emre, monday, now)
    _hand_over(workspace, now)
    link_shifts(now=now)


def _rest(jana: Person, wiebke: Person, monday: date, now: datetime) -> None:
    """Wiebke rests on the Tuesday after each Sunday; for the last ones no day is chosen yet."""
    reason = words.texts(jana.workspace.language, "people")["duty"]["sunday"]
    for number in range(RESTED_WEEKS):
        sunday = monday + (7 * number + 6) * DAY
        save_rest_day(
            person=jana, colleague=wiebke, worked_date=sunday, reason=reason, rest_date=sunday + 2 * DAY, now=now
        )
    settle_notices(people=[wiebke], starts=["team.rest_day_set:"], now=now + DAY)


def _leave(jana: Person, emre: Person, monday: date, now: datetime) -> None:
    first, last = (monday + number * DAY for number in AWAY_DAYS)
    absence = request_absence(
        person=emre, absent=emre, kind="leave", starts_date=first, ends_date=last, deputy=jana, now=now - 4 * DAY
    )
    approve_absence(person=jana, absence=absence, now=now - 3 * DAY)
    confirm_deputy(person=jana, absence=absence, now=now - 3 * DAY)


def _hand_over(workspace: Workspace, now: datetime) -> None:
    """What is over was begun and handed over, the last one with a note."""
    over = Shift.objects.filter(workspace=workspace, ends_at__lte=now).order_by("starts_at")
    note = words.texts(workspace.language, "people")["duty"]["note"]
    last = len(over) - 1
    for number, one in enumerate(over):
        doer = one.person
        if doer:
            move_shift(person=doer, shift=one, to=states.ON_DUTY, now=one.starts_at)
            said = note if number == last else ""
            move_shift(person=doer, shift=one, to=states.HANDED_OVER, note=said, now=one.ends_at)


def _shift(
    planner: Person,
    doer: Person,
    hours: ServiceHours,
    kind: str,
    span: tuple[datetime, datetime],
    now: datetime,
    serves_key: str = "",
) -> Shift:
    return plan_shift(
        person=planner, shift=None, hours=hours, kind=kind, doer=doer, starts_at=span[0], ends_at=span[1], now=now,
        serves_key=serves_key,
    )  # fmt: skip


def _span(workspace: Workspace, on: date, begin: time, end: time) -> tuple[datetime, datetime]:
    place = ZoneInfo(workspace.zone)
    return instant(datetime.combine(on, begin, place)), instant(datetime.combine(on, end, place))
