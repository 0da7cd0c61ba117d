"""Elements of the draft are changed where they stand; without script the same link leads to the same form on a page."""

import re

import pytest

pytestmark = pytest.mark.django_db
DRAFT = "/w/lotsenforum/plan/draft/"


def test_each_change_opens_beneath_what_it_changes(write_plan, owner, client_of):
    written = write_plan()
    page = client_of(owner).get(DRAFT).content.decode()
    for layer, element in (("goal", written.goal), ("tactic", written.tactics[0]), ("step", written.step)):
        address = f"{DRAFT}{layer}/{element.key}/"
        assert re.search(
            rf'href="{address}" hx-get="{address}" hx-select="[^"]+" hx-target="(closest|next) [^"]+"', page
        )
    assert page.count('class="in-place"') == 2


def test_two_forms_in_one_draft_share_no_id(write_plan, owner, client_of):
    written, client = write_plan(), client_of(owner)
    pages = [
        client.get(f"{DRAFT}{layer}/{element.key}/", headers={"HX-Request": "true"}).content.decode()
        for layer, element in (("objective", written.objective), ("tactic", written.tactics[0]))
    ]
    first, second = (
        set(re.findall(r' id="([^"]+)"', page.split('class="two"')[1].split("</main")[0])) for page in pages
    )
    assert first and second and not first & second
    assert all("autofocus" in page and f'action="{DRAFT}' in page for page in pages)


def test_the_page_of_a_form_keeps_its_ids_and_leaves_the_focus_alone(write_plan, owner, client_of):
    written = write_plan()
    page = client_of(owner).get(f"{DRAFT}goal/{written.goal.key}/").content.decode()
    assert 'id="id_statement"' in page and "autofocus" not in page
