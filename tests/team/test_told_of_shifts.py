"""Nobody learns from the rota alone that their shift is another's: they are told (S2-20)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from allmende.team import actions, queries
from allmende.team.models import Notice
from allmende.team.queries import default_hours, undo_url
from tests.team.test_rota import shift, undo_in, url

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def monday():
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def lea(new_person):
    return new_person("manager", "Lea Brandt")


def told(person):
    found = Notice.objects.filter(person=person, kind__startswith="team.shift").order_by("pk")
    return [one.kind.removeprefix("team.shift_") for one in found]


def test_s2_20_whoever_loses_a_shift_by_planning_is_told_and_told_again_when_it_is_undone(
    owner,
    emre,
    lea,
    monday,
    client_of,
):
    one, client = shift(owner, emre, monday), client_of(owner)
    client.post(url("cancel_shift", owner, one.pk))
    assert told(emre) == ["assigned", "taken_off"]
    notice = Notice.objects.get(person=emre, kind="team.shift_taken_off")
    assert notice.url.endswith(f"/team/rota/?on={monday.isoformat()}"), "the shift itself is off the rota"
    words = client_of(emre).get(url("notices", owner)).content.decode()
    assert f"{owner.name} hat Ihre Schicht aus dem Dienstplan genommen oder anders vergeben" in words
    client.post(undo_in(client.get(url("rota", owner))))
    assert told(emre) == ["assigned", "taken_off", "put_back"]
    client.post(url("put_shift", owner, one.pk), {"on_date": monday.isoformat(), "row": f"person:{lea.pk}"})
    assert told(emre)[3:] == ["taken_off"] and told(lea) == ["assigned"]
    client.post(undo_in(client.get(url("rota", owner))))
    assert told(emre)[4:] == ["put_back"] and told(lea) == ["assigned", "taken_off"]


def test_whoever_offered_a_shift_is_told_who_takes_it_over(owner, emre, lea, monday):
    one, now = shift(emre, emre, monday), timezone.now()
    actions.move_shift(person=emre, shift=one, to="swap_requested", now=now)
    assert told(emre) == [], "what one does oneself is no news"
    actions.move_shift(person=lea, shift=one, to="confirmed", now=now)
    assert told(emre) == ["taken_over"] and told(lea) == []
    actions.move_shift(person=lea, shift=one, to="open", now=now)
    assert told(lea) == [], "given back by herself"


def test_a_shift_put_on_another_day_asks_its_person_anew_and_takes_nothing_off(owner, emre, monday, client_of):
    one = shift(owner, emre, monday)
    client_of(owner).post(url("put_shift", owner, one.pk), {"on_date": monday.isoformat(), "row": f"person:{emre.pk}"})
    assert told(emre) == ["assigned"], "nothing changed"
    actions.plan_shift(
        person=owner, shift=one, doer=emre, hours=None, kind="full", starts_at=one.starts_at, ends_at=one.ends_at.replace(minute=30),
        now=timezone.now(),
    )  # fmt: skip
    assert told(emre) == ["assigned", "assigned"]
    assert asks(emre) == ["shift_assigned"], "not for the times that hold no more"


def test_whose_shift_is_put_back_to_its_times_is_told(owner, emre, monday, client_of):
    one, client = shift(owner, emre, monday), client_of(owner)
    tuesday = (monday + timedelta(days=1)).isoformat()
    client.post(url("put_shift", owner, one.pk), {"on_date": tuesday, "row": f"person:{emre.pk}"})
    assert told(emre) == ["assigned", "assigned"]
    client.post(undo_in(client.get(url("rota", owner))))
    assert told(emre)[2:] == ["put_back"] and asks(emre) == ["shift_put_back"]


def test_who_takes_a_shift_off_themselves_is_asked_of_it_no_more(owner, emre, monday):
    one = shift(owner, emre, monday)
    actions.cancel_shift(person=emre, shift=one, now=timezone.now())
    assert told(emre) == ["assigned"] and asks(emre) == []


def test_a_proposal_undone_tells_those_who_were_asked(owner, emre, monday):
    one = shift(owner, emre, monday)
    token = undo_url(owner, "team.proposal", shifts=[str(one.pk)]).rstrip("/").rsplit("/", 1)[1]
    actions.undo_change(person=owner, now=timezone.now(), token=token)
    assert told(emre) == ["assigned", "taken_off"]


def test_a_proposal_tells_everybody_once_and_its_undo_too(owner, emre, lea, monday, client_of):
    """Two shifts of one, one of another, one of whoever accepts it; each asks until the last of theirs is answered."""
    now, hours, begin = timezone.now(), default_hours(owner.workspace), shift(lea, lea, monday).starts_at
    picks = [(emre, 1), (emre, 2), (lea, 3), (owner, 4)]
    picks = [(who, hours, begin + day * 24 * HOUR, begin + day * 24 * HOUR + HOUR) for who, day in picks]
    planned = actions.accept_proposal(person=owner, picks=picks, now=now)
    assert told(emre) == ["team.shifts_assigned"] and told(lea) == ["assigned"] and told(owner) == []
    assert Notice.objects.get(person=emre).url.endswith(f"?on={(monday + timedelta(days=1)).isoformat()}")
    words = client_of(emre).get(url("notices", owner)).content.decode()
    assert f"{owner.name} hat Sie für 2 Schichten eingeplant" in words
    actions.move_shift(person=emre, shift=planned[0], to="confirmed", now=now)
    assert asks(emre) == ["shifts_assigned"], "one of them still waits"
    actions.move_shift(person=emre, shift=planned[1], to="open", now=now)
    assert asks(emre) == []
    again = actions.accept_proposal(person=owner, picks=[(emre, *one[1:]) for one in picks[1:3]], now=now)
    token = undo_url(owner, "team.proposal", shifts=[str(one.pk) for one in again]).rstrip("/").rsplit("/", 1)[1]
    actions.undo_change(person=owner, now=now, token=token)
    assert asks(emre) == ["shifts_taken_off"], "told once, and asked for none of them"
    assert "hat Ihnen 2 Schichten abgenommen" in client_of(emre).get(url("notices", owner)).content.decode()


def asks(person):
    found = Notice.objects.filter(person=person, seen_at__isnull=True).order_by("pk")
    return [one.kind.removeprefix("team.") for one in found]


def test_what_is_answered_asks_no_more_on_today(owner, emre, lea, monday):
    now, one, other = timezone.now(), shift(owner, emre, monday), shift(lea, lea, monday + timedelta(days=1))
    assert asks(emre) == ["shift_assigned"]
    actions.move_shift(person=emre, shift=one, to="confirmed", now=now)
    assert asks(emre) == []
    for answer in ("withdrawn", "declined", "agreed"):
        offer = actions.offer_swap(person=emre, shift=one, wanted=other, now=now)
        assert asks(lea)[-1] == "swap_offered", answer
        if answer == "withdrawn":
            actions.withdraw_swap(person=emre, offer=offer, now=now)
        else:
            actions.answer_swap(person=lea, offer=offer, agrees=answer == "agreed", now=now)
        assert "swap_offered" not in asks(lea), answer


def test_a_swap_answers_what_its_two_shifts_asked(owner, emre, lea, monday):
    now, one, other = timezone.now(), shift(owner, emre, monday), shift(owner, lea, monday + timedelta(days=1))
    offer = actions.offer_swap(person=emre, shift=one, wanted=other, now=now)
    assert asks(lea) == ["shift_assigned", "swap_offered"]
    actions.answer_swap(person=lea, offer=offer, agrees=True, now=now)
    assert asks(lea) == [] and asks(emre) == ["swap_agreed"]


def planned_anew(owner, one, **other):
    now = timezone.now()
    values = {"hours": one.hours, "doer": one.person, "starts_at": one.starts_at, "ends_at": one.ends_at, **other}
    actions.plan_shift(person=owner, shift=one, kind="full", now=now, **values)


ENDS = {
    "other hours of the clock": lambda owner, lea, one: planned_anew(owner, one, ends_at=one.ends_at + HOUR),
    "other service hours": lambda owner, lea, one: planned_anew(owner, one, hours=default_hours(owner.workspace)),
    "somebody else": lambda owner, lea, one: planned_anew(owner, one, doer=owner),
    "nobody": lambda owner, lea, one: planned_anew(owner, one, doer=None),
    "off the rota": lambda owner, lea, one: actions.cancel_shift(person=owner, shift=one, now=timezone.now()),
}


@pytest.mark.parametrize("side", ["offered", "wanted"])
@pytest.mark.parametrize("ends", ENDS)
def test_s2_20_an_offer_ends_when_one_of_its_shifts_is_another(owner, emre, lea, monday, client_of, ends, side):
    now, one, other = timezone.now(), shift(emre, emre, monday), shift(lea, lea, monday + timedelta(days=1))
    offer = actions.offer_swap(person=emre, shift=one, wanted=other, now=now)
    ENDS[ends](owner, lea, one if side == "offered" else other)
    offer.refresh_from_db()
    assert offer.archived_at and not queries.open_swaps(one, now) and not queries.open_swaps(other, now)
    assert "swap_offered" not in asks(lea) and "swap_ended" in asks(emre)
    notice = Notice.objects.get(person=emre, kind="team.swap_ended")
    assert notice.url.endswith(f"?on={monday.isoformat()}")
    assert "Ihr Angebot ist damit hinfällig" in client_of(emre).get(url("notices", owner)).content.decode()
    with pytest.raises(actions.CannotPlanDuty), transaction.atomic():
        actions.answer_swap(person=lea, offer=offer, agrees=True, now=now)


def test_an_offer_ends_when_its_shift_is_swapped_with_another_and_stands_when_nothing_of_it_changes(
    owner, emre, lea, monday
):
    now, karin = timezone.now(), owner
    one, other = shift(emre, emre, monday), shift(lea, lea, monday + timedelta(days=1))
    third = shift(karin, karin, monday + timedelta(days=2))
    first = actions.offer_swap(person=emre, shift=one, wanted=other, now=now)
    second = actions.offer_swap(person=karin, shift=third, wanted=one, now=now)
    planned_anew(owner, one)
    first.refresh_from_db()
    assert first.archived_at is None, "saved without a change"
    actions.answer_swap(person=emre, offer=second, agrees=True, now=now)
    first.refresh_from_db(), second.refresh_from_db()
    assert first.archived_at and (second.archived_at, second.answer) == (None, "agreed")
    assert "swap_ended" not in asks(emre) and asks(lea) == [], "who ends it knows"


def test_an_offer_made_by_mistake_is_undone_and_asks_nobody(owner, emre, lea, monday, client_of):
    one, other = shift(emre, emre, monday), shift(lea, lea, monday + timedelta(days=1))
    client = client_of(emre)
    undo = undo_in(client.post(url("offer_swap", emre, one.pk), {"wanted": other.pk}, follow=True))
    assert asks(lea) == ["swap_offered"]
    client.post(undo)
    assert asks(lea) == [] and not queries.open_swaps(one, timezone.now())
    undo = undo_in(client.post(url("offer_swap", emre, one.pk), {"wanted": other.pk}, follow=True))
    offer = queries.open_swaps(one, timezone.now())[0]
    actions.answer_swap(person=lea, offer=offer, agrees=False, now=timezone.now())
    client.post(undo)
    offer.refresh_from_db()
    assert (offer.answer, offer.archived_at) == ("declined", None)


def test_an_absence_that_is_settled_asks_nobody_any_more(owner, emre, lea, new_person, monday):
    now, lead = timezone.now(), new_person("lead", "Karin Holm")
    absence = actions.request_absence(
        person=emre, absent=emre, kind="leave", starts_date=monday, ends_date=monday, deputy=lea, now=now
    )
    assert asks(lea) == ["deputy_asked"] and asks(lead) == asks(owner) == ["absence_requested"]
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    assert asks(lea) == asks(lead) == asks(owner) == []
    assert asks(emre) == ["deputy_confirmed", "absence_approved"]


def test_days_of_an_absence_that_hold_no_more_ask_nobody(owner, emre, lea, new_person, monday, client_of):
    now, lead, client = timezone.now(), new_person("lead", "Karin Holm"), client_of(emre)
    days = {"kind": "leave", "starts_date": monday, "ends_date": monday}
    absence = actions.request_absence(person=emre, absent=emre, deputy=lea, now=now, **days)
    actions.confirm_deputy(person=lea, absence=absence, now=now)
    actions.approve_absence(person=lead, absence=absence, now=now)
    longer = days | {"ends_date": monday + timedelta(days=1), "deputy": lea.pk, "revision": absence.revision}
    answer = client.post(url("absence", emre, absence.pk), longer, follow=True)
    assert asks(lea) == ["deputy_asked"] and asks(lead) == asks(owner) == ["absence_requested"]
    client.post(undo_in(answer))
    assert asks(lea) == ["deputy_again"] and asks(lead) == asks(owner) == []


def test_who_asks_somebody_else_to_stand_in_is_asked_no_more(owner, emre, lea, monday):
    now, days = timezone.now(), {"kind": "leave", "starts_date": monday, "ends_date": monday}
    absence = actions.request_absence(person=lea, absent=lea, deputy=emre, now=now, **days)
    assert asks(emre) == ["deputy_asked"]
    actions.change_absence(person=emre, absence=absence, deputy=None, now=now, **days)
    assert asks(emre) == []
