"""A conversation finds its person by duty, team or skill."""

from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.inbox.actions import CannotAssign, assign_conversation, assign_from_pool, save_protection
from allmende.inbox.queries import pools_of
from allmende.team.actions import approve_absence, move_shift, plan_shift, request_absence, save_unit
from allmende.team.models import Notice, PersonSkill
from allmende.team.states import CONFIRMED


@pytest.fixture
def people(owner, new_person, now):
    """Mia and Max in the working group; Max can tax; Lea is none of these."""
    mia, max_, lea = (new_person("moderator", name) for name in ("Mia", "Max", "Lea"))
    save_unit(person=owner, unit=None, kind="working_group", name="Steuerrunde", lead=mia, members=[max_], now=now)
    by = {"created_at": now, "created_by": owner, "updated_at": now, "updated_by": owner}
    PersonSkill.objects.create(workspace=owner.workspace, person=max_, skill="Steuern", level=2, **by)
    PersonSkill.objects.create(workspace=owner.workspace, person=lea, skill="Grafik", level=0, **by)
    return mia, max_, lea


def who(workspace) -> dict[str, list[str]]:  # type: ignore[no-untyped-def]
    return {
        pool.name or pool.kind: [load.person.name for load in pool.loads]
        for pool in pools_of(workspace, timezone.now())
    }


def key(workspace, name: str) -> str:  # type: ignore[no-untyped-def]
    return next(pool.key for pool in pools_of(workspace, timezone.now()) if name in (pool.name, pool.kind))


def test_teams_and_skills_name_those_who_answer_here(owner, people):
    assert who(owner.workspace) == {"Steuerrunde": ["Max", "Mia"], "Steuern": ["Max"]}


def test_the_one_with_the_fewest_gets_it_and_is_told(owner, people, asked):
    mia, max_, _lea = people
    first, second, third = asked(3)
    by_team = key(owner.workspace, "Steuerrunde")
    now = timezone.now()
    given = [assign_from_pool(person=owner, conversation=one, key=by_team, now=now) for one in (first, second, third)]
    assert given == [max_, mia, max_]
    assert Notice.objects.filter(kind="inbox.assigned", person=max_).count() == 2


def test_who_is_on_duty_now(owner, people):
    lea, at = people[2], timezone.now()
    begin = at.replace(second=0, microsecond=0)
    shift = plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=lea, starts_at=begin, ends_at=begin + timedelta(hours=2), now=at
    )  # fmt: skip
    assert "duty" not in who(owner.workspace)
    move_shift(person=lea, shift=shift, to=CONFIRMED, now=at)
    assert who(owner.workspace)["duty"] == ["Lea"]


def test_who_is_away_gets_nothing(owner, people, now):
    _mia, max_, _lea = people
    today = owner.workspace.day_at(timezone.now())
    absence = request_absence(
        person=max_, absent=max_, kind="leave", starts_date=today, ends_date=today, deputy=None, now=now
    )
    assert who(owner.workspace)["Steuern"] == ["Max"]
    approve_absence(person=owner, absence=absence, now=now)
    assert who(owner.workspace) == {"Steuerrunde": ["Mia"]}


def test_where_nobody_has_room_nothing_is_given_and_it_says_so(owner, people, asked):
    _mia, max_, _lea = people
    one, other = asked(2)
    save_protection(
        person=owner, conflict_replies=5, cool_down_minutes=2, measures_people=False, works_council_note="", most_open=1,
        now=timezone.now(),
    )  # fmt: skip
    assign_conversation(person=owner, conversation=one, assignee=max_, now=timezone.now())
    for wanted, said in ((key(owner.workspace, "Steuern"), "hat Platz"), ("skill:unknown", "wählen")):
        with pytest.raises(CannotAssign) as refused:
            assign_from_pool(person=owner, conversation=other, key=wanted, now=timezone.now())
        assert said in str(refused.value)
    other.refresh_from_db()
    assert other.assignee is None


def test_given_and_taken_back_on_the_page(owner, people, client_of, asked):
    (one,) = asked(1)
    client, page = client_of(owner), f"/w/{owner.workspace.slug}/inbox/{one.public_id}/"
    assert "By duty" not in client.get(page).content.decode() and "assign-by/" in client.get(page).content.decode()
    shown = client.get(f"{page}assign-by/").content.decode()
    assert "Steuerrunde" in shown and "Kann: Steuern" in shown
    answer = client.post(f"{page}assign-by/", {"pool": key(owner.workspace, "Steuern")}, follow=True)
    one.refresh_from_db()
    assert one.assignee == people[1]
    undo = next(said.extra_tags for said in answer.context["messages"])
    client.post(undo, follow=True)
    one.refresh_from_db()
    assert one.assignee is None
    assert client.post(f"{page}assign-by/", {"pool": "skill:none"}).status_code == 422
