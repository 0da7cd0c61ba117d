"""The one table of rights: complete, obeyed, documented."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.team.access import may, persons_of, require
from allmende.team.actions import (
    CannotChange,
    CannotInvite,
    CannotRelink,
    change_person,
    end_access,
    invite_person,
    join_person,
    relink_person,
)
from allmende.team.models import AuditRow, Person, User
from allmende.team.queries import holders_of
from allmende.team.states import INSIDE_ONLY, RIGHTS, ROLES
from tools.rights import PAGE, page

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_what_the_table_says_and_nothing_else(role):
    person = Person(role=role)
    for verb, roles in RIGHTS.items():
        assert may(person, verb) == (role in roles)
        if role in roles:
            require(person, verb)
        else:
            with pytest.raises(PermissionDenied):
                require(person, verb)


def test_owner_may_everything_and_nobody_else_does():
    assert all("owner" in roles for roles in RIGHTS.values())
    assert all(any(role not in roles for roles in RIGHTS.values()) for role in ROLES if role != "owner")


def test_observer_only_reads():
    assert all(verb.endswith(".read") for verb, roles in RIGHTS.items() if "observer" in roles)


def test_unknown_verb_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        may(Person(role="owner"), "team.person.bake")


def test_every_verb_the_code_asks_for_is_in_the_table():
    asked = {verb for path in (ROOT / "allmende").rglob("*.py") for verb in _verbs_asked(path)}
    assert asked and asked <= set(RIGHTS)


def _verbs_asked(path):
    for node in ast.walk(ast.parse(path.read_text())):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in ("for_person", "require", "may", "holders_of") and node.args:
            last = node.args[-1]
            if isinstance(last, ast.Constant):
                yield last.value


def test_document_of_the_rights_is_true():
    assert PAGE.read_text() == page(), "run `python -m tools.rights`"


def test_holders_are_those_who_may_and_still_work_here(owner, new_person, now):
    lead, manager = new_person("lead"), new_person("manager")
    assert set(holders_of(owner.workspace, "plan.version.publish")) == {owner, lead}
    end_access(person=owner, colleague=lead, now=now)
    assert set(holders_of(owner.workspace, "plan.version.publish")) == {owner}
    assert manager in holders_of(owner.workspace, "inbox.reply.send")


def test_nobody_gives_away_more_rights_than_they_have(new_person, owner, now):
    lead = new_person("lead")
    user = User.objects.create_user(email="neu@example.org", name="Neu")
    with pytest.raises(CannotInvite):
        join_person(person=lead, user=user, role="owner", now=now)
    assert join_person(person=lead, user=user, role="lead", now=now).role == "lead"


def test_workspace_keeps_an_owner(owner, new_person, now):
    with pytest.raises(CannotChange):
        end_access(person=owner, colleague=owner, now=now)
    with pytest.raises(CannotChange):
        change_person(person=owner, colleague=owner, name="Jana", role="lead", now=now)
    second = new_person("owner")
    end_access(person=second, colleague=owner, now=now)
    assert AuditRow.objects.filter(verb="team.person.left").count() == 1


def test_whoever_comes_back_is_the_same_person(owner, new_person, now):
    manager = new_person("manager")
    end_access(person=owner, colleague=manager, now=now)
    back = join_person(person=owner, user=manager.user, role="author", now=now)
    assert back.pk == manager.pk and back.left_at is None and back.role == "author"


def test_s4_15_external_people_have_a_last_day(owner, now):
    made = invite_person(
        person=owner, email="x@example.org", name="X", role="author", access_until_date=now.date(), now=now
    )
    assert made.person.employment == "external"
    assert persons_of(made.person.user, now) == [made.person] and not persons_of(made.person.user, now + timedelta(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=made.person.pk).update(access_until_date=None)


def test_s4_15_people_from_outside_decide_nothing_about_the_team_or_the_house(owner, new_person, client_of, now):
    lead, inside = new_person("lead", "Agentur Nord"), new_person("lead", "Ida Lund")
    Person.objects.filter(pk=lead.pk).update(
        employment="external", access_until_date=owner.workspace.day_at(timezone.now())
    )
    lead.refresh_from_db()
    for verb in sorted(INSIDE_ONLY):
        assert not may(lead, verb) and lead not in holders_of(owner.workspace, verb)
        assert may(inside, verb) == ("lead" in RIGHTS[verb])
    assert may(lead, "inbox.reply.send") and lead in holders_of(owner.workspace, "inbox.reply.send")
    with pytest.raises(CannotChange, match="Gesamtverantwortung"):
        change_person(
            person=owner,
            colleague=owner,
            name="Jana",
            role="owner",
            access_until_date=owner.workspace.day_at(timezone.now()),
            now=now,
        )
    client = client_of(lead)
    for name in ("team:new_shift", "team:invite", "team:audit"):
        refused = client.get(reverse(name, args=["lotsenforum"]))
        assert refused.status_code == 403, name
        said = refused.content.decode()
        assert "Sie arbeiten von außen mit" in said and "Fragen Sie zum Beispiel" in said, "why, and whom to ask"
    other = client.get(reverse("team:settings", args=["lotsenforum"])).content.decode()
    assert "Sie arbeiten von außen mit" in other, "where the role would not do either, too"
    for name in ("team:new_shift", "team:invite", "team:audit"):
        assert f'href="{reverse(name, args=["lotsenforum"])}"' not in client.get("/w/lotsenforum/").content.decode()
    shown = client_of(inside).get("/w/lotsenforum/").content.decode()
    assert f'href="{reverse("team:new_shift", args=["lotsenforum"])}"' in shown
    assert client_of(inside).get(reverse("team:new_shift", args=["lotsenforum"])).status_code == 200


def test_link_for_a_colleague_opens_no_foreign_workspace(owner, new_person, now):
    manager, stranger = new_person("manager"), new_person("owner", slug="werkbank")
    assert relink_person(person=owner, colleague=manager, now=now)
    join_person(person=stranger, user=manager.user, role="author", now=now)
    with pytest.raises(CannotRelink):
        relink_person(person=owner, colleague=manager, now=now)
