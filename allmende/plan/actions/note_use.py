"""Note hours and money that were used, and take a note out again (S0-32, S0-33)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import MoneyEntry, StrategicPlan, Tactic, TimeEntry
from allmende.team.access import may, require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

TIME_NOTED, TIME_REMOVED = "plan.time.noted", "plan.time.removed"
MONEY_NOTED, MONEY_REMOVED = "plan.money.noted", "plan.money.removed"
HOURS_OF_A_DAY = 24


class CannotNoteUse(Exception):
    """Nothing was noted or removed; `field` names what to mend, empty when nothing typed is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def note_time(
    *,
    person: Person,
    plan: StrategicPlan,
    hours: Decimal,
    on_date: date,
    today: date,
    now: datetime,
    tactic_key: str = "",
    note: str = "",
) -> TimeEntry:
    """Note hours of one's own: for a tactic of the plan in force, or without one for daily work. Raises CannotNoteUse."""
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    if hours <= 0:
        raise CannotNoteUse(_("Not noted: write how many hours it took, such as 1.5 or 1:30."), "hours")
    known = TimeEntry.objects.filter(plan=plan, person=person, on_date=on_date, archived_at=None)
    so_far = known.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)
    if so_far + hours > HOURS_OF_A_DAY:
        raise CannotNoteUse(
            _("Not noted: that day would have more than 24 hours. Check the figure and the day."), "hours"
        )
    _check(plan, tactic_key, on_date, today, is_tactic_needed=False)
    entry = TimeEntry.objects.create(
        person=person,
        tactic_key=tactic_key,
        on_date=on_date,
        hours=hours,
        note=note.strip(),
        **_made(person, plan, now),
    )
    _audit(person, TIME_NOTED, entry, now, hours=str(hours))
    return entry


@transaction.atomic
def note_money(
    *,
    person: Person,
    plan: StrategicPlan,
    tactic_key: str,
    amount: Decimal,
    on_date: date,
    today: date,
    now: datetime,
    note: str = "",
) -> MoneyEntry:
    """Note money that was spent for a tactic of the plan in force. Raises CannotNoteUse."""
    require(person, "plan.step.report")
    plan = StrategicPlan.objects.get(pk=plan.pk, workspace=person.workspace)
    if amount <= 0:
        raise CannotNoteUse(_("Not noted: write how much was spent."), "amount")
    _check(plan, tactic_key, on_date, today, is_tactic_needed=True)
    entry = MoneyEntry.objects.create(
        tactic_key=tactic_key, on_date=on_date, amount=amount, note=note.strip(), **_made(person, plan, now)
    )
    _audit(person, MONEY_NOTED, entry, now, amount=str(amount))
    return entry


@transaction.atomic
def remove_time(*, person: Person, entry: TimeEntry, now: datetime) -> TimeEntry:
    """Take out hours one noted oneself; doing it again changes nothing. Raises CannotNoteUse."""
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    if entry.person_id != person.pk:
        raise CannotNoteUse(_("Not removed: only whoever noted hours takes them out again."))
    if entry.archived_at is None:
        change_record(record=entry, person=person, now=now, seen_revision=None, archived_at=now)
        _audit(person, TIME_REMOVED, entry, now, hours=str(entry.hours))
    return entry


@transaction.atomic
def remove_money(*, person: Person, entry: MoneyEntry, now: datetime) -> MoneyEntry:
    """Take out money, by whoever noted it or writes the plan; doing it again changes nothing. Raises CannotNoteUse."""
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    if entry.created_by_id != person.pk and not may(person, "plan.version.edit"):
        raise CannotNoteUse(
            _("Not removed: whoever noted the money takes it out again, or somebody who writes the plan.")
        )
    if entry.archived_at is None:
        change_record(record=entry, person=person, now=now, seen_revision=None, archived_at=now)
        _audit(person, MONEY_REMOVED, entry, now, amount=str(entry.amount))
    return entry


def _check(plan: StrategicPlan, tactic_key: str, on_date: date, today: date, is_tactic_needed: bool) -> None:
    if on_date > today:
        raise CannotNoteUse(_("Not noted: that day has not come yet. Only what was used is noted."), "on_date")
    tactics = Tactic.objects.filter(version__plan=plan, version__state=states.PUBLISHED, key=tactic_key)
    if (tactic_key or is_tactic_needed) and not tactics.exists():
        raise CannotNoteUse(
            _("Not noted: that tactic is not part of the plan in force. Choose another one."), "tactic_key"
        )


def _made(person: Person, plan: StrategicPlan, now: datetime) -> dict[str, object]:
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    return {"workspace": person.workspace, "plan": plan, **by}


def _audit(person: Person, verb: str, entry: TimeEntry | MoneyEntry, now: datetime, **said: str) -> None:
    after = {"tactic": entry.tactic_key, "day": entry.on_date.isoformat(), **said}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=entry, now=now, after=after)
