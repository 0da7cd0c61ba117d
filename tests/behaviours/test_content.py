"""What came of our posts: what members did, then what is only counted; for the team alone."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from allmende.behaviours.queries import content_performance
from allmende.channels.actions import make_link, record_arrivals, record_batch, send_due
from allmende.channels.models import Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.connectors.webhook.inbound import Arrival
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, publish_now, save_item
from allmende.inbox.jobs import file_new

NAMES = {"anne": Author("a", name="Anne"), "karl": Author("k", name="Karl")}


@pytest.fixture
def posted(owner, forum, now) -> Message:
    """An item that appeared in the forum."""
    written = ItemText(
        title="Checkliste", no_objective_reason="Probe", texts={forum.pk: "Welcher Schritt fehlt Ihnen?"}
    )
    variant = save_item(person=owner, item=None, written=written, now=now).variants.get()
    seen = words_hash(variant.item.title, variant.text)
    approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    variant.refresh_from_db()
    publish_now(person=owner, variant=variant, now=now)
    send_due(now=now + timedelta(minutes=1))
    message = Message.objects.get(subject_kind="item")
    assert message.native_id
    return message


def reply(posted: Message, number: int, who: str, to: str = "") -> None:
    at = posted.occurred_at + timedelta(minutes=number)
    ref, parent = Ref(f"reply-{number}"), to or posted.native_id
    thread = posted.thread_native_id or posted.native_id
    item = Item(ref, "message", "answered", NAMES[who], at, thread, reply_to=parent, text="So machen wir es.")
    record_batch(channel=posted.channel, batch=Batch([item], str(number)), now=at)


def test_s4_27_a_post_is_told_by_what_members_did(owner, posted, now) -> None:
    reply(posted, 1, "anne")
    reply(posted, 2, "karl", to="reply-1")
    file_new(now + timedelta(hours=1))
    one = content_performance(owner.workspace, now + timedelta(hours=2))[0]
    assert (one.title, one.replies, one.helped, one.people) == ("Checkliste", 2, 1, 2)
    assert len(one.conversations) == 1
    assert (one.completed, one.arrived, one.clicks) == (None, None, None)


def test_s4_27_what_was_done_behind_its_links_stands_with_the_post(owner, posted, now) -> None:
    subject = ("item", posted.subject_id, posted.subject_label)
    link = make_link(person=owner, target="https://example.org/", name="Ziel", subject=subject, now=now)
    told = [Arrival("1", link.code, "completed_on_site", now)]
    record_arrivals(workspace=owner.workspace, arrivals=told, now=now)
    one = content_performance(owner.workspace, now, items=[posted.subject_id])[0]
    assert (one.completed, one.arrived) == (1, 0)


def test_old_posts_and_other_workspaces_are_left_out(owner, posted, new_person, now) -> None:
    assert content_performance(owner.workspace, now + timedelta(days=40)) == []
    assert len(content_performance(owner.workspace, now + timedelta(days=40), days=90)) == 1
    assert content_performance(new_person("owner", slug="other").workspace, now) == []
    assert content_performance(owner.workspace, now, serves_key="another") == []


def test_s4_27_the_team_reads_it_on_a_page_and_takes_it_along(owner, posted, client_of) -> None:
    home = f"/w/{owner.workspace.slug}/content/"
    item = f"?item={posted.subject_id}"
    html = client_of(owner).get(home + item).content.decode()
    assert "Checkliste" in html
    lines = client_of(owner).get(f"{home}table/{item}").content.decode().splitlines()
    assert lines[0].startswith("published,title,objective,completed_on_site,answers_by_members,replies")
    assert ",Checkliste,," in lines[1]
    assert (
        item in client_of(owner).get(f"/w/{owner.workspace.slug}/calendar/items/{posted.subject_id}/").content.decode()
    )


def test_s4_27_its_figures_stand_on_the_page_of_an_item_that_appeared(owner, posted, client_of, forum, now) -> None:
    client, home = client_of(owner), f"/w/{owner.workspace.slug}/"
    asked = f'hx-get="{home}content/?item='
    assert f"{asked}{posted.subject_id}" in client.get(f"{home}calendar/items/{posted.subject_id}/").content.decode()
    file_new(now + timedelta(hours=1))
    reply(posted, 1, "anne")
    file_new(now + timedelta(hours=2))
    part = client.get(f"{home}content/?item={posted.subject_id}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and part.count("<b>1</b>") == 1
    assert "kein Trafficlink" in part and "nicht zu sagen" not in part, "where no link is, none was left unfollowed"
    subject = ("item", posted.subject_id, posted.subject_label)
    make_link(person=owner, target="https://example.org/", name="Ziel", subject=subject, now=now)
    part = client.get(f"{home}content/?item={posted.subject_id}", headers={"HX-Request": "true"}).content.decode()
    assert "nicht zu sagen" in part and "kein Trafficlink" not in part
    written = ItemText(title="Entwurf", no_objective_reason="Probe", texts={forum.pk: "Noch nicht"})
    draft = save_item(person=owner, item=None, written=written, now=now)
    assert asked not in client.get(f"{home}calendar/items/{draft.pk}/").content.decode()


def test_s4_27_nobody_but_the_team_reads_it(owner, new_person, client_of) -> None:
    home = f"/w/{owner.workspace.slug}/content/"
    assert client_of(new_person("observer")).get(home).status_code == 403
    assert client_of(new_person("author")).get(home).status_code == 200


def test_s4_27_no_report_to_stakeholders_draws_from_it() -> None:
    rooms = Path(__file__).resolve().parents[2] / "allmende" / "stakeholders"
    named = {
        name.name
        for file in rooms.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert not named & {"content_performance", "Content", "TrackedLink", "links_page", "links_by_subject"}


def test_content_asks_no_more_for_many_posts(owner, posted, now, django_assert_num_queries) -> None:
    file_new(now + timedelta(hours=1))
    with django_assert_num_queries(4):  # no objective, so no chips are asked for
        content_performance(owner.workspace, now + timedelta(hours=2))
