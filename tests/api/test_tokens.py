"""A token lets a program in on behalf of a person: never further, never longer."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from allmende.api.actions import make_token, revoke_token
from allmende.api.jobs import find_left_behind
from allmende.api.models import ApiToken
from allmende.api.states import SCOPES
from allmende.team.actions import end_access
from allmende.team.models import AuditRow
from tests.api.conftest import CALLED, Program, row

SCREEN = "/w/lotsenforum/programs/"


@pytest.fixture
def key(write_plan) -> str:
    return write_plan(publish=True).goal.key


def offer(answer) -> str:
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def kind_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_only_the_hash_of_a_token_is_kept(owner, now):
    token, secret = make_token(person=owner, name="Umfrage", scopes=["plan:read"], days=365, now=now)
    kept = str(ApiToken.objects.values().get())
    assert secret.startswith(token.prefix)
    assert len(token.prefix) < 20 < len(secret)
    assert secret not in kept
    assert secret[len(token.prefix) :] not in kept


@pytest.mark.parametrize(("scopes", "days"), [([], 30), (["all"], 30), (["plan:read"], 0), (["plan:read"], 731)])
def test_a_token_needs_a_purpose_and_an_end(owner, now, scopes, days):
    with pytest.raises(ValueError, match="scopes"):
        make_token(person=owner, name="x", scopes=scopes, days=days, now=now)


@pytest.mark.parametrize("role", ["author", "moderator", "observer"])
def test_who_may_hold_no_token_gets_none(owner, new_person, now, role):
    with pytest.raises(PermissionDenied):
        make_token(person=new_person(role), name="x", scopes=["plan:read"], days=30, now=now)


def test_without_a_token_that_holds_nobody_learns_anything(key, program, called):
    for secret in ("", "allmende_", "x", "allmende_" + "a" * 43, "ä", program().secret + "x"):
        answer = Program(secret).get("plan")
        assert kind_of(answer) == (401, "token-unknown")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert Program("").client.get("/api/v1/w/lotsenforum/plan").status_code == 401


def test_a_session_opens_nothing_here(key, client_of, owner):
    assert client_of(owner).get("/api/v1/w/lotsenforum/plan").status_code == 401


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("plan:read", {"plan", "part"}), ("evidence:read", {"read"}), ("evidence:write", {"send"})],
)
def test_a_token_does_what_it_was_made_for_and_nothing_else(key, program, scope, allowed):
    holder = program(None, scope)
    answers = {
        "plan": holder.get("plan"),
        "part": holder.get(f"plan/elements/{key}"),
        "read": holder.get("evidence"),
        "send": holder.send(row(key)),
    }
    assert {name for name, answer in answers.items() if answer.status_code < 300} == allowed
    refused = [answer for name, answer in answers.items() if name not in allowed]
    assert {kind_of(answer) for answer in refused} == {(403, "scope-missing")}


def test_a_token_may_never_more_than_its_person_now(key, program, new_person):
    manager = new_person("manager")
    holder = program(manager)
    assert holder.send(row(key)).status_code == 201
    for role in ("author", "observer"):
        manager.role = role
        manager.save()
        assert kind_of(holder.send(row(key))) == (403, "right-missing")
        assert kind_of(holder.get("plan")) == (403, "right-missing")


def test_a_token_ends_with_its_day_with_the_access_and_with_the_account(key, program, owner, new_person, now):
    manager = new_person("manager")
    holder = program(manager, days=30)
    assert holder.get("plan").status_code == 200
    with time_machine.travel(CALLED + timedelta(days=30), tick=False):
        assert kind_of(holder.get("plan")) == (401, "token-unknown")
    manager.user.is_active = False
    manager.user.save()
    assert kind_of(holder.get("plan")) == (401, "token-unknown")
    manager.user.is_active = True
    manager.user.save()
    manager.employment, manager.access_until_date = "external", CALLED.date() - timedelta(days=1)
    manager.save()
    assert kind_of(holder.get("plan")) == (401, "token-unknown")
    manager.access_until_date = CALLED.date()
    manager.save()
    assert holder.get("plan").status_code == 200
    end_access(person=owner, colleague=manager, now=now)
    assert kind_of(holder.get("plan")) == (401, "token-unknown")


def test_what_somebody_left_behind_does_not_come_to_life_when_they_return(key, program, owner, new_person, now):
    manager = new_person("manager")
    holder, mine = program(manager), program()
    end_access(person=owner, colleague=manager, now=now)
    assert find_left_behind(now) == 1
    assert find_left_behind(now) == 0
    manager.refresh_from_db()
    manager.left_at = None
    manager.save()
    assert holder.get("plan").status_code == 401
    assert mine.get("plan").status_code == 200
    assert AuditRow.objects.get(verb="api.token.revoked").person is None


def test_another_workspace_is_not_there_whether_it_exists_or_not(key, program, new_person):
    new_person("owner", slug="other")
    holder = program()
    answers = [holder.client.get(f"/api/v1/w/{slug}/plan", headers=holder._headers({})) for slug in ("other", "none")]
    assert {kind_of(answer) for answer in answers} == {(404, "not-found")}
    assert answers[0].content == answers[1].content


def test_revoking_counts_at_once_and_can_be_taken_back(key, program, owner, client_of):
    holder, client = program(), client_of(owner)
    token = ApiToken.objects.get()
    said = client.post(f"{SCREEN}{token.pk}/revoke/", follow=True)
    assert "Gesperrt" in said.content.decode()
    assert holder.get("plan").status_code == 401
    client.post(offer(said), follow=True)
    assert holder.get("plan").status_code == 200
    verbs = AuditRow.objects.filter(verb__startswith="api.").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["api.token.made", "api.token.revoked", "api.token.restored"]


def test_revoking_twice_does_nothing_twice(program, owner, now):
    program()
    token = ApiToken.objects.get()
    assert revoke_token(person=owner, token=token, now=now)
    assert not revoke_token(person=owner, token=token, now=now)
    assert AuditRow.objects.filter(verb="api.token.revoked").count() == 1


def test_a_manager_sees_their_own_tokens_and_an_owner_those_of_all(program, owner, new_person, client_of):
    manager, other = new_person("manager", "Emre"), new_person("manager", "Mira")
    program(manager)
    token = ApiToken.objects.get()
    assert token.prefix in client_of(owner).get(SCREEN).content.decode()
    assert token.prefix in client_of(manager).get(SCREEN).content.decode()
    assert token.prefix not in client_of(other).get(SCREEN).content.decode()
    assert client_of(other).post(f"{SCREEN}{token.pk}/revoke/").status_code == 404
    assert client_of(new_person("observer")).get(SCREEN).status_code == 403
    assert client_of(owner).post(f"{SCREEN}{token.pk}/revoke/").status_code == 302
    assert "gesperrt" in client_of(manager).get(SCREEN).content.decode()


def test_a_token_is_made_on_the_screen_and_shown_once(key, owner, client_of, called):
    client = client_of(owner)
    assert "Kein Programm darf herein" in client.get(SCREEN).content.decode()
    refused = client.post(f"{SCREEN}new/", {"name": "", "days": "800"})
    assert refused.status_code == 422
    made = client.post(f"{SCREEN}new/", {"name": "Umfrage", "scopes": ["plan:read"], "days": "90"})
    secret = re.search(r'value="(allmende_[^"]+)"', made.content.decode())[1]
    assert "no-store" in made["Cache-Control"]
    token = ApiToken.objects.get()
    assert (token.expires_at - token.created_at).days == 90
    listed = client.get(SCREEN).content.decode()
    assert secret not in listed
    assert token.prefix in listed
    assert "nie benutzt" in listed
    assert Program(secret).get("plan").status_code == 200
    assert "zuletzt benutzt am" in client.get(SCREEN).content.decode()


def test_the_form_says_what_a_token_may_be_for(owner, client_of):
    page = client_of(owner).get(f"{SCREEN}new/").content.decode()
    assert all(f'value="{scope}"' in page for scope in SCOPES)
