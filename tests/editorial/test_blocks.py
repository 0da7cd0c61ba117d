"""Templates, signatures and groups of hashtags: kept once, inserted while writing."""

import pytest
from django.urls import reverse

from allmende.editorial.actions import UNDO, CannotSaveBlock, ItemText, archive_block, save_block, save_item
from allmende.editorial.models import TextBlock
from allmende.editorial.queries import blocks_of
from allmende.team.actions import StaleRevision

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(owner, now):
    return save_block(person=owner, block=None, kind="template", name="Frage", text="Frage der Woche: [Frage]", now=now)


def test_5_a_block_of_one_channel_is_not_offered_for_another(owner, workspace, forum, template, now):
    facts = {"person": owner, "block": None, "kind": "hashtags", "now": now}
    save_block(**facts, name="Steuer", text="#Steuer #Frist", channel=forum)
    assert [kind for kind, _blocks in blocks_of(workspace, [forum.pk])] == ["template", "hashtags"]
    assert [kind for kind, _blocks in blocks_of(workspace, [])] == ["template"]


def test_a_name_is_taken_once_of_its_kind_and_free_again_when_put_away(owner, template, now):
    facts = {"person": owner, "block": None, "name": "Frage", "text": "Andere", "now": now}
    with pytest.raises(CannotSaveBlock):
        save_block(**facts, kind="template")
    assert save_block(**facts, kind="signature").name == "Frage"
    archive_block(person=owner, block=template, now=now)
    assert save_block(**facts, kind="template").text == "Andere"


def test_two_people_changing_one_block_learn_of_each_other(owner, template, now):
    facts = {"person": owner, "block": template, "kind": "template", "name": "Frage", "now": now, "revision": 1}
    save_block(**facts, text="Ihre")
    with pytest.raises(StaleRevision):
        save_block(**facts, text="Meine")


def test_a_gap_of_a_template_keeps_the_text_from_being_approved(owner, forum, template, now):
    def state(text):
        written = ItemText(text, no_objective_reason="Probe", texts={forum.pk: text})
        return save_item(person=owner, item=None, written=written, now=now).variants.get().state

    assert state(template.text) == "draft"
    assert state("Frage der Woche: Welche Frist gilt?") == "checked"


def test_an_item_can_begin_with_a_template_and_insert_the_others(client_of, owner, workspace, forum, template, now):
    save_block(person=owner, block=None, kind="signature", name="Team", text="Ihr Lotsenteam", now=now)
    new = reverse("editorial:new", args=[workspace.slug])
    page = client_of(owner).get(new, {"block": str(template.pk)}).content.decode()
    assert "Frage der Woche: [Frage]</textarea>" in page
    assert 'data-insert="Ihr Lotsenteam" data-insert-end' in page
    assert client_of(owner).get(new, {"block": "nicht eine"}).status_code == 200


def test_a_block_is_written_changed_put_away_and_brought_back(client_of, owner, workspace, now):
    client, slug = client_of(owner), workspace.slug
    typed = {"kind": "signature", "name": "Team", "text": "Ihr Team", "channel": ""}
    assert client.post(reverse("editorial:add_block", args=[slug]), typed).status_code == 302
    block = TextBlock.objects.get()
    edit = reverse("editorial:edit_block", args=[slug, block.pk])
    client.post(edit, typed | {"text": "Ihr Lotsenteam", "seen_revision": "1"})
    stale = client.post(edit, typed | {"text": "Zu spät", "seen_revision": "1"})
    assert stale.status_code == 422 and "Zu spät" in stale.content.decode()
    client.post(reverse("editorial:archive_block", args=[slug, block.pk]))
    block.refresh_from_db()
    assert block.text == "Ihr Lotsenteam" and block.archived_at is not None
    UNDO["block"](person=owner, now=now, pk=str(block.pk), revision=block.revision, before={"archived_at": None})
    assert client.get(reverse("editorial:blocks", args=[slug])).content.decode().count("Ihr Lotsenteam") == 1
