"""The way out of the demo: whoever has only the demo gets a workspace of their own, and nobody's own is ever removed.

The whole demo, killed while it loads, is a drill.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.config.demo import load
from allmende.config.demo.leave import NoDemo, remove_demo
from allmende.team.actions import create_workspace, show_demo
from allmende.team.models import User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun():
    """A demo of which nothing is told yet but who works there."""
    jana = User.objects.create_user(email="jana.petersen@nordlicht.example", name="Jana")
    workspace = create_workspace(owner=jana, slug=load.SLUG, name="Lotsenforum", now=timezone.now())
    show_demo(workspace=workspace, since=timezone.now(), percent=load.BEGUN)
    return workspace


def test_nobodys_own_workspace_is_removed(owner, client_of):
    with pytest.raises(NoDemo):
        remove_demo(workspace=owner.workspace)
    assert client_of(owner).get(reverse("leave_demo", args=[owner.workspace.slug])).status_code == 404


def test_the_button_asks_first_and_leads_into_ones_own_workspace(begun, client_of):
    client, door = client_of(begun.people.get()), reverse("leave_demo", args=[begun.slug])
    page = client.get(reverse("web:today", args=[begun.slug])).content.decode()
    assert door in page and "<progress" in page
    assert client.get(door).status_code == 200
    assert load.demo_workspace() == begun
    answer = client.post(door)
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert list(Workspace.objects.values_list("slug", flat=True)) == ["community"]
    assert not User.objects.filter(email__endswith="@nordlicht.example").exists()
    assert client.post(answer["Location"], follow=True).status_code == 200


def test_the_rest_of_a_whole_demo_is_not_loaded_again(begun):
    show_demo(workspace=begun, percent=100)
    assert not load.finish_demo()
    load.begin_demo(language="de", now=timezone.now())
    assert load.demo_workspace() == begun
