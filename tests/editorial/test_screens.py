"""The composer keeps what was typed, and says what helps."""

import pytest
from django.urls import reverse

from allmende.editorial.actions import note_idea
from allmende.editorial.models import Item

pytestmark = pytest.mark.django_db


def test_a_wrong_value_is_answered_with_field_reason_and_remedy(client_of, owner, forum):
    answer = client_of(owner).post(
        reverse("editorial:new", args=["lotsenforum"]), {"title": "", f"text-{forum.pk}": "Mein langer Entwurf"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mein langer Entwurf" in page
    assert answer.context["form"].errors.keys() == {"title", "no_objective_reason"}


def test_the_walk_from_draft_to_slot(client_of, owner, forum):
    client = client_of(owner)
    typed = {"title": "Checkliste", "no_objective_reason": "Probe", f"text-{forum.pk}": "Welcher Schritt fehlt?"}
    page = client.post(reverse("editorial:new", args=["lotsenforum"]), typed, follow=True)
    variant = Item.objects.get().variants.get()
    seen = page.context["parts"][0][0].words_hash
    client.post(reverse("editorial:approve", args=["lotsenforum", variant.pk]), {"seen_hash": seen})
    client.post(reverse("editorial:schedule", args=["lotsenforum", variant.pk]), {"now": "1"})
    variant.refresh_from_db()
    assert variant.state == "handed_over"
    client.post(reverse("editorial:withdraw", args=["lotsenforum", variant.pk]))
    variant.refresh_from_db()
    assert variant.state == "approved"


def test_words_written_for_an_idea_are_for_every_open_channel(client_of, owner, forum, now):
    item = note_idea(person=owner, title="Was Mitglieder fragen", now=now)
    client, address = client_of(owner), reverse("editorial:item", args=["lotsenforum", item.pk])
    assert client.get(address).context["drafts"][0].mode == "shared"
    Item.objects.filter(pk=item.pk).update(text="Was fragen Sie?")
    assert client.get(address).context["drafts"][0].mode == "none", "chosen is chosen"


def test_s4_14_whoever_works_alone_gives_a_slot_and_meets_no_approval(client_of, owner, write):
    variant, client = write(), client_of(owner)
    page = client.get(reverse("editorial:item", args=["lotsenforum", variant.item_id]))
    aside = page.content.decode().split('class="gate"')[1].split("</aside>")[0]
    seen = page.context["parts"][0][0].words_hash
    assert "reigabe" not in aside and f'name="seen_hash" value="{seen}"' in aside and 'name="now"' in aside
    client.post(reverse("editorial:schedule", args=["lotsenforum", variant.pk]), {"now": "1", "seen_hash": seen})
    variant.refresh_from_db()
    assert (variant.state, variant.approved_hash, variant.approved_by) == ("handed_over", seen, owner)


def test_s4_14_alone_too_only_the_words_one_saw_leave(client_of, owner, write):
    variant = write()
    address = reverse("editorial:schedule", args=["lotsenforum", variant.pk])
    answer = client_of(owner).post(address, {"now": "1", "seen_hash": "0" * 64})
    assert answer.status_code == 422 and "hat sich geändert" in answer.content.decode()
    variant.refresh_from_db()
    assert (variant.state, variant.dispatch) == ("checked", None)


def test_with_a_colleague_giving_a_slot_is_no_approval(client_of, owner, new_person, write):
    variant, client = write(), client_of(owner)
    new_person("manager", "Emre Yıldız")
    page = client.get(reverse("editorial:item", args=["lotsenforum", variant.item_id]))
    assert 'name="seen_hash"' not in page.content.decode() and "Freigabe" in page.content.decode()
    seen = page.context["parts"][0][0].words_hash
    address = reverse("editorial:schedule", args=["lotsenforum", variant.pk])
    assert client.post(address, {"now": "1", "seen_hash": seen}).status_code == 422
    variant.refresh_from_db()
    assert (variant.state, variant.dispatch) == ("checked", None)


def test_when_two_people_edit_both_texts_stand_on_the_page(client_of, owner, new_person, forum, write):
    variant = write("Erster Text")
    url = reverse("editorial:item", args=["lotsenforum", variant.item_id])
    typed = {"title": "Checkliste", "no_objective_reason": "Probe", "seen_revision": 1}
    colleague = new_person("manager", "Emre Yıldız")
    client_of(colleague).post(url, {**typed, f"text-{forum.pk}": "Emres Text"})
    answer = client_of(owner).post(url, {**typed, f"text-{forum.pk}": "Mein Text"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Emres Text" in page
    assert "Mein Text" in page
    assert "Emre Yıldız" in page
