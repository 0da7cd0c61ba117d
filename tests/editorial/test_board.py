"""Ideas and briefings: what stands behind a text before it is one, and how far each item is."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    UNDO,
    CannotMoveCard,
    ItemText,
    approve_variant,
    duplicate_item,
    move_card,
    move_variant,
    note_idea,
    publish_now,
    save_item,
)
from allmende.editorial.models import Item
from allmende.editorial.queries import aimless_share, board_page, brief_choices, expected_effort
from allmende.guidelines.actions import save_message
from allmende.plan.models import Audience
from allmende.team.actions import StaleRevision

pytestmark = pytest.mark.django_db
WHY = {"no_objective_reason": "Probe"}


def where(workspace, now):
    return {card.item.title: column.stage for column in board_page(workspace, now).columns for card in column.cards}


def approve(variant, owner, now):
    seen = words_hash(variant.item.title, variant.text)
    return approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)


def test_s3_20_an_item_goes_from_the_idea_to_the_care_of_its_answers(owner, workspace, forum, now):
    item = note_idea(person=owner, title="Fristen", idea="Fragen alle", now=now)
    assert where(workspace, now) == {"Fristen": "idea"}
    save_item(person=owner, item=item, written=ItemText("Fristen", idea="Fragen alle", **WHY), seen_revision=1, now=now)
    assert where(workspace, now) == {"Fristen": "briefed"}
    item.refresh_from_db()
    item = move_card(person=owner, item=item, stage="drafting", seen_revision=2, now=now)
    assert where(workspace, now) == {"Fristen": "drafting"}
    words = ItemText("Fristen", texts={forum.pk: "Welche Frist gilt?"}, care_minutes=60, **WHY)
    variant = save_item(person=owner, item=item, written=words, seen_revision=item.revision, now=now).variants.get()
    assert where(workspace, now) == {"Fristen": "in_review"}
    variant = approve(variant, owner, now)
    assert where(workspace, now) == {"Fristen": "approved"}
    publish_now(person=owner, variant=variant, now=now)
    assert where(workspace, now) == {"Fristen": "scheduled"}
    Dispatch.objects.update(state="sent", settled_at=now)
    assert where(workspace, now + timedelta(minutes=59)) == {"Fristen": "in_care"}
    assert where(workspace, now + timedelta(minutes=61)) == {}


def test_3_11_an_idea_needs_no_objective_and_a_briefing_does(owner, workspace, now):
    item = note_idea(person=owner, title="Fristen", now=now)
    with pytest.raises(CannotMoveCard, match="Fristen"):
        move_card(person=owner, item=item, stage="briefed", seen_revision=1, now=now)
    assert where(workspace, now) == {"Fristen": "idea"}


def test_what_waits_for_approval_moves_by_itself_alone(write, owner, now):
    item = write().item
    with pytest.raises(CannotMoveCard):
        move_card(person=owner, item=item, stage="idea", seen_revision=None, now=now)


def test_two_people_moving_one_card_learn_of_each_other(owner, now):
    item = save_item(person=owner, item=None, written=ItemText("Fristen", **WHY), now=now)
    move_card(person=owner, item=item, stage="drafting", seen_revision=1, now=now)
    with pytest.raises(StaleRevision):
        move_card(person=owner, item=item, stage="idea", seen_revision=1, now=now)


def test_an_idea_noted_twice_in_one_press_is_one(owner, now):
    first, second = (note_idea(person=owner, title="Fristen", now=now) for _press in range(2))
    assert first == second


def test_an_idea_can_be_copied_and_stays_one(owner, now):
    item = note_idea(person=owner, title="Fristen", idea="Fragen alle", now=now)
    copy = duplicate_item(person=owner, item=item, now=now)
    assert (copy.stage, copy.idea) == ("idea", "Fragen alle")


def test_s2_08_an_item_refers_to_a_core_message_by_its_record(client_of, owner, workspace, now):
    message = save_message(
        person=owner, message=None, sentence="Wer fragt, bekommt Antwort.", proof_points="", now=now,
        valid_from_date=date(2026, 1, 1), valid_until_date=None,
    )  # fmt: skip
    over = save_message(
        person=owner, message=None, sentence="Nur bis Mai.", proof_points="", now=now,
        valid_from_date=date(2026, 1, 1), valid_until_date=date(2026, 5, 31),
    )  # fmt: skip
    assert [pk for pk, _words in brief_choices(workspace, None, now.date()).messages] == [message.pk]
    written = ItemText("Fristen", core_message_id=over.pk, **WHY)
    item = save_item(person=owner, item=None, written=written, now=now)
    assert {pk for pk, _words in brief_choices(workspace, item, now.date()).messages} == {message.pk, over.pk}
    page = client_of(owner).get(reverse("editorial:item", args=[workspace.slug, item.pk])).content.decode()
    assert "Kernbotschaft: Nur bis Mai." in page


def test_s2_05_the_work_of_the_answers_is_planned_with_the_content(client_of, write, owner, workspace, forum, now):
    plain = write(title="Ohne Zahl")
    written = ItemText("Fristen", texts={forum.pk: "Welche?"}, expected_replies=20, minutes_each=5, **WHY)
    item = save_item(person=owner, item=None, written=written, now=now)
    for variant in (plain, item.variants.get()):
        wall = datetime(2026, 10, 8, 9)
        move_variant(person=owner, variant=variant, wall=wall, zone=workspace.zone, seen_revision=None, now=now)
    effort = expected_effort(workspace, date(2026, 10, 5))
    assert (effort.minutes, effort.items, effort.unknown) == (100, 2, 1)
    assert expected_effort(workspace, date(2026, 10, 12)).items == 0
    page = client_of(owner).get(reverse("editorial:item", args=[workspace.slug, item.pk])).content.decode()
    assert "1:40\N{NO-BREAK SPACE}h" in page


def test_i_20_more_than_three_in_ten_items_without_objective_are_shown(client_of, owner, workspace, forum, now):
    def plan(title, key=""):
        written = ItemText(title, texts={forum.pk: title}, serves_key=key, no_objective_reason="" if key else "Probe")
        variant = save_item(person=owner, item=None, written=written, now=now).variants.get()
        wall = datetime(2026, 10, 20, 9)
        move_variant(person=owner, variant=variant, wall=wall, zone=workspace.zone, seen_revision=None, now=now)

    for number in range(7):
        plan(f"Mit {number}", "obj-x")
    for number in range(3):
        plan(f"Ohne {number}")
    share = aimless_share(workspace, date(2026, 10, 6))
    assert (share.without, share.items, share.is_many) == (3, 10, False)
    plan("Ohne 4")
    share = aimless_share(workspace, date(2026, 10, 6))
    assert (share.without, share.items, share.percent, share.is_many) == (4, 11, 36, True)
    assert aimless_share(workspace, date(2026, 11, 1)).items == 0


def test_3_11_an_advertisement_is_marked_by_its_first_word_or_waits(owner, forum, now):
    written = ItemText("Kurs", texts={forum.pk: "Unser Kurs. #Anzeige"}, ad_label="anzeige", **WHY)
    variant = save_item(person=owner, item=None, written=written, now=now).variants.get()
    assert variant.state == "draft"
    better = ItemText("Kurs", texts={forum.pk: "[Anzeige] Unser Kurs."}, ad_label="anzeige", **WHY)
    save_item(person=owner, item=variant.item, written=better, seen_revision=1, now=now)
    variant.refresh_from_db()
    assert variant.state == "checked"


def test_3_11_a_mark_asked_for_later_takes_the_approval_back(write, owner, forum, now):
    variant = approve(write(), owner, now)
    written = ItemText("Checkliste", texts={forum.pk: variant.text}, ad_label="werbung", no_objective_reason="Probe")
    save_item(person=owner, item=variant.item, written=written, seen_revision=1, now=now)
    variant.refresh_from_db()
    assert (variant.state, variant.approved_hash) == ("draft", "")


def test_the_composer_keeps_the_briefing_and_says_what_the_mark_lacks(client_of, owner, workspace, forum, now):
    facts = {"state": "draft", "rank": 1, "created_at": now, "updated_at": now}
    audience = Audience.objects.create(workspace=workspace, name="Neue", **facts)
    typed = {
        "title": "Kurs", "no_objective_reason": "Probe", f"text-{forum.pk}": "Unser Kurs, Anzeige", "ad_label": "anzeige",
        "audience": str(audience.pk), "format": "link", "campaign": "Herbst", "idea": "Vom Flur", "minutes_each": "4",
    }  # fmt: skip
    client = client_of(owner)
    said = client.post(reverse("editorial:check_new", args=[workspace.slug]), typed).content.decode()
    assert "kommt zu spät" in said
    client.post(reverse("editorial:new", args=[workspace.slug]), typed)
    item = Item.objects.get()
    assert (item.audience, item.format, item.campaign, item.idea) == (audience, "link", "Herbst", "Vom Flur")
    page = client.get(reverse("editorial:item", args=[workspace.slug, item.pk])).content.decode()
    assert "Vom Flur" in page and '<details class="brief" open>' in page


def test_a_card_moves_by_its_button_and_back_by_undo(client_of, owner, workspace, now):
    item = save_item(person=owner, item=None, written=ItemText("Fristen", **WHY), now=now)
    client = client_of(owner)
    address = reverse("editorial:put_card", args=[workspace.slug, item.pk])
    answer = client.post(address, {"stage": "drafting", "seen_revision": "1"})
    assert answer.status_code == 303 and answer["Location"].endswith(f"#card-{item.pk}")
    item.refresh_from_db()
    assert item.stage == "drafting"
    UNDO["card"](person=owner, now=now, pk=str(item.pk), revision=item.revision, before={"stage": "briefed"})
    item.refresh_from_db()
    assert item.stage == "briefed"


def test_an_idea_without_a_title_is_asked_for_and_nothing_typed_is_lost(client_of, owner, workspace):
    answer = client_of(owner).post(reverse("editorial:board", args=[workspace.slug]), {"title": "", "idea": "Vom Flur"})
    assert answer.status_code == 422 and "Vom Flur" in answer.content.decode()
    assert not Item.objects.exists()


def test_the_board_takes_the_same_few_queries_for_three_and_thirty(write, workspace, now, django_assert_num_queries):
    for number in range(3):
        write(title=f"Beitrag {number}")
    with django_assert_num_queries(5):
        board_page(workspace, now)
    for number in range(27):
        write(title=f"Weiterer {number}")
    with django_assert_num_queries(5):
        assert len(where(workspace, now)) == 30
