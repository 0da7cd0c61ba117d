"""The demo beside a community of somebody's own: each has a book, and each comes back elsewhere (S0-24)."""

from datetime import UTC, datetime

import pytest

from allmende.config.demo import load
from allmende.handover.actions import import_book
from allmende.handover.queries import book_text
from allmende.plan.actions import add_stakeholder
from allmende.team.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.mark.parametrize("language", ["de", "en"])
def test_s0_24_each_of_several_communities_comes_back(owner, new_person, now, language):
    owner.workspace.refresh_from_db()
    Workspace.objects.filter(pk=owner.workspace_id).update(slug="own")
    owner.workspace.refresh_from_db()
    add_stakeholder(person=owner, name="Frau Brandt", interest="Ruhe", email="", now=now)
    load.begin_demo(language=language, now=datetime(2026, 10, 8, 9, 40, tzinfo=UTC))
    demo = load.demo_workspace()
    books = {one: book_text(one) for one in (demo, owner.workspace)}
    for number, (community, book) in enumerate(books.items()):
        leader = community.people.get(role="owner")
        elsewhere = new_person("owner", leader.name, slug=f"copy-{number}")
        read = import_book(person=elsewhere, text=book, now=now)
        assert book_text(elsewhere.workspace) == book
        assert read.community == community.name and not elsewhere.workspace.is_demo
    assert {one: book_text(one) for one in books} == books
