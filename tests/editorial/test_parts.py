"""What follows a post: a thread and a first comment, approved with it, frozen with it, sent after it in order (S4-25)."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from allmende.channels.models import Channel, Dispatch
from allmende.editorial.actions import (
    CannotApprove,
    ItemText,
    StepPlan,
    add_step,
    approve_variant,
    ask_steps,
    duplicate_item,
    publish_now,
    save_item,
    withdraw_variant,
)
from allmende.editorial.forms.item import cut
from allmende.editorial.models import Variant, VariantPart
from allmende.editorial.queries import PartWords, asked_texts, drafts_of, hash_of, part_findings, parts_of, review_of
from tests.channels.conftest import new_world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
THREAD = (PartWords("Zweitens."), PartWords("Drittens."), PartWords("Quellen hier.", is_comment=True))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def social(new_world):  # noqa: F811
    return new_world(mode="key", kind="social_network")


def save(world, parts=THREAD, text="Erstens.", item=None):
    written = ItemText(
        title="Faden", no_objective_reason="Probe", texts={world.channel.pk: text}, parts={world.channel.pk: parts}
    )
    revision = item.revision if item else 0
    return save_item(person=world.owner, item=item, written=written, now=world.now, seen_revision=revision)


def approved(world, **given) -> Variant:
    variant = save(world, **given).variants.get()
    (asked,) = asked_texts(variant.item)
    return approve_variant(person=world.owner, variant=variant, seen_hash=asked.words_hash, now=world.now)


def test_s4_25_a_thread_and_its_first_comment_leave_in_order_without_a_hand(social) -> None:
    variant = publish_now(person=social.owner, variant=approved(social), now=social.now)
    for _ in range(8):
        social.pass_time(seconds=15)
        social.send()
    appeared = [row["text"] for row in social.network.public_log() if row["verb"] == "appeared"]
    assert appeared == ["Erstens.", "Zweitens.", "Drittens.", "Quellen hier."]
    (draft,) = drafts_of(variant.workspace, variant.item)
    assert [part.dispatch.state for part in draft.parts] == ["sent"] * 3
    assert [part.number for part in draft.parts] == [2, 3, 4]


def test_an_approval_covers_what_follows_and_other_parts_take_it_back(social) -> None:
    variant = approved(social)
    assert variant.approved_hash != hash_of("Faden", "Erstens.")
    item = save(social, parts=(PartWords("Anders."),), item=variant.item)
    variant = item.variants.get()
    assert variant.state == "checked" and not variant.approved_hash
    assert parts_of(variant) == (PartWords("Anders."),)


def test_whoever_read_other_parts_has_not_approved_these(social) -> None:
    item = save(social)
    (asked,) = asked_texts(item)
    save(social, parts=THREAD[:1], item=item)
    with pytest.raises(CannotApprove, match="changed since you read"):
        approve_variant(person=social.owner, variant=item.variants.get(), seen_hash=asked.words_hash, now=social.now)


def test_the_order_of_parts_is_part_of_what_was_approved() -> None:
    first, second = PartWords("a"), PartWords("b")
    hashes = {hash_of("", "x", (), given) for given in [(), (first,), (first, second), (second, first)]}
    assert len(hashes) == 4
    assert hash_of("", "x", (), (first,)) != hash_of("", "x", (), (PartWords("a", is_comment=True),))


def test_the_database_keeps_what_follows_an_approved_text_as_it_is(social) -> None:
    variant = approved(social)
    for change in (
        lambda: VariantPart.objects.filter(variant=variant).update(text="Anders."),
        lambda: VariantPart.objects.filter(variant=variant).delete(),
        lambda: VariantPart.objects.create(variant=variant, place=9, kind="thread", text="Noch eins."),
    ):
        with pytest.raises(DatabaseError, match="approved text"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "given", [{"place": 1}, {"place": 100}, {"place": 5, "kind": "comment"}, {"place": 2}, {"place": 7, "text": ""}]
)
def test_the_database_keeps_parts_in_order(social, given) -> None:
    variant = save(social).variants.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        VariantPart.objects.create(variant=variant, **({"kind": "thread", "text": "x"} | given))


def test_a_channel_without_threads_refuses_what_follows() -> None:
    found = part_findings(Channel(name="Archiv"), THREAD)
    assert [one.code for one in found] == ["no_thread", "no_comment"]


def test_a_part_that_is_too_long_is_named(social) -> None:
    item = save(social, parts=(PartWords("kurz"), PartWords("Wort " * 90_000)))
    (draft,) = drafts_of(item.workspace, item)
    assert [(one.code, one.values["part"]) for one in draft.findings if "part" in one.values] == [("text_too_long", 3)]
    assert item.variants.get().state == "draft"


def test_taken_back_the_parts_leave_the_queue_too(social) -> None:
    variant = publish_now(person=social.owner, variant=approved(social), now=social.now)
    withdraw_variant(person=social.owner, variant=variant, now=social.now)
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_saving_without_a_word_about_parts_keeps_them_and_the_approval(social) -> None:
    variant = approved(social)
    written = ItemText(title="Faden", no_objective_reason="Probe", texts={social.channel.pk: "Erstens."})
    item = save_item(person=social.owner, item=variant.item, written=written, now=social.now, seen_revision=1)
    assert item.variants.get().state == "approved" and parts_of(item.variants.get()) == THREAD


def test_a_copy_has_the_parts_too(social) -> None:
    made = duplicate_item(person=social.owner, item=save(social), now=social.now)
    assert parts_of(made.variants.get()) == THREAD


def test_a_text_with_parts_can_be_left_out_again(social) -> None:
    variant = approved(social)
    written = ItemText(title="Faden", no_objective_reason="Probe", dropped=frozenset({social.channel.pk}))
    save_item(person=social.owner, item=variant.item, written=written, now=social.now, seen_revision=1)
    assert not VariantPart.objects.exists()


def test_reviewers_outside_see_what_follows(social, new_person) -> None:
    item = save(social)
    add_step(person=social.owner, item=item, plan=StepPlan(people=(new_person("lead", "Mara"),)), now=social.now)
    ask_steps(person=social.owner, item=item, now=social.now)
    reviewer = item.steps.get().reviewers.get()
    (look,) = review_of(reviewer).looks
    assert tuple(look.text.parts) == THREAD


@pytest.mark.parametrize(
    "typed, parts",
    [("", []), ("a", ["a"]), ("a\r\n---\r\nb", ["a", "b"]), ("---\n\na\n ---  \n---\nb -- c\n", ["a", "b -- c"])],
)
def test_a_line_of_hyphens_begins_the_next_part(typed, parts) -> None:
    assert cut(typed) == parts


def test_the_composer_takes_shows_and_counts_parts(social, client_of) -> None:
    client, pk = client_of(social.owner), social.channel.pk
    slug = social.owner.workspace.slug
    page = client.get(reverse("editorial:new", args=[slug])).content.decode()
    assert f'name="thread-{pk}"' in page and f'name="comment-{pk}"' in page
    fields = {
        "title": "Faden", "no_objective_reason": "Probe", f"text-{pk}": "Erstens.",
        f"thread-{pk}": "Zweitens.\n---\nDrittens.", f"comment-{pk}": "Quellen hier.", "care_minutes": "240",
    }  # fmt: skip
    look = client.post(reverse("editorial:check_new", args=[slug]), fields).content.decode()
    assert look.index("Zweitens.") < look.index("Drittens.") < look.index("Quellen hier.")
    answer = client.post(reverse("editorial:new", args=[slug]), fields)
    assert answer.status_code == 302
    assert parts_of(Variant.objects.get()) == THREAD
    page = client.get(answer.url).content.decode()
    assert "Zweitens.\n---\nDrittens." in page


def test_a_line_of_hyphens_splits_the_text_itself(social, client_of) -> None:
    pk, slug = social.channel.pk, social.owner.workspace.slug
    fields = {
        "title": "Faden", "no_objective_reason": "Probe", f"text-{pk}": "Erstens.\r\n---\r\nZweitens.",
        f"thread-{pk}": "Drittens.", f"comment-{pk}": "Quellen hier.", "care_minutes": "240",
    }  # fmt: skip
    client_of(social.owner).post(reverse("editorial:new", args=[slug]), fields)
    assert Variant.objects.get().text == "Erstens." and parts_of(Variant.objects.get()) == THREAD
