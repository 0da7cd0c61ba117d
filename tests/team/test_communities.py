"""A further, empty community, for a team of its own or for a book (S0-24)."""

import pytest
from django.urls import reverse

from allmende.config.cli import main
from allmende.team.actions import CannotOpenWorkspace, open_workspace
from allmende.team.models import Person, User, Workspace
from allmende.team.states import OWNER


def test_s0_24_an_owner_opens_an_empty_community_and_stands_before_its_import(owner, client_of):
    client = client_of(owner)
    new = reverse("team:new_community", args=[owner.workspace.slug])
    assert new in client.get(reverse("team:settings", args=[owner.workspace.slug])).content.decode()
    told = client.post(new, {"name": "Büro & Bücher", "organisation": "Nordlicht", "slug": ""}, follow=True)
    made = Workspace.objects.exclude(pk=owner.workspace_id).get()
    assert (made.slug, made.organisation, made.zone) == ("buero-buecher", "Nordlicht", owner.workspace.zone)
    assert told.redirect_chain[-1][0] == reverse("handover:import_book", args=[made.slug])
    assert Person.objects.get(workspace=made).user == owner.user
    twice = client.post(new, {"name": "Büro & Bücher", "organisation": "", "slug": ""})
    assert (twice.status_code, "buero-buecher" in twice.content.decode()) == (422, True)


@pytest.mark.parametrize(("name", "slug", "field"), [(" ", "a", "name"), ("A", "Ä b", "slug"), ("A", "x" * 41, "slug")])
def test_a_community_needs_a_name_and_an_address(owner, now, name, slug, field):
    with pytest.raises(CannotOpenWorkspace) as refused:
        open_workspace(person=owner, name=name, slug=slug, now=now)
    assert refused.value.field == field


def test_from_the_demo_no_community_is_opened(owner, now):
    Workspace.objects.filter(pk=owner.workspace_id).update(demo_since=now)
    owner.workspace.refresh_from_db()
    with pytest.raises(CannotOpenWorkspace):
        open_workspace(person=owner, name="Neu", slug="neu", now=now)


def test_s0_24_the_command_opens_one_and_names_it(owner, capsys):
    assert main(["workspace", "new", "Für das Buch", "--owner", owner.user.email]) == 0
    made = Workspace.objects.get(slug="fuer-das-buch")
    assert Person.objects.get(workspace=made, role=OWNER).user == User.objects.get(email=owner.user.email)
    assert "--workspace fuer-das-buch" in capsys.readouterr().out
    assert main(["workspace", "new", "Für das Buch"]) == 2
