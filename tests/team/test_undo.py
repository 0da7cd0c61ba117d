"""Taking back: bound to the person, short-lived, and never over somebody else's later change."""

from datetime import UTC, datetime

import pytest
from django.core import signing

from allmende.team.access import persons_of
from allmende.team.actions import change_person
from allmende.team.queries import read_undo, undo_url

pytestmark = pytest.mark.django_db


def test_an_offer_is_the_persons_own(owner, new_person):
    token = undo_url(owner, "inbox.noted", note=7).split("/")[-2]
    assert read_undo(owner, token) == ("inbox.noted", {"note": 7})
    assert read_undo(new_person("manager"), token) is None


def test_a_forged_or_old_offer_takes_nothing_back(client_of, owner, settings):
    forged = signing.dumps([str(owner.pk), "inbox.noted", {"note": 7}], salt="elsewhere")
    answer = client_of(owner).post(f"/w/lotsenforum/undo/{forged}/", {"next": "//evil.example/"}, follow=True)
    assert answer.redirect_chain[0][0] == "/w/lotsenforum/"
    assert "Nicht rückgängig gemacht" in answer.content.decode()


def test_access_lasts_until_midnight_where_the_workspace_is(owner, new_person, now):
    """At 23:30 in Greenwich it is the next day in Berlin; an access that ended there has ended."""
    emre = new_person("manager", "Emre Yıldız")
    change_person(
        person=owner, colleague=emre, name=emre.name, role="manager",
        access_until_date=datetime(2026, 10, 7, tzinfo=UTC).date(), seen_revision=emre.revision, now=now,
    )  # fmt: skip
    assert persons_of(emre.user, datetime(2026, 10, 7, 21, 30, tzinfo=UTC))
    assert not persons_of(emre.user, datetime(2026, 10, 7, 22, 30, tzinfo=UTC))
