"""The menu says where one is, also on pages that are looked for under another entry than their room's."""

import pytest
from django.urls import reverse

from allmende.web.catalogue import LOOKED_FOR_UNDER, MENU


def current_of(page: str) -> str:
    rail = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
    return rail.partition('" aria-current="page"')[0].rpartition('href="')[2]


@pytest.mark.parametrize(
    ("page", "room"), [*LOOKED_FOR_UNDER.items(), ("health:index", "team"), ("plan:index", "plan")]
)
def test_a_page_is_marked_under_the_entry_one_looks_for_it(owner, client_of, page, room):
    slug = owner.workspace.slug
    answer = client_of(owner).get(reverse(page, kwargs={"slug": slug}))
    entry = next(entry for entry in MENU if entry.room == room)
    assert current_of(answer.content.decode()) == reverse(entry.page, kwargs={"slug": slug})
