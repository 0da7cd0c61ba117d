"""A monthly newsletter from the same content: chosen, edited, approved, sent through the same queue (S1-28)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from allmende.channels.actions import choose_channel, connect_account, send_due
from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import CannotGather, approve_variant, gather_newsletter, publish_now
from allmende.editorial.models import Item
from allmende.editorial.queries import newsletter_text, published_between

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def letter(owner, forum, practice, now):
    """A newsletter on the practice network."""
    account = connect_account(
        person=owner, kind="sandbox", name="Rundbrief", secret=practice.token, now=now,
        settings={"file": practice.file, "mode": "key", "place": "brief", "quarantine_seconds": 0},
    )  # fmt: skip
    return choose_channel(
        person=owner, name="Rundbrief", slug="rundbrief", kind="newsletter", account=account, place="", now=now
    )


@pytest.fixture
def out(write, owner, now):
    """Two items that are out in the forum, and a draft that is not."""
    made = []
    for title in ("Checkliste", "Sprechstunde"):
        variant = write(f"{title}: was fehlt Ihnen?\n\nMehr dazu im Forum.", title)
        seen = words_hash(variant.item.title, variant.text)
        approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
        variant.refresh_from_db()
        publish_now(person=owner, variant=variant, now=now + timedelta(minutes=len(made)))
        made.append(variant)
    write("Noch nicht", "Entwurf")
    send_due(now=now + timedelta(minutes=5))
    return made


def gather(owner, letter, now, *variants, greeting="Liebe Mitglieder,"):
    return gather_newsletter(
        person=owner, channel=letter, title="Oktober", greeting=greeting, items=[one.item_id for one in variants],
        first=FIRST, last=LAST, now=now,
    )  # fmt: skip


def test_s1_28_what_was_published_in_a_period_is_offered(out, workspace):
    told = published_between(workspace, FIRST, LAST)
    assert [one.title for one in told] == ["Checkliste", "Sprechstunde"]
    assert told[0].words == "Checkliste: was fehlt Ihnen?" and told[0].channels == ["Forum"]
    assert published_between(workspace, date(2026, 9, 1), date(2026, 9, 30)) == []


def test_s1_28_the_chosen_items_become_a_draft_in_their_order(out, letter, owner, now):
    item = gather(owner, letter, now, out[1], out[0])
    variant = item.variants.get()
    assert variant.channel == letter and variant.state in ("draft", "checked")
    assert variant.text.startswith("Liebe Mitglieder,\n\nSprechstunde\nSprechstunde: was fehlt Ihnen?")
    assert variant.text.index("Sprechstunde") < variant.text.index("Checkliste")
    assert item.no_objective_reason and not Dispatch.objects.filter(channel=letter).exists()


def test_s1_28_nothing_ticked_makes_no_letter(out, letter, owner, now):
    number = Item.objects.count()
    with pytest.raises(CannotGather):
        gather(owner, letter, now)
    assert Item.objects.count() == number


def test_s1_28_each_item_stands_with_title_words_and_address_and_nobody_is_counted(out, workspace):
    told = published_between(workspace, FIRST, LAST)
    told[0].url = "https://forum.example.org/1"
    text = newsletter_text("", told)
    assert text.startswith("Checkliste\nCheckliste: was fehlt Ihnen?\nhttps://forum.example.org/1\n\nSprechstunde")
    assert "<img" not in text


def test_s1_28_the_screen_keeps_what_was_typed_and_leads_to_the_composer(
    out, letter, owner, client_of, monkeypatch, now
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(hours=1))
    client, where = client_of(owner), reverse("editorial:newsletter", args=["lotsenforum"])
    page = client.get(where).content.decode()
    assert "Checkliste" in page and "Sprechstunde" in page and page.count('name="item"') == 2
    typed = {
        "since": "2026-10-01",
        "until": "2026-10-31",
        "channel": "rundbrief",
        "title": "Oktober",
        "greeting": "Hallo",
    }
    refused = client.post(where, typed)
    assert refused.status_code == 422 and "Hallo" in refused.content.decode() and "Haken" in refused.content.decode()
    keys = [str(one.item_id) for one in out]
    places = {f"place-{keys[0]}": "2", f"place-{keys[1]}": "1"}
    answer = client.post(where, typed | {"item": keys} | places)
    item = Item.objects.get(title="Oktober")
    assert answer.headers["Location"] == reverse("editorial:item", args=["lotsenforum", item.pk])
    assert item.variants.get().text.startswith("Hallo\n\nSprechstunde")


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01"])
def test_s1_28_a_day_nobody_can_mean_counts_as_not_given(forum, owner, client_of, far):
    client, where = client_of(owner), reverse("editorial:newsletter", args=["lotsenforum"])
    for name in ("since", "until"):
        page = client.get(where, {name: far})
        assert page.status_code == 200 and f'value="{far}"' not in page.content.decode()


def test_s1_28_without_a_newsletter_the_page_says_how_one_begins(forum, owner, client_of):
    page = client_of(owner).get(reverse("editorial:newsletter", args=["lotsenforum"])).content.decode()
    assert reverse("channels:connect", args=["lotsenforum"]) in page and "Noch kein Newsletter" in page
