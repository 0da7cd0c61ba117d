"""The reaction plan: 22 shipped situations, a draft people edit, one plan in force per channel."""

import pytest
from django.core.exceptions import PermissionDenied

from allmende.guidelines.actions import (
    CannotEdit,
    CannotPutInForce,
    draft_from_catalogue,
    open_draft,
    put_in_force,
    save_rule,
)
from allmende.guidelines.catalogue import BY_NUMBER, SITUATIONS
from allmende.guidelines.queries import draft_of, plan_in_force, plans_in_force, plans_of
from allmende.guidelines.states import REACTIONS
from allmende.team.actions import StaleRevision
from allmende.team.models import AuditRow


@pytest.fixture
def draft(owner, channel, now):
    return draft_from_catalogue(person=owner, channel=channel, now=now)


def test_catalogue_holds_the_22_situations_of_the_domain():
    assert sorted(BY_NUMBER) == list(range(1, 23))
    assert sorted(situation.rank for situation in SITUATIONS) == list(range(1, 23))
    assert {situation.reaction for situation in SITUATIONS} <= set(REACTIONS)


# situation: minutes of the first response, minutes of the members' window (`domain.md` 3.8)
TIMES = {
    1: (1440, 240), 2: (120, 0), 3: (240, 0), 4: (240, 120), 5: (480, 480), 6: (480, 0), 7: (480, 0), 8: (240, 0),
    9: (480, 120), 10: (240, 0), 11: (240, 60), 12: (120, 0), 13: (480, 0), 14: (60, 0), 15: (480, 0), 16: (60, 0),
    17: (0, 0), 18: (60, 0), 19: (480, 0), 20: (240, 0), 21: (30, 0), 22: (None, 0),
}  # fmt: skip


def test_draft_proposes_the_times_of_the_domain(draft):
    proposed = {rule.situation: (rule.first_response_minutes, rule.member_first_minutes) for rule in draft.rules.all()}
    assert proposed == TIMES


def test_anyone_keeps_the_promise_only_where_members_shall_help(draft):
    assert [rule.situation for rule in draft.rules.filter(satisfied_by="anyone").order_by("situation")] == [1, 4]


def test_s4_08_justified_and_unjustified_criticism_are_different_situations(draft):
    justified, unjustified = draft.rules.get(situation=8), draft.rules.get(situation=9)
    assert justified.instruction != unjustified.instruction
    assert justified.first_response_minutes < unjustified.first_response_minutes


def test_s4_09_insults_have_their_own_path(draft):
    assert draft.rules.get(situation=14).reaction == "hide"
    assert draft.rules.get(situation=14).rank < draft.rules.get(situation=13).rank


def test_draft_speaks_the_workspaces_language(draft):
    assert draft.rules.get(situation=1).name == "Frage, gewöhnlich"


def test_one_draft_at_a_time(owner, channel, draft, now):
    assert draft_from_catalogue(person=owner, channel=channel, now=now) == draft
    assert open_draft(person=owner, channel=channel, now=now) == draft


def test_one_plan_in_force_per_channel_and_the_older_stays_readable(owner, channel, draft, now):
    assert plan_in_force(channel) is None
    put_in_force(person=owner, plan=draft, now=now)
    assert plan_in_force(channel) == draft and draft_of(channel) is None
    later = open_draft(person=owner, channel=channel, now=now)
    assert later != draft and later.rules.count() == 22
    put_in_force(person=owner, plan=later, now=now)
    assert plan_in_force(channel) == later
    assert [plan.state for plan in plans_of(channel)] == ["in_force", "replaced"]
    assert later.version_key != draft.version_key


def test_next_version_carries_on_what_was_changed(owner, channel, draft, now):
    save_rule(person=owner, rule=draft.rules.get(situation=2), now=now, first_response_minutes=60)
    put_in_force(person=owner, plan=draft, now=now)
    later = open_draft(person=owner, channel=channel, now=now)
    assert later.rules.get(situation=2).first_response_minutes == 60


def test_plan_in_force_is_not_changed_underhand(owner, draft, now):
    put_in_force(person=owner, plan=draft, now=now)
    with pytest.raises(CannotEdit):
        save_rule(person=owner, rule=draft.rules.get(situation=2), now=now, first_response_minutes=60)
    with pytest.raises(CannotPutInForce):
        put_in_force(person=owner, plan=draft, now=now)


def test_plan_without_a_default_rule_is_not_put_in_force(owner, draft, now):
    draft.rules.filter(is_default=True).update(is_default=False)
    with pytest.raises(CannotPutInForce):
        put_in_force(person=owner, plan=draft, now=now)


def test_two_people_editing_one_rule_are_told_and_nothing_is_lost(owner, new_person, draft, now):
    mine, theirs = draft.rules.get(situation=2), draft.rules.get(situation=2)
    colleague = new_person("manager", "Mira Yilmaz")
    save_rule(person=colleague, rule=theirs, now=now, seen_revision=1, instruction="Herzlich begrüßen.")
    with pytest.raises(StaleRevision) as told:
        save_rule(person=owner, rule=mine, now=now, seen_revision=1, instruction="Begrüßen.")
    assert told.value.who == colleague and told.value.theirs == {"instruction": "Herzlich begrüßen."}
    save_rule(person=owner, rule=mine, now=now, seen_revision=told.value.revision, instruction="Begrüßen.")
    assert draft.rules.get(situation=2).instruction == "Begrüßen."


def test_same_change_by_two_people_is_no_quarrel(owner, draft, now):
    for _ in range(2):
        rule = draft.rules.get(situation=2)
        save_rule(person=owner, rule=rule, now=now, seen_revision=1, instruction="Begrüßen.")


def test_only_whoever_may_changes_and_agrees(new_person, channel, draft, now):
    moderator, manager = new_person("moderator"), new_person("manager")
    with pytest.raises(PermissionDenied):
        save_rule(person=moderator, rule=draft.rules.get(situation=2), now=now, instruction="x")
    with pytest.raises(PermissionDenied):
        put_in_force(person=manager, plan=draft, now=now)


def test_book_tells_what_was_changed_and_put_in_force(owner, draft, now):
    save_rule(person=owner, rule=draft.rules.get(situation=2), now=now, first_response_minutes=60)
    put_in_force(person=owner, plan=draft, now=now)
    rows = AuditRow.objects.filter(verb__startswith="guidelines").order_by("number")
    assert [row.verb for row in rows] == [
        "guidelines.plan.drafted",
        "guidelines.rule.changed",
        "guidelines.plan.put_in_force",
    ]
    assert rows[1].detail.before == {"first_response_minutes": 120}
    assert rows[1].detail.after == {"first_response_minutes": 60}


def test_plans_of_many_channels_cost_two_queries(channel, owner, draft, now, django_assert_num_queries):
    put_in_force(person=owner, plan=draft, now=now)
    with django_assert_num_queries(2):
        plan = plans_in_force([channel])[channel.pk]
        assert len(plan.rules.all()) == 22
