"""Training: units, how far everybody is with them, role profiles, skills, briefings (S0-35, S2-12, S3-15, S3-16)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import may, require
from allmende.team.actions.ask_briefing import end_asking
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.undo_change import restore_record, stale_undo
from allmende.team.models import (
    BriefingReceipt,
    Competency,
    Person,
    PersonSkill,
    ProfileHolder,
    Record,
    RoleProfile,
    ServiceHours,
    TrainingRecord,
    TrainingUnit,
)
from allmende.team.queries import due_trainings, is_briefed, missing_for, missing_for_duty

EDIT = "team.unit.edit"
LIST_SEPARATOR = ", "


class CannotTrain(Exception):
    """Nothing was written down; `field` names the field to mend, if one is wrong."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


class NotTrained(Exception):
    """Somebody lacks what this needs; the message says what."""


def check_trained(person: Person, gate: str, day: date) -> None:
    """Raises NotTrained when `person` lacks a unit that day for what `gate` keeps; for duty ask `check_duty`."""
    _refuse(person, missing_for(person, gate, day))


def check_duty(person: Person, hours: ServiceHours | None, day: date) -> None:
    """Raises NotTrained when `person` lacks a unit that day for duty in these hours (None: in all), or comes from outside
    and has not confirmed the briefing."""
    if not is_briefed(person):
        raise NotTrained(
            _("%(name)s has not confirmed the briefing yet; helpers from outside stand no duty before.")
            % {"name": person.name}
        )
    _refuse(person, missing_for_duty(person, hours, day))


def _refuse(person: Person, missing: Sequence[TrainingUnit]) -> None:
    if missing:
        raise NotTrained(
            _(
                "%(name)s lacks the training this needs: %(units)s. Under Training it says how to get it; until then whoever "
                "plans training can make an exception there, with the reason."
            )
            % {"name": person.name, "units": LIST_SEPARATOR.join(one.name for one in missing)}
        )


@transaction.atomic
def save_training_unit(
    *,
    person: Person,
    unit: TrainingUnit | None,
    name: str,
    kind: str,
    now: datetime,
    about: str = "",
    roles: Sequence[str] = (),
    gates_duty: bool = False,
    gates_moderation: bool = False,
    gates_publishing: bool = False,
    gates_crisis: bool = False,
    skill: str = "",
    level: int = 1,
    valid_months: int | None = None,
    seen_revision: int | None = None,
) -> TrainingUnit:
    """Create or change what is learnt. Raises CannotTrain for a name taken, StaleRevision after a colleague."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if not name.strip():
        raise CannotTrain(_("Not saved: give it a name."), "name")
    twins = TrainingUnit.objects.filter(workspace=person.workspace, name__iexact=name.strip(), archived_at__isnull=True)
    if twins.exclude(pk__in=[unit.pk] if unit else []).exists():
        raise CannotTrain(_("Not saved: there is one of this name already. Choose another name."), "name")
    values = {
        "name": name.strip(), "kind": kind, "about": about.strip(), "roles": [one for one in roles if one in states.ROLES],
        "gates_duty": gates_duty, "gates_moderation": gates_moderation, "gates_publishing": gates_publishing,
        "gates_crisis": gates_crisis, "skill": skill.strip(), "level": level, "valid_months": valid_months,
    }  # fmt: skip
    saved = _save(TrainingUnit, unit, person, now, seen_revision, values)
    _record(person, "team.training.saved", saved, now, {"name": name.strip(), "kind": kind})
    return saved


@transaction.atomic
def archive_training_unit(*, person: Person, unit: TrainingUnit, now: datetime) -> None:
    """Nobody needs it any more, and it opens and closes no gate; who has done it stays written."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    change_record(record=unit, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, "team.training.saved", unit, now, {"name": unit.name, "away": True})


@transaction.atomic
def move_training(
    *, person: Person, unit: TrainingUnit, learner: Person, to: str, now: datetime, on: date | None = None
) -> TrainingRecord:
    """Write down how far somebody is: `on` is the day it is booked for, or was completed. Valid, its end follows from the unit.

    Raises CannotTrain for a step that cannot follow.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if unit.workspace_id != person.workspace_id or learner.workspace_id != person.workspace_id:
        raise CannotTrain(_("Not saved: this person or training is not of this workspace."))
    found = (
        TrainingRecord.objects.select_for_update().filter(unit=unit, person=learner, archived_at__isnull=True).first()
    )
    if to not in states.TRAINING_STATES or to == states.EXPIRED:
        raise CannotTrain(_("Not saved: choose how far it is."), "to")
    if found and to != found.state and to not in states.TRAINING_MOVES[found.state]:
        raise CannotTrain(_("Not saved: from there it does not go on like that. Book it again first."), "to")
    values = _dates(person, unit, found, to, on, now)
    if found:
        change_record(record=found, person=person, now=now, seen_revision=None, state=to, **values)
    else:
        found = TrainingRecord.objects.create(unit=unit, person=learner, state=to, **values, **_born(person, now))
    _record(person, "team.training.moved", found, now, {"person": str(learner.pk), "state": to})
    if learner.pk != person.pk and to in (states.REQUIRED, states.BOOKED):
        _tell(found, f"team.training_{to}", now)
    return found


def expire_trainings(*, now: datetime) -> int:
    """What was valid until a day that has passed is so no more; the person and whoever planned it are told. How many."""
    due = due_trainings(now.date())
    return sum(
        _expire(one, now) for one in due if one.valid_until_date and one.workspace.day_at(now) > one.valid_until_date
    )


@transaction.atomic
def _expire(one: TrainingRecord, now: datetime) -> int:
    lock_workspace(one.workspace_id)
    rows = TrainingRecord.objects.filter(pk=one.pk, state=states.VALID, revision=one.revision)
    if not rows.update(state=states.EXPIRED, revision=one.revision + 1, updated_at=now):
        return 0
    after = {"state": states.EXPIRED}
    record_audit(workspace=one.workspace, person=None, verb="team.training.moved", target=one, now=now, after=after)
    _tell(one, "team.training_expired", now)
    return 1


@transaction.atomic
def save_profile(
    *,
    person: Person,
    profile: RoleProfile | None,
    name: str,
    characteristics: Sequence[str],
    competencies: Sequence[tuple[str, int, bool]],
    holders: Iterable[Person],
    now: datetime,
    seen_revision: int | None = None,
) -> RoleProfile:
    """Create or change a role profile: competencies are skill, level and whether the role fails without it (S2-12)."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if not name.strip():
        raise CannotTrain(_("Not saved: give it a name."), "name")
    twins = RoleProfile.objects.filter(workspace=person.workspace, name__iexact=name.strip(), archived_at__isnull=True)
    if twins.exclude(pk__in=[profile.pk] if profile else []).exists():
        raise CannotTrain(_("Not saved: there is one of this name already. Choose another name."), "name")
    values = {"name": name.strip(), "characteristics": [one.strip() for one in characteristics if one.strip()]}
    saved = _save(RoleProfile, profile, person, now, seen_revision, values)
    _write_profile(saved, competencies, [one.pk for one in holders if one.workspace_id == person.workspace_id])
    _record(person, "team.profile.saved", saved, now, {"name": saved.name, "skills": [one[0] for one in competencies]})
    return saved


@transaction.atomic
def archive_profile(*, person: Person, profile: RoleProfile, now: datetime) -> None:
    """Nobody is measured against it any more."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    change_record(record=profile, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, "team.profile.saved", profile, now, {"name": profile.name, "away": True})


def profile_as_kept(profile: RoleProfile) -> dict[str, Any]:
    """Competencies and holders of a profile, JSON-able, for its undo."""
    return {
        "competencies": [[one.skill, one.level, one.is_essential] for one in profile.competencies.all()],
        "holders": [str(one.person_id) for one in profile.holders.all()],
    }


@transaction.atomic
def undo_profile(
    *, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any],
    competencies: Sequence[tuple[str, int, bool]] | None = None, holders: Sequence[str] = (),
) -> None:  # fmt: skip
    """Write back what a profile was. Raises CannotUndo when somebody changed it since."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    profile = RoleProfile.objects.filter(workspace=person.workspace, pk=pk).first()
    if profile is None:
        raise stale_undo()
    restore_record(record=profile, person=person, now=now, revision=revision, before=before)
    if competencies is not None:
        _write_profile(
            profile,
            competencies,
            Person.objects.filter(workspace=person.workspace, pk__in=holders).values_list("pk", flat=True),
        )
    _record(person, "team.profile.saved", profile, now, {"undone": True})


@transaction.atomic
def save_skills(
    *, person: Person, colleague: Person, skills: Sequence[tuple[str, int, bool]], now: datetime
) -> list[tuple[str, int, bool]]:
    """What somebody can and likes, said by themselves or by who plans training; returns what was written before."""
    if person.pk != colleague.pk and not may(person, EDIT):
        raise PermissionDenied(EDIT)
    if colleague.workspace_id != person.workspace_id:
        raise PermissionDenied(EDIT)
    rows = PersonSkill.objects.filter(person=colleague)
    before = [(one.skill, one.level, one.is_passion) for one in rows]
    rows.delete()
    wanted = {
        skill.strip().casefold(): (skill.strip()[:80], level, liked) for skill, level, liked in skills if skill.strip()
    }
    PersonSkill.objects.bulk_create(
        PersonSkill(person=colleague, skill=skill, level=level, is_passion=liked, **_born(person, now))
        for skill, level, liked in wanted.values()
    )
    _record(person, "team.skills.saved", colleague, now, {"skills": len(wanted)})
    return before


@transaction.atomic
def undo_skills(*, person: Person, now: datetime, colleague: str, before: Sequence[tuple[str, int, bool]]) -> None:
    """Write back what somebody said they can."""
    found = Person.objects.filter(workspace=person.workspace, pk=colleague).first()
    if found is None:
        raise stale_undo()
    save_skills(
        person=person, colleague=found, skills=[(skill, level, liked) for skill, level, liked in before], now=now
    )


@transaction.atomic
def confirm_briefing(*, person: Person, now: datetime) -> BriefingReceipt:
    """One has read one's briefing; helpers from outside may do what their role lets them from now on."""
    require(person, "team.workspace.read")
    lock_workspace(person.workspace_id)
    end_asking(colleague=person, now=now)
    receipt = BriefingReceipt.objects.create(person=person, at=now)
    _record(person, "team.briefing.confirmed", person, now, {})
    return receipt


def _dates(
    person: Person, unit: TrainingUnit, found: TrainingRecord | None, to: str, on: date | None, now: datetime
) -> dict[str, date | None]:
    today = person.workspace.day_at(now)
    if to == states.REQUIRED:
        return {"booked_date": None, "completed_date": None, "valid_until_date": None}
    if to == states.BOOKED:
        if on is None:
            raise CannotTrain(_("Not saved: say for which day it is booked."), "on")
        return {"booked_date": on, "valid_until_date": None}
    done = on or (found.completed_date if found and found.state == states.COMPLETED else None) or today
    if done > today:
        raise CannotTrain(
            _("Not saved: that day lies ahead. Book it for then, and say afterwards that it is done."), "on"
        )
    until = _months_on(done, unit.valid_months) if to == states.VALID and unit.valid_months else None
    return {"completed_date": done, "valid_until_date": until}


def _months_on(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return day


def _write_profile(profile: RoleProfile, competencies: Sequence[tuple[str, int, bool]], holders: Iterable[Any]) -> None:
    profile.competencies.all().delete()
    profile.holders.all().delete()
    wanted = {
        skill.strip().casefold(): (skill.strip()[:80], level, must)
        for skill, level, must in competencies
        if skill.strip()
    }
    Competency.objects.bulk_create(
        Competency(profile=profile, skill=skill, level=level, is_essential=must)
        for skill, level, must in wanted.values()
    )
    ProfileHolder.objects.bulk_create(ProfileHolder(profile=profile, person_id=pk) for pk in dict.fromkeys(holders))


def _save(model: Any, row: Any, person: Person, now: datetime, seen: int | None, values: dict[str, Any]) -> Any:
    if row is None:
        return model.objects.create(**values, **_born(person, now))
    change_record(record=row, person=person, now=now, seen_revision=seen, **values)
    return row


def _born(person: Person, now: datetime) -> dict[str, Any]:
    return {
        "workspace": person.workspace,
        "created_at": now,
        "created_by": person,
        "updated_at": now,
        "updated_by": person,
    }


def _tell(record: TrainingRecord, kind: str, now: datetime) -> None:
    values = {"unit": record.unit.name, "on": record.booked_date.isoformat() if record.booked_date else ""}
    url = reverse("team:training", args=[record.workspace.slug])
    once_key = f"{kind}:{record.pk}:{record.revision}"
    send_notice(person=record.person, kind=kind, values=values, url=url, once_key=once_key, now=now)


def _record(person: Person, verb: str, target: Record | Person, now: datetime, after: Mapping[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=target, now=now, after=after)
