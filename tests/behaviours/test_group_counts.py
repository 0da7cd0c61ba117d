"""Each group of people beside all together, against sums in plain Python, and never of few (domain 4.6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.actions.keep_groups import keep_groups
from allmende.behaviours.models import CountedFrom, GroupCount
from allmende.behaviours.queries import export_lines, ledger_root
from allmende.behaviours.queries.belongings import GROUP, parts_shown
from allmende.behaviours.queries.due import due_workspaces
from allmende.behaviours.queries.group_counts import group_tables
from allmende.domain.verdict import wilson
from allmende.ledger.breakdown import Breakdown, OwnerRow
from allmende.ledger.definition import Anchor, Predicate, Quality
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS
from allmende.members.actions import join_group, save_segment, tell_traits
from allmende.members.models import Member, MemberStage, MemberTrait, Segment
from allmende.plan.models import StrategicPlan
from tests.behaviours.conftest import row
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture

ASKERS = 40
FIRST = datetime(2025, 9, 1, tzinfo=UTC)
# Midnight in Berlin: the twelve months before October 2026.
SINCE, UNTIL = datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2026, 9, 30, 22, tzinfo=UTC)
WAIT = replace(FIRST_ANSWER_BY_MEMBER, form="F4", predicate=Predicate(("answered",)), window=timedelta(days=7))
RATE = replace(
    HELPERS, key=WAIT.key, form="F3", quality=Quality(), minimum=1,
    anchor=Anchor("period", ("asked",)), predicate=Predicate(("answered",)),
)  # fmt: skip


def asked_every_month():
    """Each of forty people asks once a month; it is answered within the day where month and person add up to no multiple of
    three, after so many minutes as the person's number says, else not at all."""
    for month in range(13):
        for person in range(ASKERS):
            name = f"{month}-{person}"
            at = FIRST + timedelta(days=30 * month + person % 28, hours=person % 20)
            yield row(name, f"Mensch {person}", at)
            if (month + person) % 3:
                yield row(f"{name}-a", f"Mensch {(person + 1) % ASKERS}", at + timedelta(minutes=5 + person), name)


def region(person):
    """Sixteen in the north, twenty in the south, two each in the east and the west."""
    return "Nord" if person < 16 else "Süd" if person < 36 else "Ost" if person < 38 else "West"


@pytest.fixture
def counted(take_in, workspace, owner, now):
    """`counted(definition)`: measured after regions and two groups were told."""

    def run(definition):
        take_in([*asked_every_month()])
        keys = dict(Member.objects.values_list("alias", "pk"))
        keys = {person: keys[f"Mensch {person}"] for person in range(ASKERS)}
        tell_traits(person=owner, told={keys[person]: {"region": region(person)} for person in keys}, now=now)
        for name, several in (("Pioniere", 10), ("Fast alle", 38)):
            segment = save_segment(person=owner, segment=None, key=name.lower()[:4], name=name, now=now)
            chosen = [keys[person] for person in range(several)]
            join_group(person=owner, segment=segment, members=chosen, since=None, now=now)
        made = adopt_definition(workspace=workspace, spec=definition, person=owner, now=now)
        measure_workspace(workspace=workspace, now=now)
        return made

    return run


def told(earlier=timedelta(0)):
    """(who asks, minutes until the answer or inf) of every question of the last twelve closed months; of what is waited for a
    week September 2026 is not closed yet, so they begin and end a month earlier."""
    rows = {one["message_id"]: one for one in asked_every_month()}
    for name, one in rows.items():
        at = datetime.fromisoformat(one["created_at"])
        if not name.endswith("-a") and SINCE - earlier <= at < UNTIL - earlier:
            person = int(one["author"].split()[1])
            yield person, 5 + person if f"{name}-a" in rows else inf


def answers_by(people):
    rows = (one for one in asked_every_month() if one["message_id"].endswith("-a"))
    return sum(
        1
        for one in rows
        if int(one["author"].split()[1]) in people and SINCE <= datetime.fromisoformat(one["created_at"]) < UNTIL
    )


# East and west are four people, so the smallest other part goes with them; without "Fast alle" two could be told.
PARTS = {
    ("all",): range(ASKERS),
    ("trait", "Süd"): range(16, 36),
    ("trait", "Nord", "Ost", "West"): [*range(16), *range(36, 40)],
    ("group", "pion"): range(10),
}


@pytest.mark.parametrize("definition", [FIRST_ANSWER_BY_MEMBER, WAIT, RATE])
def test_4_6_each_part_is_counted_as_by_hand_and_never_of_few(counted, definition):
    counted(definition)
    found = {(one.kind, *one.values): one for one in GroupCount.objects.select_related("definition")}
    assert found.keys() == PARTS.keys()
    for place, people in PARTS.items():
        earlier = timedelta(days=30) if definition is WAIT else timedelta(0)
        one, waits = found[place], sorted(wait for person, wait in told(earlier) if person in people)
        assert one.people == len(people)
        if definition is RATE:
            assert one.times == answers_by(people)
            assert one.value == pytest.approx(one.times / (len(people) * 365 / (365.25 / 12)))
        elif definition is WAIT:
            assert (one.complete, one.successes) == (len(waits), sum(1 for wait in waits if wait < inf))
            assert one.value == 60 * waits[(len(waits) - 1) // 2]
        else:
            k, n = sum(1 for wait in waits if wait < inf), len(waits)
            assert (one.successes, one.complete) == (k, n)
            assert (one.low, one.high) == (wilson(k, n).low, wilson(k, n).high)
        assert one.low <= one.value <= one.high


def test_4_6_two_groups_that_differ_by_what_one_person_did_are_not_both_shown():
    whole = tuple(OwnerRow(person, 2, 1, 1) for person in range(ASKERS))
    joined_later = (*whole[:19], OwnerRow(19, 1, 0, 0))
    found = Breakdown(whole, {(GROUP, "a"): whole[:20], (GROUP, "b"): joined_later})
    assert [(one.values, one.people) for one in parts_shown(found, 5)] == [((), ASKERS), (("a",), 20)]
    found = Breakdown(whole, {(GROUP, "a"): whole[:20], (GROUP, "b"): whole[:20]})
    assert [one.values for one in parts_shown(found, 5)] == [(), ("a",), ("b",)]


def test_4_6_a_wait_that_few_ended_is_shown_for_no_group():
    """Of the first twenty one expert answered every question: their wait is how fast she is."""
    by_one = tuple(OwnerRow(person, 1, 1, 1, 0, (60.0,), (), frozenset({900})) for person in range(20))
    by_many = tuple(
        OwnerRow(person, 1, 1, 1, 0, (60.0,), (), frozenset({900 + person % 9})) for person in range(20, ASKERS)
    )
    found = Breakdown(by_one + by_many, {(GROUP, "a"): by_one, (GROUP, "b"): by_many})
    assert [(one.values, one.people) for one in parts_shown(found, 5)] == [((), ASKERS), (("b",), 20)]
    assert parts_shown(Breakdown(by_one, {(GROUP, "a"): by_one}), 5) == []
    # Beside twenty whom nobody answered at all, the wait of all together is still hers.
    open_still = tuple(OwnerRow(person, 1, 0, 0, 0, (), (60.0,)) for person in range(20, ASKERS))
    assert parts_shown(Breakdown(by_one + open_still, {(GROUP, "b"): open_still}), 5) == []


def test_4_6_the_page_and_the_file_show_the_same_and_open_no_ledger(counted, client_of, owner, workspace):
    made = counted(FIRST_ANSWER_BY_MEMBER)
    ledger_root().rename(ledger_root().with_name("elsewhere"))
    page = client_of(owner).get(f"/w/{workspace.slug}/behaviours/{made.key}/").content.decode()
    part = page.split("Nach Gruppen von Menschen")[1].split("</details>")[0]
    assert "Nord, Ost, West" in part and "Pioniere" in part and "Fast alle" not in part
    lines = [one for one in export_lines(made) if one["period"] == "groups"]
    assert (lines[0]["group_kind"], lines[0]["group"]) == ("all", "")
    assert {one["group"] for one in lines} == {"", "Süd", "Nord, Ost, West", "Pioniere"}
    for one in lines:
        assert f"<b>{one['share'] * 100:.1f}".replace(".", ",") in part
        assert (one["people"], one["complete"]) != (None, None) and not one["is_withheld"]
    south = next(one for one in GroupCount.objects.all() if one.values == ["Süd"])
    south.values = ["Süd", ""]
    south.save()
    lines = [one for one in export_lines(made) if one["period"] == "groups"]
    assert "Süd, nicht angegeben" in {one["group"] for one in lines}


def test_4_6_a_floor_that_was_raised_holds_before_anything_is_counted_anew(
    counted,
    workspace,
    owner,
    now,
    client_of,
    write_plan,  # noqa: F811 - pytest takes it by name
):
    """Every part kept may be large enough for the new floor, and the difference of two too small for it: so nothing kept by another
    floor is shown, and the next count is due at once, though all of it was counted today."""
    made, plan = counted(FIRST_ANSWER_BY_MEMBER), write_plan(publish=True).plan
    measure_workspace(workspace=workspace, now=now + timedelta(minutes=1))
    address, later = f"/w/{workspace.slug}/behaviours/{made.key}/", now + timedelta(minutes=2)
    assert "Pioniere" in client_of(owner).get(address).content.decode() and due_workspaces(later) == []
    StrategicPlan.objects.filter(pk=plan.pk).update(community_type="internal")
    assert min(one.people for one in GroupCount.objects.all()) >= 8
    assert group_tables(made, 8) == () and "Pioniere" not in client_of(owner).get(address).content.decode()
    assert not [one for one in export_lines(made) if one["period"] == "groups"]
    assert due_workspaces(later) == [workspace]
    measure_workspace(workspace=workspace, now=later)
    assert "Pioniere" in client_of(owner).get(address).content.decode()
    assert due_workspaces(later) == []


def test_4_6_another_edition_of_the_rule_counts_groups_anew_at_once(counted, workspace, now):
    """What the program before thought safe is not shown by this one."""
    made, later = counted(FIRST_ANSWER_BY_MEMBER), now + timedelta(minutes=2)
    assert group_tables(made, 5) and due_workspaces(later) == []
    CountedFrom.objects.filter(what="groups").update(rule="5/of another edition")
    assert group_tables(made, 5) == () and due_workspaces(later) == [workspace]
    assert keep_groups(workspace=workspace, definition=made, as_of=later, now=later), "though it was counted today"
    assert group_tables(made, 5) and due_workspaces(later) == []


def test_4_6_nobody_goes_through_the_ledger_for_groups_that_nothing_touched(counted, workspace, owner, now):
    """Not even where no group may be shown, so that nothing is kept of them."""
    made = counted(FIRST_ANSWER_BY_MEMBER)

    def kept(days) -> bool:
        at = now + timedelta(days=days)
        return keep_groups(workspace=workspace, definition=made, as_of=at, now=at)

    assert kept(1), "the first count derived who is at which stage"
    assert not kept(2)
    assert set(GroupCount.objects.values_list("measured_at", flat=True)) == {now + timedelta(days=2)}
    pioneers = Segment.objects.get(key="pion")
    someone = Member.objects.get(alias="Mensch 12")
    join_group(person=owner, segment=pioneers, members=[someone.pk], since=None, now=now + timedelta(days=2))
    assert kept(3) and GroupCount.objects.get(kind="group").people == 11
    assert not kept(3) and not kept(4)
    Segment.objects.update(archived_at=now)
    MemberTrait.objects.all().delete()
    MemberStage.objects.all().delete()
    assert kept(5) and not GroupCount.objects.exists()
    assert not kept(6)


def test_4_6_it_is_counted_once_a_day_or_when_asked_for(counted, workspace, now):
    counted(FIRST_ANSWER_BY_MEMBER)
    Member.objects.filter(alias="Mensch 1").update(erased_at=now)
    later = now + timedelta(hours=2)
    measure_workspace(workspace=workspace, now=later)
    assert GroupCount.objects.get(kind="group").people == 10
    measure_workspace(workspace=workspace, now=later, is_asked_for=True)
    assert GroupCount.objects.get(kind="group").people == 9
