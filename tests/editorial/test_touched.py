"""What changes at a network marks the items it may touch (S4-32)."""

import pytest
from django.urls import reverse

from allmende.editorial.actions import ItemText, save_item
from allmende.editorial.queries import listing
from allmende.plan import states
from allmende.plan.actions import note_platform_change, settle_effect
from allmende.plan.models import ChangeEffect

WHAT = "Umfragen zeigen keine Stimmen mehr"


@pytest.fixture
def poll(owner, forum, now):
    """`poll("poll")` writes an item of that format for the forum."""

    def make(form, texts=True):
        words = {forum.pk: "Was fehlt Ihnen?"} if texts else {}
        written = ItemText(title=f"Ein {form}", no_objective_reason="Probe", format=form, texts=words)
        return save_item(person=owner, item=None, written=written, now=now)

    return make


def note(owner, network, now):
    note_platform_change(
        person=owner, network=network, what=WHAT, noticed_date=now.date(), effective_date=None, source_url="",
        formats=["poll"], now=now,
    )  # fmt: skip
    return ChangeEffect.objects.get(content_format="poll")


def touched(workspace):
    rows = listing(workspace)
    return {row.item.format for row in (*rows.unfinished, *rows.scheduled, *rows.published) if row.touched}


def test_s4_32_items_of_a_touched_format_say_so_until_it_is_settled(owner, forum, poll, now, client_of):
    asked, other = poll("poll"), poll("text")
    effect, browser = note(owner, forum.account.kind, now), client_of(owner)
    assert touched(owner.workspace) == {"poll"}

    def page(item):
        return browser.get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()

    assert WHAT in page(asked) and WHAT not in page(other)
    assert WHAT in browser.get("/w/lotsenforum/calendar/?view=list").content.decode()
    settle_effect(person=owner, effect=effect, state=states.UNTOUCHED, note="Nur Videos", seen_revision=1, now=now)
    assert WHAT not in page(asked) and not touched(owner.workspace)


def test_s4_32_a_change_elsewhere_marks_only_what_may_still_go_there(owner, forum, poll, now):
    poll("poll")
    note(owner, "elsewhere", now)
    assert not touched(owner.workspace)
    poll("poll", texts=False)
    assert touched(owner.workspace) == {"poll"}
