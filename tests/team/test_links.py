"""One-time log-in links and guests' doors."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from allmende.team.access import find_guest_link
from allmende.team.actions import make_guest_link, make_login_link, revoke_guest_link, use_login_link
from allmende.team.models import GuestLink, LoginLink


def test_login_link_works_once(owner, now):
    token = make_login_link(user=owner.user, now=now)
    assert use_login_link(token=token, now=now) == owner.user
    assert use_login_link(token=token, now=now) is None


def test_login_link_dies_after_a_day(owner, now):
    token = make_login_link(user=owner.user, now=now)
    assert use_login_link(token=token, now=now + timedelta(hours=24)) is None


def test_new_login_link_ends_the_older_one(owner, now):
    older = make_login_link(user=owner.user, now=now)
    newer = make_login_link(user=owner.user, now=now)
    assert use_login_link(token=older, now=now) is None
    assert use_login_link(token=newer, now=now) == owner.user


def test_closed_account_has_no_way_in(owner, now):
    token = make_login_link(user=owner.user, now=now)
    owner.user.is_active = False
    owner.user.save()
    assert use_login_link(token=token, now=now) is None


def test_only_hashes_are_kept(owner, now):
    tokens = make_login_link(user=owner.user, now=now), guest(owner, now)
    kept = [*LoginLink.objects.values_list("token_hash", flat=True)]
    kept += GuestLink.objects.values_list("token_hash", flat=True)
    assert len(kept) == 2 and not set(kept) & set(tokens)


def guest(owner, now):
    return make_guest_link(
        person=owner,
        object_kind="stakeholders.report",
        object_id=7,
        guest_name="Frau Brandt",
        expires_at=now + timedelta(days=7),
        now=now,
    )


def test_guest_link_opens_one_object_until_its_time(owner, now):
    token = guest(owner, now)
    assert find_guest_link(token, "stakeholders.report", now).object_id == "7"
    for wrong in (
        ("x" + token, "stakeholders.report", now),
        (token, "editorial.item", now),
        (token, "stakeholders.report", now + timedelta(days=7)),
    ):
        with pytest.raises(Http404):
            find_guest_link(*wrong)


def test_revoked_guest_link_opens_nothing(owner, now):
    token = guest(owner, now)
    link = GuestLink.objects.get()
    assert revoke_guest_link(person=owner, link=link, now=now)
    assert not revoke_guest_link(person=owner, link=link, now=now)
    with pytest.raises(Http404):
        find_guest_link(token, "stakeholders.report", now)


@pytest.mark.parametrize(("browser", "spoken"), [("en-GB,en;q=0.9", "en"), ("de-AT", "de"), ("fr", "de")])
def test_the_first_visit_speaks_the_language_of_the_browser(owner, client, browser, spoken):
    owner.user.set_unusable_password()
    owner.user.save()
    token = make_login_link(user=owner.user, now=timezone.now())
    client.post(reverse("login_link", args=[token]), headers={"accept-language": browser})
    owner.user.refresh_from_db()
    assert owner.user.language == spoken


def test_whoever_has_a_password_keeps_their_language(owner, client):
    token = make_login_link(user=owner.user, now=timezone.now())
    client.post(reverse("login_link", args=[token]), headers={"accept-language": "en"})
    owner.user.refresh_from_db()
    assert owner.user.language == "de"
