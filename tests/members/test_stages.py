"""At which stage members are: derived once a day from what they did, shown, filtered, gone with the member."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.connectors.neutral import Author
from allmende.members.actions import meet, set_stages
from allmende.members.models import Member, MemberStage
from allmende.members.queries import listing


@pytest.fixture
def people(workspace, now):
    authors = [Author(f"n{place}", f"handle{place}", f"Name {place}") for place in range(3)]
    meet(workspace=workspace, network="sandbox:1", authors=authors, first_seen={}, now=now)
    return list(Member.objects.order_by("pk"))


def test_stages_are_written_where_they_change_and_taken_where_nothing_is_known(people, workspace, now):
    first, second, _third = people
    assert set_stages(workspace=workspace, stages={first.pseudonym: "newcomer", second.pseudonym: "left"}, now=now) == 2
    later = now + timedelta(days=1)
    assert set_stages(workspace=workspace, stages={first.pseudonym: "newcomer", 1: "regular"}, now=later) == 1
    assert MemberStage.objects.get() == MemberStage(member=first, stage="newcomer", since=now)
    assert MemberStage.objects.get().since == now


def test_the_list_is_filtered_by_stage_and_the_page_says_it(people, workspace, now, client_of, owner):
    set_stages(workspace=workspace, stages={people[1].pseudonym: "regular"}, now=now)
    assert [one.alias for one in listing(workspace, stage="regular").members] == ["Name 1"]
    client = client_of(owner)
    page = client.get(reverse("members:index", args=[workspace.slug]), {"stage": "regular"}).content.decode()
    assert "Name 1" in page and "Name 2" not in page
    member = reverse("members:member", args=[workspace.slug, people[1].pk])
    assert "Stammmitglied" in client.get(member).content.decode()
    forged = client.get(reverse("members:index", args=[workspace.slug]), {"stage": "king"})
    assert forged.status_code == 200


def test_no_other_stage_can_be_stored(people, workspace, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberStage.objects.create(member=people[0], stage="king", since=now)
