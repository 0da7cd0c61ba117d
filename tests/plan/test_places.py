"""The row of pages above every page of the plan: four groups, and no page without its entry."""

from django.urls import reverse

from allmende.plan.templatetags.plan_places import GROUPS, page_groups
from allmende.web.catalogue import PLACES

PAGES = [page for _word, pages in GROUPS for page, _name in pages]


def test_every_page_stands_once_and_opens_its_own_group():
    assert len(PAGES) == len(set(PAGES)) == 16
    for page in PAGES:
        open_groups = [group for group in page_groups(page) if group.is_open]
        assert [name for group in open_groups for name, _word in group.pages if name == page] == [page]


def test_the_palette_knows_every_page_of_the_row():
    assert set(PAGES) - {place.page for place in PLACES} == {"plan:index"}  # the menu's own entry


def test_a_page_shows_its_neighbours_and_the_way_to_the_other_groups(client, owner, workspace, write_plan):
    write_plan(publish=True)
    client.force_login(owner.user)
    firsts = [pages[0][0] for _word, pages in GROUPS]
    for _word, pages in GROUPS:
        for page, _name in pages:
            text = client.get(reverse(page, args=[workspace.slug])).content.decode()
            row = text[text.index('<nav class="places') :].split("</nav>")[0]
            assert f'href="{reverse(page, args=[workspace.slug])}" aria-current="page"' in row, page
            for other in {*firsts, *(name for name, _neighbour in pages)}:
                assert f'href="{reverse(other, args=[workspace.slug])}"' in row, (page, other)
