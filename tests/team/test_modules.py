"""Modules are switched on and off to fit need; what is off is hidden and kept (S4-26)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from allmende.stakeholders.models import Stakeholder
from allmende.team import actions, states
from allmende.team.access import is_shown, may, may_open, off_at
from allmende.team.models import Workspace
from allmende.team.queries import cover, default_hours, planning_workspaces, plans_duty
from allmende.web.queries import search

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/"


@pytest.fixture
def off(owner, now):
    """`off("duty", "handover")` switches these modules off, as the owner does it."""

    def switch(*names):
        actions.change_workspace(person=owner, now=now, modules_off=list(names))
        owner.refresh_from_db()

    return switch


def test_s4_26_what_is_off_is_gone_from_navigation_palette_and_today(off, owner, client_of):
    client = client_of(owner)
    before = client.get(HOME).content.decode()
    pages = [reverse(name, args=["lotsenforum"]) for name in ("stakeholders:index", "team:rota", "handover:index")]
    assert all(page in before for page in pages)
    off("stakeholders", "duty", "handover")
    after = client.get(HOME).content.decode()
    assert not any(page in after for page in pages)
    assert reverse("plan:index", args=["lotsenforum"]) in after


def test_s4_26_a_direct_address_says_that_it_is_off_and_who_can_switch_it_on(off, owner, new_person, client_of):
    off("duty")
    page = client_of(owner).get(reverse("team:rota", args=["lotsenforum"]))
    said = page.content.decode()
    assert page.status_code == 403 and "Dienstplan ist ausgeschaltet" in said
    assert reverse("team:settings", args=["lotsenforum"]) + "#modules" in said
    page = client_of(new_person("author")).get(reverse("team:rota", args=["lotsenforum"]))
    assert page.status_code == 403 and owner.name in page.content.decode()


def test_s4_26_switched_on_again_everything_is_there(off, owner, client_of, now):
    client = client_of(owner)
    where = reverse("stakeholders:index", args=["lotsenforum"])
    number = Stakeholder.objects.count()
    off("stakeholders")
    assert client.get(where).status_code == 403
    off()
    assert client.get(where).status_code == 200 and Stakeholder.objects.count() == number


def test_s4_26_the_settings_switch_them_and_undo_switches_back(owner, client_of):
    client, where = client_of(owner), reverse("team:settings", args=["lotsenforum"])
    page = client.get(where)
    assert page.content.decode().count('name="modules"') == len(states.MODULES)
    typed = {name: value for name, value in page.context["form"].initial.items() if name != "modules"}
    kept = [name for name in states.MODULES if name != "handover"]
    seen = Workspace.objects.get().revision
    answer = client.post(where, typed | {"modules": kept, "seen_revision": seen}, follow=True)
    assert Workspace.objects.get().modules_off == ["handover"]
    (said,) = answer.context["messages"]
    client.post(said.extra_tags)
    assert Workspace.objects.get().modules_off == []


def test_s4_26_without_the_rota_nothing_asks_for_duty(off, owner, now):
    hours = default_hours(owner.workspace)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 7), now=now)
    assert plans_duty(owner.workspace) and cover(owner.workspace, now, now + timedelta(days=1))
    assert planning_workspaces() == [owner.workspace]
    off("duty")
    assert not planning_workspaces()
    assert not plans_duty(owner.workspace) and cover(owner.workspace, now, now + timedelta(days=1)) is None


def test_s4_26_links_to_what_is_off_are_not_offered_and_rights_stay(off, owner):
    off("behaviours")
    assert may(owner, "behaviours.definition.read") and not is_shown(owner, "behaviours.definition.read")
    assert not may_open(owner, f"{HOME}behaviours/") and may_open(owner, f"{HOME}inbox/")


def test_s4_26_the_search_leaves_out_what_is_off(off, owner, monkeypatch):
    asked = []
    monkeypatch.setattr("allmende.stakeholders.queries.search", lambda *_: asked.append(1) or [])
    search(owner.workspace, owner, "Petra")
    off("stakeholders")
    search(owner.workspace, owner, "Petra")
    assert asked == [1]


@pytest.mark.parametrize("name", states.MODULES)
def test_every_module_has_pages_of_its_own(name):
    (path, *_), _verbs = states.MODULES[name]
    assert off_at(f"{HOME}{path}", "lotsenforum", [name]) == name
    assert off_at(f"{HOME}inbox/", "lotsenforum", list(states.MODULES)) == ""
