"""What people learn, what follows from their role, and what nobody does without it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.team.actions import (
    CannotPlanDuty,
    CannotTrain,
    CannotUndo,
    add_hours,
    archive_training_unit,
    check_duty,
    confirm_briefing,
    confirm_deputy,
    end_training_exception,
    except_from_training,
    expire_trainings,
    move_shift,
    move_training,
    plan_shift,
    profile_as_kept,
    request_absence,
    require_cover,
    save_profile,
    save_skills,
    save_training_unit,
    tell_gaps,
    undo_change,
)
from allmende.team.jobs import end_trainings
from allmende.team.models import (
    AuditRow,
    CoverageRequirement,
    Notice,
    Person,
    PersonSkill,
    RoleProfile,
    Shift,
    TrainingException,
    TrainingRecord,
    TrainingUnit,
)
from allmende.team.queries import (
    compare,
    default_hours,
    exceptions_of,
    kept,
    learners,
    profiles_of,
    proposal,
    undo_of,
    undo_url,
)
from allmende.web.queries.briefing import briefing
from tests.team.test_rota import undo_in


@pytest.fixture
def lena(owner, new_person) -> Person:
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def calm(owner, now) -> TrainingUnit:
    """De-escalation: nobody stands duty without it."""
    return save_training_unit(
        person=owner, unit=None, name="Deeskalation", kind="technique", gates_duty=True, skill="Deeskalation", level=2,
        valid_months=12, now=now,
    )  # fmt: skip


def plan(owner, doer, now, days=1, hours=None):
    begin = now + timedelta(days=days)
    return plan_shift(
        person=owner,
        shift=None,
        hours=hours,
        kind="full",
        doer=doer,
        starts_at=begin,
        ends_at=begin + timedelta(hours=4),
        now=now,
    )


def undo(url: str, person: Person) -> None:
    undo_change(person=person, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())


def test_s0_35_training_is_recorded_per_person_with_its_day(owner, lena, calm, now):
    done = date(2026, 10, 1)
    record = move_training(person=owner, unit=calm, learner=lena, to="valid", on=done, now=now)
    assert (record.state, record.completed_date, record.valid_until_date) == ("valid", done, date(2027, 10, 1))
    assert [one.unit.name for one in learners(owner.workspace, lena)[0].valid] == ["Deeskalation"]


def test_s3_15_a_training_goes_from_required_over_booked_and_completed_to_valid_and_expired(owner, lena, calm, now):
    def move(to: str, on: date | None = None) -> TrainingRecord:
        return move_training(person=owner, unit=calm, learner=lena, to=to, on=on, now=now)

    assert move("required").state == "required"
    with pytest.raises(CannotTrain):
        move("booked")
    assert move("booked", date(2026, 10, 20)).booked_date == date(2026, 10, 20)
    with pytest.raises(CannotTrain):
        move("completed", date(2026, 10, 20))
    assert move("completed", date(2026, 10, 6)).state == "completed"
    assert move("valid").valid_until_date == date(2027, 10, 6)
    with pytest.raises(CannotTrain):
        move("required")
    with pytest.raises(CannotTrain):
        move("expired")
    assert end_trainings(now + timedelta(days=364)) == 0
    assert end_trainings(now + timedelta(days=366)) == 1
    assert expire_trainings(now=now + timedelta(days=366)) == 0
    assert TrainingRecord.objects.get().state == "expired"
    kinds = Notice.objects.filter(person=lena).order_by("pk").values_list("kind", flat=True)
    assert [kind for kind in kinds if "training" in kind] == [
        "team.training_required", "team.training_booked", "team.training_expired",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "broken", [{"state": "x"}, {"state": "booked"}, {"state": "valid"}, {"valid_until_date": "2026-01-01"}]
)
def test_the_database_keeps_what_a_record_needs(owner, lena, calm, now, broken):
    record = move_training(person=owner, unit=calm, learner=lena, to="required", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRecord.objects.filter(pk=record.pk).update(**broken)


def test_s3_16_nobody_stands_duty_without_the_training_it_needs(owner, lena, calm, now):
    with pytest.raises(CannotPlanDuty, match="Deeskalation"):
        plan(owner, lena, now)
    free = plan(owner, None, now)
    with pytest.raises(CannotPlanDuty, match="Deeskalation"):
        move_shift(person=lena, shift=free, to="confirmed", now=now)
    move_training(person=owner, unit=calm, learner=lena, to="completed", on=now.date(), now=now)
    with pytest.raises(CannotPlanDuty):
        plan(owner, lena, now)
    move_training(person=owner, unit=calm, learner=lena, to="valid", now=now)
    assert plan(owner, lena, now).person_id == lena.pk
    with pytest.raises(CannotPlanDuty):
        plan(owner, lena, now, days=400)


def test_s3_16_the_database_itself_refuses_the_shift(owner, lena, calm, now):
    free = plan(owner, None, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.filter(pk=free.pk).update(person=lena, state="confirmed")
    archive_training_unit(person=owner, unit=calm, now=now)
    Shift.objects.filter(pk=free.pk).update(person=lena, state="confirmed")


def except_lena(owner, lena, now, gate="duty", **other):
    wish = {"reason": "Grippewelle, Kurs am Freitag", "until_date": now.date() + timedelta(days=3)} | other
    return except_from_training(person=owner, colleague=lena, gate=gate, now=now, **wish)


def test_s3_16_an_exception_has_a_name_a_reason_and_an_end(owner, lena, calm, now):
    made = except_lena(owner, lena, now)
    assert plan(owner, lena, now).person_id == lena.pk
    with pytest.raises(CannotPlanDuty, match="Deeskalation"):
        plan(owner, lena, now, days=4)
    book = AuditRow.objects.get(verb="team.exception.saved")
    assert (made.created_by, book.person, book.detail.after["reason"]) == (owner, owner, "Grippewelle, Kurs am Freitag")
    again = except_lena(owner, lena, now, until_date=now.date() + timedelta(days=5))
    assert [one.pk for one in exceptions_of(owner.workspace)] == [again.pk]
    assert plan(owner, lena, now, days=4).person_id == lena.pk
    end_training_exception(person=owner, exception=again, now=now)
    with pytest.raises(CannotPlanDuty):
        plan(owner, lena, now, days=2)


def test_s3_16_the_last_day_of_an_exception_is_a_day_of_the_workspace(owner, lena, calm, now):
    for one in (owner, lena):
        one.workspace.zone = "America/New_York"
    owner.workspace.save(update_fields=["zone"])
    except_lena(owner, lena, now)
    late = plan(owner, lena, now, days=3.75)
    assert late.starts_at.date() > TrainingException.objects.get().until_date, "the next day already, by UTC"
    assert late.person_id == lena.pk
    with pytest.raises(CannotPlanDuty, match="Deeskalation"):
        plan(owner, lena, now, days=4.75)


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"until_date": date(2026, 10, 6)}, {"until_date": date(2027, 10, 6)}, {"gate": "x"}],
)
def test_an_exception_without_reason_or_for_too_long_is_refused(owner, lena, calm, now, wrong):
    with pytest.raises(CannotTrain):
        except_lena(owner, lena, now, **wrong)
    assert not TrainingException.objects.exists()


def test_nobody_makes_an_exception_for_themselves(owner, lena, calm, now):
    with pytest.raises(CannotTrain):
        except_lena(owner, owner, now)
    with pytest.raises(PermissionDenied):
        except_lena(lena, owner, now)
    made = except_lena(owner, lena, now)
    for broken in ({"person": owner}, {"created_by": None}, {"reason": ""}, {"gate": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrainingException.objects.filter(pk=made.pk).update(**broken)


def test_exceptions_through_the_screens(owner, lena, calm, client_of):
    client, new = client_of(owner), reverse("team:new_exception", args=["lotsenforum"])
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    typed = {"colleague": lena.pk, "gate": "crisis", "until_date": day, "reason": "Kurs am Freitag"}
    assert client.get(new).status_code == 200
    assert client.post(new, {**typed, "reason": ""}).status_code == 422
    assert client.post(new, {**typed, "colleague": owner.pk}).status_code == 422
    said = client.post(new, typed, follow=True)
    assert "Kurs am Freitag" in said.content.decode()
    page = reverse("team:training", args=["lotsenforum"])
    assert "Kurs am Freitag" in client_of(lena).get(page).content.decode()
    end = reverse("team:end_exception", args=["lotsenforum", TrainingException.objects.get().pk])
    assert client_of(lena).post(end).status_code == 403
    ended = client.post(end, follow=True)
    assert "Kurs am Freitag" not in ended.content.decode().split("<main")[1]
    message = next(iter(ended.context["messages"]))
    client.post(message.extra_tags)
    assert TrainingException.objects.get().archived_at is None


def test_who_takes_an_exception_back_gives_back_the_one_before(owner, lena, calm, client_of):
    now = timezone.now()
    earlier = except_lena(owner, lena, now)
    day = (now + timedelta(days=5)).date().isoformat()
    typed = {"colleague": lena.pk, "gate": "duty", "until_date": day, "reason": "Der Kurs fiel aus"}
    client = client_of(owner)
    said = client.post(reverse("team:new_exception", args=["lotsenforum"]), typed, follow=True)
    assert [one.reason for one in exceptions_of(owner.workspace)] == ["Der Kurs fiel aus"]
    client.post(undo_in(said))
    assert [one.pk for one in exceptions_of(owner.workspace)] == [earlier.pk]


def test_s3_16_who_has_a_shift_keeps_it_when_a_training_is_asked_for_later(owner, lena, now):
    shift = plan(owner, lena, now)
    save_training_unit(person=owner, unit=None, name="Recht", kind="law", gates_duty=True, now=now)
    moved = plan_shift(
        person=owner,
        shift=shift,
        hours=None,
        kind="response",
        doer=lena,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        now=now,
    )
    assert moved.person_id == lena.pk
    assert move_shift(person=lena, shift=moved, to="confirmed", now=now).state == "confirmed"


def test_s3_16_the_rota_proposes_nobody_untrained(owner, lena, calm, now):
    move_training(person=owner, unit=calm, learner=lena, to="valid", on=now.date(), now=now)
    require_cover(person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=now.date(), now=now)
    assert {one.person.name for one in proposal(owner.workspace, now).filled} == {"Lena Brandt"}


def test_s3_16_a_training_counts_for_the_days_it_holds_and_so_does_an_exception(owner, lena, calm, now):
    hours, last = default_hours(owner.workspace), now.date() + timedelta(days=8)
    move_training(person=owner, unit=calm, learner=lena, to="valid", on=now.date(), now=now)
    TrainingRecord.objects.update(valid_until_date=last)
    require_cover(person=owner, hours=hours, seats=1, starts_date=now.date(), now=now)
    days = {one.slot.starts_at.date() for one in proposal(owner.workspace, now).filled}
    assert now.date() + timedelta(days=4) < max(days) <= last, "until its last day, in the middle of the weeks ahead"
    until = now.date() + timedelta(days=20)
    except_lena(owner, lena, now, until_date=until)
    assert last < max(one.slot.starts_at.date() for one in proposal(owner.workspace, now).filled) <= until


@pytest.fixture
def private(owner, now) -> TrainingUnit:
    """Data protection: whoever covers the usual service hours has it."""
    unit = save_training_unit(person=owner, unit=None, name="Datenschutz", kind="law", now=now)
    hours = default_hours(owner.workspace)
    require_cover(person=owner, hours=hours, seats=1, starts_date=now.date(), unit=unit, now=now)
    return unit


def test_s3_15_what_the_cover_of_hours_asks_for_is_needed(owner, lena, private, new_person, now):
    watcher = new_person("observer")
    needs = {one.person: [(need.unit, need.why) for need in one.needs] for one in learners(owner.workspace)}
    assert needs[lena] == [(private, "cover")] and needs[watcher] == []
    move_training(person=owner, unit=private, learner=lena, to="valid", on=now.date(), now=now)
    assert learners(owner.workspace, lena)[0].needs == []


@pytest.fixture
def evening(owner, now):
    return add_hours(
        person=owner, name="Abend", zone="Europe/Berlin", country="DE", subdivision="", keeps_holidays=False, spans=[],
        now=now,
    )  # fmt: skip


def test_s3_16_hours_ask_for_a_training_of_their_own(owner, lena, private, evening, now):
    usual = default_hours(owner.workspace)
    for hours in (usual, None):
        with pytest.raises(CannotPlanDuty, match="Datenschutz"):
            plan(owner, lena, now, hours=hours)
    elsewhere = plan(owner, lena, now, days=3, hours=evening)
    free = plan(owner, None, now, hours=usual)
    for broken in ((free, {"person": lena, "state": "confirmed"}), (elsewhere, {"hours": usual})):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.filter(pk=broken[0].pk).update(**broken[1])
    with pytest.raises(CannotPlanDuty, match="Datenschutz"):
        plan_shift(
            person=owner, shift=elsewhere, hours=usual, kind="full", doer=lena, starts_at=elsewhere.starts_at,
            ends_at=elsewhere.ends_at, now=now,
        )  # fmt: skip
    move_training(person=owner, unit=private, learner=lena, to="valid", on=now.date(), now=now)
    assert move_shift(person=lena, shift=free, to="confirmed", now=now).person_id == lena.pk


def test_s3_16_only_who_has_that_training_is_proposed_and_told_of_its_gaps(owner, lena, private, new_person, now):
    emre = new_person("moderator", name="Emre Yilmaz")
    move_training(person=owner, unit=private, learner=lena, to="valid", on=now.date(), now=now)
    assert {one.person.name for one in proposal(owner.workspace, now).filled} == {"Lena Brandt"}
    tell_gaps(workspace=owner.workspace, now=now + timedelta(hours=3))
    told = Notice.objects.filter(kind="team.gaps_found").values_list("person__name", flat=True)
    assert set(told) == {owner.name, "Lena Brandt"}
    except_lena(owner, emre, now, until_date=now.date() + timedelta(days=60))
    assert {one.person.name for one in proposal(owner.workspace, now).filled} == {"Emre Yilmaz", "Lena Brandt"}


def test_s3_16_nobody_stands_in_without_the_training_the_shift_needs(owner, lena, private, new_person, now):
    emre = new_person("moderator", name="Emre Yilmaz")
    move_training(person=owner, unit=private, learner=lena, to="valid", on=now.date(), now=now)
    shift = plan(owner, lena, now, hours=default_hours(owner.workspace))
    move_shift(person=lena, shift=shift, to="confirmed", now=now)
    day = now.date() + timedelta(days=1)
    away = request_absence(person=lena, absent=lena, kind="leave", starts_date=day, ends_date=day, deputy=emre, now=now)
    with pytest.raises(CannotPlanDuty, match="Datenschutz"):
        confirm_deputy(person=emre, absence=away, now=now)
    move_training(person=owner, unit=private, learner=emre, to="valid", on=now.date(), now=now)
    assert confirm_deputy(person=emre, absence=away, now=now).deputy == emre


def test_s3_16_a_gap_is_not_offered_to_who_lacks_its_training(owner, lena, private, client_of, now):
    def page() -> str:
        next_week = reverse("team:rota", args=[owner.workspace.slug]) + f"?on={date.today() + timedelta(days=7)}"
        return client_of(lena).get(next_week).content.decode()

    take = reverse("team:take_gap", args=[owner.workspace.slug])
    assert take not in page() and "Das können Sie noch nicht übernehmen" in page()
    move_training(person=owner, unit=private, learner=lena, to="valid", on=now.date(), now=now)
    assert take in page() and "Das können Sie noch nicht übernehmen" not in page()


def test_the_training_of_a_cover_through_its_screen(owner, private, client_of):
    client, hours = client_of(owner), default_hours(owner.workspace)
    found = CoverageRequirement.objects.get()
    page = reverse("team:edit_cover", args=["lotsenforum", found.pk])
    assert "Datenschutz" in client.get(page).content.decode()
    assert "Datenschutz" in client.get(reverse("team:rota", args=["lotsenforum"])).content.decode()
    typed = {"hours": hours.pk, "seats": "1", "starts_date": "2026-10-07", "weekend": "", "unit": ""}
    saved = client.post(page, typed, follow=True)
    assert CoverageRequirement.objects.get().unit is None
    client.post(undo_in(saved))
    assert CoverageRequirement.objects.get().unit == private


def test_s3_16_whoever_may_speak_in_a_crisis_needs_its_training(owner, lena, new_person, now):
    author = new_person("author", name="Lea Sommer")
    unit = save_training_unit(person=owner, unit=None, name="Krisenstab", kind="exercise", gates_crisis=True, now=now)
    needs = {one.person.pk: [need.unit for need in one.needs] for one in learners(owner.workspace)}
    assert needs[owner.pk] == needs[author.pk] == [unit]
    assert needs[lena.pk] == []


def test_s3_16_needs_follow_from_the_gap_between_role_profile_and_person(owner, lena, calm, now):
    archive_training_unit(person=owner, unit=calm, now=now)
    save_training_unit(person=owner, unit=None, name="Kurs", kind="technique", skill="deeskalation", level=3, now=now)
    save_profile(
        person=owner, profile=None, name="Community-Manager", characteristics=["neugierig"],
        competencies=[("Deeskalation", 2, True), ("Recht", 1, False)], holders=[lena], now=now,
    )  # fmt: skip

    def needs() -> list[tuple[str, str]]:
        found = learners(owner.workspace, lena)[0].needs
        return [(one.unit.name if one.unit else one.skill, one.why) for one in found]

    assert needs() == [("Kurs", "profile"), ("Recht", "profile")]
    save_skills(person=lena, colleague=lena, skills=[("Deeskalation", 2, True), ("Recht", 1, False)], now=now)
    assert needs() == []


def test_s2_12_people_stand_beside_the_profile_by_name_and_nothing_is_added_up(owner, lena, now):
    profile = save_profile(
        person=owner, profile=None, name="Community-Manager", characteristics=["neugierig", "gelassen"],
        competencies=[("Schreiben", 2, True)], holders=[owner, lena], now=now,
    )  # fmt: skip
    save_skills(person=lena, colleague=lena, skills=[("schreiben", 3, True)], now=now)
    found = compare(profiles_of(owner.workspace).get(pk=profile.pk))
    assert [(person.name, [(cell.has, cell.is_met) for cell in cells]) for person, cells in found.rows] == [
        (owner.name, [(None, False)]), ("Lena Brandt", [(3, True)]),
    ]  # fmt: skip
    assert found.passions == {lena.pk: ["schreiben"]}


def test_profiles_and_skills_are_taken_back(owner, lena, now):
    profile = save_profile(
        person=owner,
        profile=None,
        name="CM",
        characteristics=[],
        competencies=[("Recht", 1, False)],
        holders=[lena],
        now=now,
    )
    before, parts = kept(profile, "name", "characteristics"), profile_as_kept(profile)
    saved = save_profile(
        person=owner, profile=profile, name="Anders", characteristics=[], competencies=[], holders=[], now=now
    )
    undo(undo_of(owner, "team.profile", saved, before, **parts), owner)
    found = RoleProfile.objects.get()
    assert found.name == "CM" and found.competencies.get().skill == "Recht" and found.holders.get().person == lena
    first = save_skills(person=lena, colleague=lena, skills=[("Recht", 1, False)], now=now)
    undo(undo_url(lena, "team.skills", colleague=lena.pk, before=first), lena)
    assert not PersonSkill.objects.exists()


def test_only_who_plans_writes_for_others(owner, lena, calm, now):
    with pytest.raises(PermissionDenied):
        move_training(person=lena, unit=calm, learner=lena, to="valid", now=now)
    with pytest.raises(PermissionDenied):
        save_skills(person=lena, colleague=owner, skills=[], now=now)
    record = move_training(person=owner, unit=calm, learner=lena, to="required", now=now)
    Notice.objects.all().delete()
    TrainingRecord.objects.filter(pk=record.pk).update(revision=9)
    with pytest.raises(CannotUndo):
        undo(undo_of(owner, "team.training", record, {"archived_at": now.isoformat()}), owner)


def test_s4_15_helpers_from_outside_confirm_their_briefing_before_they_stand_duty(owner, new_person, now):
    helper = new_person("moderator", name="Agentur Nord")
    Person.objects.filter(pk=helper.pk).update(employment="external", access_until_date=now.date() + timedelta(days=30))
    helper.refresh_from_db()
    with pytest.raises(CannotPlanDuty, match="Agentur Nord"):
        plan(owner, helper, now)
    assert briefing(helper, now).must_confirm
    confirm_briefing(person=helper, now=now)
    assert not briefing(helper, now).must_confirm
    assert plan(owner, helper, now).person_id == helper.pk
    check_duty(helper, None, now.date())


def test_s2_15_a_briefing_says_what_to_know_now(owner, lena, calm, client_of, now):
    save_training_unit(person=owner, unit=None, name="Werkzeug", kind="tool", roles=["moderator"], now=now)
    begin = timezone.now() + timedelta(hours=2)
    move_training(person=owner, unit=calm, learner=lena, to="valid", on=now.date(), now=now)
    plan_shift(
        person=owner,
        shift=None,
        hours=None,
        kind="full",
        doer=lena,
        starts_at=begin,
        ends_at=begin + timedelta(hours=3),
        now=now,
    )
    found = briefing(lena, timezone.now())
    assert len(found.shifts) == 1 and [one.unit.name for one in found.needs] == ["Werkzeug"]
    page = client_of(lena).get(reverse("web:briefing", args=["lotsenforum"])).content.decode()
    assert "Werkzeug" in page
    other = reverse("web:briefing_of", args=["lotsenforum", lena.pk])
    assert "Werkzeug" in client_of(owner).get(other).content.decode()
    assert client_of(lena).get(other).status_code == 403


def test_training_through_the_screens(owner, lena, client_of):
    client = client_of(owner)
    page = reverse("team:training", args=["lotsenforum"])
    assert client.get(page).status_code == 200
    new = reverse("team:new_training", args=["lotsenforum"])
    assert client.post(new, {"name": "", "kind": "tool", "level": "1"}).status_code == 422
    assert client.post(new, {"name": "Recht", "kind": "law", "level": "1", "gates_duty": "on"}).status_code == 302
    unit = TrainingUnit.objects.get()
    assert client.post(new, {"name": "recht", "kind": "law", "level": "1"}).status_code == 422
    train = reverse("team:train", args=["lotsenforum", unit.pk, lena.pk])
    assert client.get(train).status_code == 200
    assert client.post(train, {"to": "booked", "on": ""}).status_code == 422
    assert client.post(train, {"to": "valid", "on": "2026-01-01"}).status_code == 302
    assert "Lena Brandt" in client.get(page).content.decode()
    assert owner.name not in client_of(lena).get(page).content.decode().split("<main")[1]
    typed = {
        "name": "CM",
        "characteristics": "neugierig",
        "skill_0": "Recht",
        "level_0": "2",
        "must_0": "on",
        "holders": [lena.pk],
    }
    assert client.post(reverse("team:new_profile", args=["lotsenforum"]), typed).status_code == 302
    profile = RoleProfile.objects.get()
    for name in ("profile", "edit_profile"):
        assert "Recht" in client.get(reverse(f"team:{name}", args=["lotsenforum", profile.pk])).content.decode()
    skills = reverse("team:skills", args=["lotsenforum", lena.pk])
    assert "Recht" in client_of(lena).get(skills).content.decode()
    assert client_of(lena).post(skills, {"skill_0": "Recht", "level_0": "3"}).status_code == 302
    assert PersonSkill.objects.get().level == 3
    assert client_of(lena).get(reverse("team:skills", args=["lotsenforum", owner.pk])).status_code == 403
