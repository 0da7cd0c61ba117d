"""The menu says where one is, also on pages that are looked for under another entry than their room's."""

import pytest
from django.urls import reverse

from allmende.web.catalogue import LOOKED_FOR_UNDER, MENU

# They answer with their page where something is missing in what was sent.
SENT = ("rehearsal_wave", "end_rehearsal")


def current_of(page: str) -> str:
    rail = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
    return rail.partition('" aria-current="page"')[0].rpartition('href="')[2]


@pytest.mark.parametrize(
    ("page", "room"),
    [
        *((page, room) for page, room in LOOKED_FOR_UNDER.items() if page not in SENT),
        ("health:index", "team"),
        ("plan:index", "plan"),
    ],
)
def test_a_page_is_marked_under_the_entry_one_looks_for_it(owner, client_of, page, room):
    slug = owner.workspace.slug
    answer = client_of(owner).get(reverse(page, kwargs={"slug": slug}))
    entry = next(entry for entry in MENU if entry.room == room)
    assert current_of(answer.content.decode()) == reverse(entry.page, kwargs={"slug": slug})


def test_a_drill_belongs_to_the_crisis_also_where_a_form_comes_back(owner, client_of):
    slug = owner.workspace.slug
    answer = client_of(owner).post(reverse("rehearsal_wave", kwargs={"slug": slug}), {})
    assert answer.status_code == 422
    assert current_of(answer.content.decode()) == reverse("crisis:index", kwargs={"slug": slug})
