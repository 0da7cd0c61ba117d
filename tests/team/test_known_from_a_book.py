"""People whom a book names and who are not here: their name stays, a place is kept, an invitation fills it (S0-24)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.team.actions import CannotInvite, invite_person, keep_place, make_responsible, unit_of_person
from allmende.team.models import Person, Responsibility, User
from allmende.team.queries import people_of, uninvited

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(owner, now):
    return keep_place(workspace=owner.workspace, name="Wiebke Harms", role="lead", now=now)


def invite(owner, now, **more):
    return invite_person(person=owner, email="wiebke@example.org", name="Wiebke Harms", role="manager", now=now, **more)


def test_s0_24_whom_a_book_names_has_a_place_and_no_access(owner, known, client_of):
    assert list(uninvited(owner.workspace)) == [known] and known not in people_of(owner.workspace)
    client = client_of(known)
    assert client.get(reverse("team:index", args=[owner.workspace.slug])).status_code in (302, 404)


def test_s0_24_who_had_left_is_not_asked_back(owner, now):
    gone = keep_place(workspace=owner.workspace, name="Uwe", now=now, left_at=now - timedelta(days=400))
    assert not uninvited(owner.workspace) and gone.left_at == now - timedelta(days=400)


def test_s0_24_the_database_lets_no_uninvited_one_in(known):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=known.pk).update(left_at=None)


def test_s0_24_whoever_is_invited_takes_the_place_with_its_past(owner, known, now):
    unit = unit_of_person(colleague=known, now=now)
    stand_in = known.user_id
    joined = invite(owner, now, place=known)
    assert joined.person.pk == known.pk and joined.token
    known.refresh_from_db()
    assert (known.role, known.left_at, known.is_uninvited) == ("manager", None, False)
    assert known.user.email == "wiebke@example.org" and not User.objects.filter(pk=stand_in).exists()
    line = make_responsible(person=owner, kind="thing", key="1", label="Lob", unit=unit, now=now)
    assert Responsibility.objects.get(pk=line.pk).unit.lead == joined.person


def test_a_place_is_taken_once(owner, known, now):
    invite(owner, now, place=known)
    with pytest.raises(CannotInvite, match=r"Wiebke Harms"):
        invite_person(person=owner, email="x@example.org", name="Wiebke", role="manager", now=now, place=known)


def test_nobody_is_two_people(owner, known, now):
    invite(owner, now)
    Person.objects.filter(user__email="wiebke@example.org").update(left_at=now)
    with pytest.raises(CannotInvite, match="Wiebke Harms"):
        invite(owner, now, place=known)


def test_the_team_page_shows_them_and_invites(owner, known, client_of, now):
    client = client_of(owner)
    page = client.get(reverse("team:index", args=[owner.workspace.slug])).text
    address = reverse("team:invite", args=[owner.workspace.slug]) + f"?place={known.pk}"
    assert "Noch einzuladen" in page and address in page
    form = client.get(address).text
    assert 'value="Wiebke Harms"' in form and "aus dem Buch" in form
    typed = {"name": "Wiebke Harms", "email": "wiebke@example.org", "role": "moderator"}
    assert client.post(address, typed).status_code == 200
    known.refresh_from_db()
    assert known.role == "moderator" and not known.is_uninvited


@pytest.mark.parametrize("place", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_place_that_is_not_here_is_not_found(owner, client_of, place):
    address = reverse("team:invite", args=[owner.workspace.slug])
    assert client_of(owner).get(f"{address}?place={place}").status_code == 404


def test_a_role_above_ones_own_is_not_proposed(new_person, owner, known, client_of):
    Person.objects.filter(pk=known.pk).update(role="owner")
    lead = new_person("lead", "Emre")
    form = client_of(lead).get(reverse("team:invite", args=[owner.workspace.slug]) + f"?place={known.pk}").text
    assert '<option value="lead" selected>' in form and 'value="owner"' not in form
