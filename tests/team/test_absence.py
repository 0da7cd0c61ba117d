"""Absences and swaps: who is asked, who is told, what stays open, and nothing changes hands without consent (S2-20)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.team import actions, queries, states
from allmende.team.models import Absence, Mail, Notice, Shift, SwapOffer, TrainingRecord
from allmende.team.queries import default_hours
from tests.team.test_rota import undo_in

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def lea(new_person):
    return new_person("moderator", "Lea Brandt")


@pytest.fixture
def lead(new_person):
    return new_person("lead", "Karin Holm")


def shift(person, doer, starts_at, hours=4, now=None):
    return actions.plan_shift(
        person=person, shift=None, hours=None, kind="full", doer=doer, starts_at=starts_at,
        ends_at=starts_at + hours * HOUR, now=now or timezone.now(),
    )  # fmt: skip


def ask(person, first, last, deputy, now, absent=None):
    return actions.request_absence(
        person=person, absent=absent or person, kind="leave", starts_date=first, ends_date=last, deputy=deputy, now=now
    )


def url(name, person, *more):
    return reverse(f"team:{name}", args=[person.workspace.slug, *more])


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_s2_20_the_deputy_is_asked_in_the_app_and_by_mail_and_says_yes_or_no(owner, lead, emre, lea, now):
    absence = ask(emre, date(2026, 10, 12), date(2026, 10, 16), lea, now)
    assert told(lea) == ["team.deputy_asked"] and told(lead) == ["team.absence_requested"]
    mail = Mail.objects.get()
    assert mail.to_address == lea.user.email and url("absence", lea, absence.pk) in mail.body and "Emre" in mail.subject
    actions.decline_deputy(person=lea, absence=absence, now=now)
    assert absence.deputy is None and told(emre) == ["team.deputy_declined"]
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    assert absence.state == states.COVERED
    assert told(emre) == ["team.deputy_declined", "team.deputy_confirmed", "team.absence_approved"]
    with pytest.raises(actions.CannotPlanDuty):
        actions.decline_deputy(person=owner, absence=absence, now=now)


def test_s4_14_whoever_alone_could_approve_needs_nobodys_word(owner, now):
    assert ask(owner, date(2026, 10, 12), date(2026, 10, 12), None, now).state == states.APPROVED


def test_s2_20_nobody_stands_in_while_away_themselves(lead, emre, lea, now):
    on = date(2026, 10, 7)
    assert queries.standing_in(emre, now) == emre
    absence = ask(emre, on, on, lea, now)
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    assert queries.standing_in(emre, now) == lea
    actions.approve_absence(person=lead, absence=ask(lea, on, on, None, now), now=now)
    assert queries.standing_in(emre, now) is None


def test_other_days_are_approved_and_confirmed_anew(owner, lead, emre, lea, now):
    absence = ask(emre, date(2026, 10, 12), date(2026, 10, 13), lea, now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    values = {"kind": "training", "starts_date": date(2026, 10, 12), "ends_date": date(2026, 10, 13), "deputy": lea}
    actions.change_absence(person=emre, absence=absence, now=now, **values)
    assert absence.state == states.COVERED, "only the kind changed"
    actions.change_absence(person=emre, absence=absence, now=now, **{**values, "deputy": owner})
    assert (absence.state, absence.deputy_confirmed_at) == (states.APPROVED, None)
    actions.change_absence(person=emre, absence=absence, now=now, **{**values, "ends_date": date(2026, 10, 20)})
    assert (absence.state, absence.deputy_confirmed_at) == (states.REQUESTED, None)


def test_what_an_absence_touches_and_leaves_open_is_said_before_it_is_approved(owner, lead, emre, lea, client_of, now):
    hours, on = default_hours(owner.workspace), date(2026, 10, 8)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=on, now=now)
    (gap,) = [one for one in queries.rota(owner.workspace, on, now, "de").ahead if one.gap.starts_at.date() == on]
    own = shift(emre, emre, gap.gap.starts_at, 10, now)
    shift(owner, lea, gap.gap.starts_at, 2, now)
    absence = ask(emre, on, on, lea, now)
    page = queries.absence_page(absence, now)
    assert [(one.shift, one.deputy_is_free) for one in page.touched] == [(own, False)]
    assert [(one.gap.starts_at, one.gap.ends_at) for one in page.gaps] == [(gap.gap.starts_at, gap.gap.ends_at)]
    assert not page.is_real
    seen = client_of(lead)
    assert "sobald die Abwesenheit genehmigt ist" in seen.get(url("absence", lead, absence.pk)).content.decode()
    actions.approve_absence(person=lead, absence=absence, now=now)
    assert "sobald die Abwesenheit genehmigt ist" not in seen.get(url("absence", lead, absence.pk)).content.decode()
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    absence.refresh_from_db()
    assert not queries.absence_page(absence, now).gaps


def test_s3_16_a_deputy_without_the_training_is_seen_before_the_absence_begins(owner, lead, emre, lea, client_of, now):
    hours, on = default_hours(owner.workspace), date(2026, 10, 8)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=on, now=now)
    absence = ask(emre, on, on, lea, now)
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    (gap,) = [one for one in queries.rota(owner.workspace, on, now, "de").ahead if one.gap.starts_at.date() == on]
    own = shift(emre, emre, gap.gap.starts_at, 10, now)
    absence.refresh_from_db()
    assert not queries.absence_page(absence, now).gaps, "whoever stands in is trained as far as anybody asks"
    unit = actions.save_training_unit(person=owner, unit=None, name="Recht", kind="law", gates_duty=True, now=now)
    page = queries.absence_page(absence, now)
    assert [(one.shift, one.deputy_is_fit) for one in page.touched] == [(own, False)]
    assert [one.day for one in page.gaps] == [on], "it is a gap weeks ahead"
    assert on in [one.day for one in queries.rota(owner.workspace, on, now, "de").ahead]
    said = client_of(lead).get(url("absence", lead, absence.pk)).content.decode()
    assert "Lea Brandt fehlt die Schulung dafür" in said
    actions.move_training(person=owner, unit=unit, learner=lea, to="valid", on=date(2026, 10, 1), now=now)
    assert not queries.absence_page(absence, now).gaps and queries.absence_page(absence, now).touched[0].deputy_is_fit
    TrainingRecord.objects.update(valid_until_date=date(2026, 10, 7))
    assert queries.absence_page(absence, now).gaps, "what is valid only until the day before counts as none"


def test_s2_20_a_deputy_nobody_needs_any_more_is_told(owner, lead, emre, lea, now, client_of):
    absence = ask(emre, date(2026, 12, 14), date(2026, 12, 16), lea, now)
    actions.confirm_deputy(person=lead, absence=absence, now=now)
    assert told(lea) == ["team.deputy_asked", "team.deputy_released"], "a colleague was quicker"
    before = told(lead)
    answer = client_of(emre).post(url("withdraw_absence", emre, absence.pk), follow=True)
    assert told(lead) == [*before, "team.deputy_released"]
    words = client_of(lead).get(url("notices", lead)).content.decode()
    assert "Die Vertretung für Emre" in words and "entfällt." in words
    client_of(emre).post(undo_in(answer))
    assert told(lead)[-1] == "team.deputy_again"
    absence.refresh_from_db()
    values = {"kind": "leave", "starts_date": absence.starts_date, "ends_date": absence.ends_date}
    actions.change_absence(person=emre, absence=absence, deputy=owner, now=now, **values)
    assert told(lead)[-2:] == ["team.deputy_released", "team.absence_requested"], "it is not approved yet"
    assert "team.deputy_asked" in told(owner)


def test_whose_absence_a_planner_takes_off_the_list_is_told(owner, emre, lea, client_of, now):
    absence = ask(emre, date(2026, 12, 14), date(2026, 12, 16), lea, now)
    assert f'value="{emre.pk}"' not in client_of(owner).get(url("absence", owner, absence.pk)).content.decode()
    answer = client_of(owner).post(url("withdraw_absence", owner, absence.pk), follow=True)
    assert told(emre) == ["team.absence_withdrawn"] and told(lea)[-1] == "team.deputy_released"
    client_of(owner).post(undo_in(answer))
    assert told(emre)[-1] == "team.absence_restored" and told(lea)[-1] == "team.deputy_asked"


def test_the_form_enters_changes_and_withdraws_with_undo(owner, emre, lea, client_of):
    client, today = client_of(emre), timezone.localdate()
    typed = {"starts_date": today + 9 * DAY, "ends_date": today + 10 * DAY, "kind": "leave", "deputy": lea.pk}
    assert client.post(url("new_absence", emre), typed | {"absent": emre.pk}).status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.deputy) == (emre, lea)
    for wrong in ({"ends_date": today}, {"deputy": emre.pk}, {"starts_date": "bald"}):
        assert client.post(url("new_absence", emre), typed | {"absent": emre.pk} | wrong).status_code == 422
    assert client.post(url("absence", emre, absence.pk), typed | {"deputy": owner.pk, "revision": 1}).status_code == 302
    stale = client.post(url("absence", emre, absence.pk), typed | {"revision": 1})
    assert stale.status_code == 422 and b'role="alert"' in stale.content
    answer = client.post(url("withdraw_absence", emre, absence.pk), follow=True)
    client.post(undo_in(answer))
    absence.refresh_from_db()
    assert absence.archived_at is None and absence.deputy == owner


@pytest.mark.parametrize("wrong", ["9999-12-31", "2101-01-01", "1999-12-31", "0001-01-01"])
def test_a_day_nobody_can_mean_is_refused_in_words(owner, emre, now, client_of, wrong):
    today = timezone.localdate()
    typed = {"starts_date": today, "ends_date": today, "kind": "leave", "absent": emre.pk}
    for name in ("starts_date", "ends_date"):
        answer = client_of(emre).post(url("new_absence", emre), typed | {name: wrong})
        assert answer.status_code == 422 and "zwischen 2000 und 2100" in answer.content.decode()
    far = date.fromisoformat(wrong)
    with pytest.raises(actions.CannotPlanDuty, match="2100"):
        ask(emre, min(far, today), max(far, today), None, now)
    absence = ask(emre, today, today, None, now)
    values = {"kind": "leave", "deputy": None, "starts_date": min(far, today), "ends_date": max(far, today)}
    with pytest.raises(actions.CannotPlanDuty, match="2100"):
        actions.change_absence(person=emre, absence=absence, now=now, **values)


def test_an_absence_from_before_the_check_leaves_the_rota_readable(owner, emre, client_of):
    on = timezone.localdate()
    absence, now = ask(owner, on, on, None, timezone.now(), absent=emre), timezone.now()
    Absence.objects.filter(pk=absence.pk).update(ends_date=date.max, state=states.APPROVED)
    shift(owner, emre, now + HOUR)
    hours = default_hours(owner.workspace)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=on, now=now)
    for page in (url("rota", owner), url("absence", owner, absence.pk)):
        assert client_of(owner).get(page).status_code == 200


def test_the_page_offers_each_person_what_is_theirs_to_say(owner, lead, emre, lea, new_person, client_of):
    today = timezone.localdate()
    absence = ask(emre, today + 9 * DAY, today + 9 * DAY, lea, timezone.now())
    page = url("absence", emre, absence.pk)

    def offered(person):
        said = client_of(person).get(page).content.decode()
        return [word for word in ("confirm", "decline", "approve") if f'value="{word}"' in said]

    assert [offered(one) for one in (lea, lead, emre)] == [["confirm", "decline"], ["confirm", "approve"], []]
    assert offered(new_person("observer")) == []
    client_of(lea).post(url("settle_absence", lea, absence.pk), {"settle": "confirm"})
    absence.refresh_from_db()
    assert absence.deputy_confirmed_at
    assert "Lea Brandt" in client_of(owner).get(url("absences", owner)).content.decode()
    with pytest.raises(PermissionDenied):
        ask(lea, today, today, None, timezone.now(), absent=emre)


def test_two_people_swap_their_shifts_once_both_agree(owner, emre, lea, now, client_of):
    mine = shift(emre, emre, now + DAY, now=now)
    theirs = shift(owner, lea, now + 2 * DAY, now=now)
    offer = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    assert told(lea)[-1] == "team.swap_offered"
    mine.refresh_from_db()
    assert mine.person == emre, "nothing changes hands without consent"
    with pytest.raises(PermissionDenied):
        actions.answer_swap(person=owner, offer=offer, agrees=True, now=now)
    actions.answer_swap(person=lea, offer=offer, agrees=True, now=now)
    mine.refresh_from_db(), theirs.refresh_from_db()
    assert (mine.person, theirs.person) == (lea, emre)
    assert {mine.state, theirs.state} == {states.CONFIRMED} and told(emre)[-1] == "team.swap_agreed"


def test_a_swap_that_puts_somebody_into_two_places_is_refused(owner, emre, lea, now):
    mine, theirs = shift(emre, emre, now + DAY, now=now), shift(lea_plans := owner, lea, now + 2 * DAY, now=now)
    shift(lea_plans, lea, now + DAY, now=now)
    offer = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    with pytest.raises(actions.CannotPlanDuty), transaction.atomic():
        actions.answer_swap(person=lea, offer=offer, agrees=True, now=now)
    assert Shift.objects.get(pk=mine.pk).person == emre


def test_an_offer_is_made_once_declined_or_taken_back(owner, emre, lea, now):
    mine, theirs = shift(emre, emre, now + DAY, now=now), shift(owner, lea, now + 2 * DAY, now=now)
    offer = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    with pytest.raises(actions.CannotPlanDuty):
        actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SwapOffer.objects.filter(pk=offer.pk).update(answer="agreed")
    actions.answer_swap(person=lea, offer=offer, agrees=False, now=now)
    assert told(emre)[-1] == "team.swap_declined"
    again = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    actions.withdraw_swap(person=emre, offer=again, now=now)
    assert not queries.open_swaps(mine, now)
    with pytest.raises(actions.CannotPlanDuty):
        actions.offer_swap(person=emre, shift=mine, wanted=mine, now=now)


def test_an_offer_taken_back_or_answered_meanwhile_is_carried_out_no_more(owner, emre, lea, now):
    mine, theirs = shift(emre, emre, now + DAY, now=now), shift(owner, lea, now + 2 * DAY, now=now)
    offer = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    seen = SwapOffer.objects.get(pk=offer.pk)
    actions.withdraw_swap(person=emre, offer=offer, now=now)
    for agrees in (True, False):
        with pytest.raises(actions.CannotPlanDuty, match="zurückgenommen"), transaction.atomic():
            actions.answer_swap(person=lea, offer=seen, agrees=agrees, now=now)
    mine.refresh_from_db()
    assert mine.person == emre and told(emre) == []
    again = actions.offer_swap(person=emre, shift=mine, wanted=theirs, now=now)
    seen = SwapOffer.objects.get(pk=again.pk)
    actions.answer_swap(person=lea, offer=again, agrees=True, now=now)
    with pytest.raises(actions.CannotPlanDuty, match="beantwortet"), transaction.atomic():
        actions.withdraw_swap(person=emre, offer=seen, now=now)
    again.refresh_from_db()
    assert (again.answer, again.archived_at) == (states.AGREED, None)


def test_a_swap_on_the_pages_of_the_two_shifts(owner, emre, lea, client_of):
    now = timezone.now()
    mine, theirs = shift(emre, emre, now + DAY), shift(owner, lea, now + 2 * DAY)
    page = client_of(emre).get(url("shift", emre, mine.pk)).content.decode()
    assert f'value="{theirs.pk}"' in page
    client_of(emre).post(url("offer_swap", emre, mine.pk), {"wanted": "x"})
    assert not SwapOffer.objects.exists()
    client_of(emre).post(url("offer_swap", emre, mine.pk), {"wanted": theirs.pk})
    offer = SwapOffer.objects.get()
    assert 'value="agreed"' in client_of(lea).get(url("shift", lea, theirs.pk)).content.decode()
    client_of(lea).post(url("answer_swap", lea, offer.pk), {"answer": "agreed"})
    mine.refresh_from_db()
    assert mine.person == lea
