"""What is told of members: traits and groups, taken back whole, gone with the member, held by the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.connectors.neutral import Author
from allmende.members.actions import (
    CannotTell,
    bring_segment_back,
    forget_erased,
    forget_told,
    join_group,
    leave_group,
    meet,
    put_segment_away,
    save_segment,
    tell_traits,
    undo_telling,
)
from allmende.members.models import Member, MemberTrait, Segment, SegmentStay, Telling
from allmende.members.queries import (
    group_rows,
    members_named,
    people_of,
    stays_by_group,
    told_at,
    told_of,
    traits_told,
    values_by_trait,
)
from allmende.team.actions import CannotUndo
from allmende.team.models import AuditRow

LATER = timedelta(days=1)


@pytest.fixture
def people(workspace, now):
    authors = [Author(f"n{place}", f"handle{place}", f"Name {place}") for place in range(4)]
    seen = {f"n{place}": now - timedelta(days=10 * place) for place in range(4)}
    meet(workspace=workspace, network="sandbox:1", authors=authors, first_seen=seen, now=now)
    return {one.alias[-1]: one for one in Member.objects.all()}


@pytest.fixture
def invited(owner, now):
    return save_segment(person=owner, segment=None, key="invited", name="Eingeladene", now=now)


def test_traits_are_told_of_many_at_once_and_taken_back_whole(people, owner, workspace, now) -> None:
    first, second = people["0"].pk, people["1"].pk
    tell_traits(person=owner, told={first: {"department": "Linz"}}, now=now)
    telling = tell_traits(
        person=owner, told={first: {"department": "Chur"}, second: {"department": "Linz", "plant": "A"}}, now=now
    )
    assert values_by_trait(workspace, {"department", "plant", "region"}) == {
        "department": {people["0"].pseudonym: "Chur", people["1"].pseudonym: "Linz"},
        "plant": {people["1"].pseudonym: "A"},
    }
    assert [(one.name, one.people) for one in traits_told(workspace)] == [("department", 2), ("plant", 1)]
    undo_telling(person=owner, now=now + LATER, pk=telling.pk)
    assert values_by_trait(workspace, {"department", "plant"}) == {"department": {people["0"].pseudonym: "Linz"}}
    with pytest.raises(CannotUndo):
        undo_telling(person=owner, now=now, pk=telling.pk)
    assert told_at(workspace) == now + LATER
    verbs = set(AuditRow.objects.filter(verb__startswith="members.t").values_list("verb", flat=True))
    assert verbs == {"members.traits.told", "members.telling.undone"}


def test_what_is_known_already_is_no_change_and_empty_takes_away(people, owner, now) -> None:
    told = {people["0"].pk: {"region": "Nord"}}
    tell_traits(person=owner, told=told, now=now)
    assert tell_traits(person=owner, told=told, now=now) is None
    tell_traits(person=owner, told={people["0"].pk: {"region": " "}}, now=now)
    assert not MemberTrait.objects.exists()


def test_a_later_word_about_the_same_member_is_not_undone_underhand(people, owner, now) -> None:
    first = tell_traits(person=owner, told={people["0"].pk: {"region": "Nord"}}, now=now)
    tell_traits(person=owner, told={people["0"].pk: {"region": "Sued"}}, now=now)
    with pytest.raises(CannotUndo):
        undo_telling(person=owner, now=now, pk=first.pk)
    assert MemberTrait.objects.get().value == "Sued"


def test_members_of_another_workspace_are_passed_over(people, new_person, now) -> None:
    stranger = new_person("owner", slug="other")
    assert tell_traits(person=stranger, told={people["0"].pk: {"region": "Nord"}}, now=now) is None
    assert not members_named(stranger.workspace, ["Name 0"]).found


def test_who_may_only_read_tells_nothing(people, invited, new_person, now) -> None:
    reader = new_person("moderator")
    for act in (
        lambda: tell_traits(person=reader, told={people["0"].pk: {"region": "Nord"}}, now=now),
        lambda: join_group(person=reader, segment=invited, members=[people["0"].pk], since=None, now=now),
        lambda: save_segment(person=reader, segment=None, name="Nein", now=now),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Telling.objects.exists()


def test_somebody_joins_leaves_and_what_was_counted_before_stays(people, invited, owner, workspace, now) -> None:
    keys = [people["0"].pk, people["1"].pk]
    joined = join_group(person=owner, segment=invited, members=keys, since=None, now=now)
    assert join_group(person=owner, segment=invited, members=keys, since=None, now=now) is None
    left = leave_group(person=owner, segment=invited, members=[people["0"].pk], now=now + LATER)
    known = stays_by_group(workspace, {"invited"})["invited"]
    stays = {one.pseudonym: (one.since, one.until) for one in known}
    assert stays == {people["0"].pseudonym: (None, now + LATER), people["1"].pseudonym: (None, None)}
    assert [row.people for row in group_rows(workspace, now)] == [1]
    # Who comes back does so from the end of the first stay on: no time counts twice.
    join_group(person=owner, segment=invited, members=[people["0"].pk], since=None, now=now + 2 * LATER)
    again = SegmentStay.objects.get(member=people["0"], until__isnull=True)
    assert again.since == now + LATER
    for earlier in (left, joined):
        with pytest.raises(CannotUndo):
            undo_telling(person=owner, now=now, pk=earlier.pk)
    again.delete()
    undo_telling(person=owner, now=now, pk=left.pk)
    undo_telling(person=owner, now=now, pk=joined.pk)
    assert not SegmentStay.objects.exists()


def test_whoever_was_to_come_later_only_never_does_and_can_be_put_back(people, invited, owner, now) -> None:
    join_group(person=owner, segment=invited, members=[people["0"].pk], since=now + LATER, now=now)
    left = leave_group(person=owner, segment=invited, members=[people["0"].pk], now=now)
    assert not SegmentStay.objects.exists()
    undo_telling(person=owner, now=now, pk=left.pk)
    assert SegmentStay.objects.get().since == now + LATER


def test_groups_by_rule_follow_what_is_known(people, owner, workspace, now) -> None:
    tell_traits(person=owner, told={people[one].pk: {"region": "Nord"} for one in "012"}, now=now)
    north = save_segment(person=owner, segment=None, name="Norden", trait="region", value="Nord", now=now)
    cohort = save_segment(
        person=owner, segment=None, name="Herbst", now=now, trait="region", value="Nord",
        met_from_date=(now - timedelta(days=12)).date(), met_until_date=(now - timedelta(days=8)).date(),
    )  # fmt: skip
    assert {one.alias for one in people_of(north, now)} == {"Name 0", "Name 1", "Name 2"}
    assert [one.alias for one in people_of(cohort, now)] == ["Name 1"]
    assert {row.segment.name: row.people for row in group_rows(workspace, now)} == {"Herbst": 1, "Norden": 3}
    assert [one.pseudonym for one in stays_by_group(workspace, {"herbst"})["herbst"]] == [people["1"].pseudonym]
    with pytest.raises(CannotTell):
        join_group(person=owner, segment=north, members=[people["3"].pk], since=None, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "Norden", "trait": "region"},
        {"name": "Norden", "value": "Nord"},
        {"name": "Eingeladene"},
        {"name": "Herbst", "met_from_date": date(2026, 9, 1), "met_until_date": date(2026, 8, 1)},
        {"name": "Anders", "key": "invited"},
    ],
)
def test_a_group_that_cannot_be_right_is_refused(invited, owner, now, wrong) -> None:
    with pytest.raises(CannotTell):
        save_segment(person=owner, segment=None, now=now, **wrong)
    assert Segment.objects.count() == 1


def test_people_put_in_by_hand_are_not_dropped_by_a_rule(people, invited, owner, now) -> None:
    join_group(person=owner, segment=invited, members=[people["0"].pk], since=None, now=now)
    with pytest.raises(CannotTell):
        save_segment(person=owner, segment=invited, name="Eingeladene", trait="region", value="Nord", now=now)


def test_a_group_is_put_away_and_brought_back(people, invited, owner, workspace, now) -> None:
    put_segment_away(person=owner, segment=invited, now=now)
    assert stays_by_group(workspace, {"invited"}) == {}
    with pytest.raises(CannotTell):
        join_group(person=owner, segment=invited, members=[people["0"].pk], since=None, now=now)
    bring_segment_back(person=owner, segment=invited, now=now)
    assert stays_by_group(workspace, {"invited"}) == {"invited": []}


def test_names_mean_one_several_or_nobody(people, workspace, now) -> None:
    meet(workspace=workspace, network="mail:1", authors=[Author("m9", "x", "Name 3")], first_seen={}, now=now)
    named = members_named(workspace, ["Name 0", "@handle1", "n2", "Name 3", "Niemand", " "])
    assert named.found == {"Name 0": people["0"].pk, "@handle1": people["1"].pk, "n2": people["2"].pk}
    assert (named.unknown, named.several) == (("Niemand",), ("Name 3",))


def test_what_was_told_goes_with_the_member(people, invited, owner, workspace, now) -> None:
    told = {people["0"].pk: {"region": "Nord"}, people["1"].pk: {"region": "Nord"}}
    tell_traits(person=owner, told=told, now=now)
    join_group(person=owner, segment=invited, members=list(told), since=None, now=now)
    forget_told(member=people["0"])
    assert not told_of(people["0"])[0] and not told_of(people["0"])[1]
    assert [one.changed for one in Telling.objects.order_by("pk")] == [
        {"traits": [[people["1"].pk, "region", "", "Nord"]]},
        {"begun": [SegmentStay.objects.get().pk]},
    ]


def test_the_erased_belong_to_nothing(people, invited, owner, workspace, now) -> None:
    tell_traits(person=owner, told={people["0"].pk: {"region": "Nord"}}, now=now)
    join_group(person=owner, segment=invited, members=[people["0"].pk], since=None, now=now)
    Member.objects.filter(pk=people["0"].pk).update(erased_at=now)
    assert values_by_trait(workspace, {"region"}) == {}
    assert stays_by_group(workspace, {"invited"}) == {"invited": []}
    assert not traits_told(workspace)
    assert not people_of(invited, now)


def test_what_was_told_of_the_erased_is_let_go_by_the_worker(people, invited, owner, workspace, now) -> None:
    told = {people["0"].pk: {"region": "Nord"}, people["1"].pk: {"region": "Nord"}}
    tell_traits(person=owner, told=told, now=now)
    join_group(person=owner, segment=invited, members=list(told), since=None, now=now)
    assert forget_erased(workspace=workspace) == 0
    Member.objects.filter(pk=people["0"].pk).update(erased_at=now)
    assert forget_erased(workspace=workspace) == 1
    assert {one.member_id for one in MemberTrait.objects.all()} == {people["1"].pk}
    assert {one.member_id for one in SegmentStay.objects.all()} == {people["1"].pk}
    assert forget_erased(workspace=workspace) == 0


def test_the_database_holds_what_cannot_be(people, invited, owner, now) -> None:
    stay = {"segment": invited, "member": people["0"], "told_at": now}
    join_group(person=owner, segment=invited, members=[people["0"].pk], since=None, now=now)
    early = datetime(2026, 1, 1, tzinfo=UTC)
    for wrong in (
        lambda: SegmentStay.objects.create(**stay),
        lambda: SegmentStay.objects.create(**stay, since=now, until=early),
        lambda: MemberTrait.objects.create(member=people["0"], name="region", value="", told_at=now),
        lambda: Segment.objects.filter(pk=invited.pk).update(trait="region"),
        lambda: Segment.objects.filter(pk=invited.pk).update(key=""),
        lambda: Segment.objects.filter(pk=invited.pk).update(
            met_from_date=date(2026, 2, 1), met_until_date=date(2026, 1, 1)
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
