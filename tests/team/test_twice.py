"""Pressed twice: a link that is shown once must not be lost with the first answer."""

from datetime import timedelta

import pytest

from allmende.team.actions import CannotInvite, invite_person, use_login_link


def test_an_invitation_sent_twice_shows_a_link_that_works(owner, now):
    given = {"person": owner, "email": "mira@example.org", "name": "Mira", "role": "manager"}
    first = invite_person(**given, now=now)
    second = invite_person(**given, now=now + timedelta(seconds=1))
    assert first.person == second.person
    assert use_login_link(token=first.token, now=now) is None
    assert use_login_link(token=second.token, now=now) == first.person.user
    with pytest.raises(CannotInvite):
        invite_person(**given, now=now + timedelta(hours=1))


def test_whoever_also_works_elsewhere_gets_no_second_link(owner, new_person, now):
    stranger = new_person("owner", slug="werkbank")
    given = {"email": "mira@example.org", "name": "Mira", "role": "manager", "now": now}
    invite_person(person=stranger, **given)
    assert invite_person(person=owner, **given).token is None
    with pytest.raises(CannotInvite):
        invite_person(person=owner, **given)
