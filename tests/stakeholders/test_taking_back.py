"""What is known of a stakeholder, and what was typed into a report, stands again as before."""

import re

import pytest
from django.forms import MultipleChoiceField

from allmende.plan.models import Stakeholder
from allmende.stakeholders.models import Report

HOME = "/w/lotsenforum/stakeholders/"


def offer(answer) -> str:
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def typed_into(answer) -> dict:
    """What the browser would send if nothing were typed: nothing of boxes without a tick."""
    singles = [one for one in answer.context["form"] if not isinstance(one.field, MultipleChoiceField)]
    typed = {one.html_name: "" if one.value() is None else one.value() for one in singles}
    revision = re.search(r'name="revision" value="(\d+)"', answer.content.decode())
    kept = {name: value for name, value in typed.items() if value is not False}
    return kept | ({"revision": revision[1]} if revision else {})


def held() -> list:
    ignored = {"revision", "updated_at", "updated_by_id"}
    rows = [*Stakeholder.objects.filter(archived_at=None).values(), *Report.objects.filter(archived_at=None).values()]
    return [{name: value for name, value in row.items() if name not in ignored} for row in rows]


@pytest.fixture
def addresses(brandt, compose) -> dict:
    draft = compose()
    return {
        "add": f"{HOME}new/",
        "edit": f"{HOME}{brandt.pk}/edit/",
        "archive": f"{HOME}{brandt.pk}/archive/",
        "texts": f"/w/lotsenforum/reports/{draft.pk}/texts/",
        "discard": f"/w/lotsenforum/reports/{draft.pk}/discard/",
    }


@pytest.mark.parametrize("name", ["add", "edit", "archive", "texts", "discard"])
def test_a_change_and_its_undo_leave_everything_as_it_was(client_of, owner, addresses, name):
    client, url = client_of(owner), addresses[name]
    typed = {}
    if name in ("add", "edit"):
        typed = {**typed_into(client.get(url)), "name": "Herr Hansen"}
    if name == "texts":
        typed = {**typed_into(client.get(url)), "title": "Anders"}
    before = held()
    said = client.post(url, typed, follow=True)
    assert held() != before, said.content.decode()[:3000]
    client.post(offer(said))
    assert held() == before
