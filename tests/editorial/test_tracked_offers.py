"""Tracked links from the composer: one per channel, in the place of the address, taken back with it (S3-22)."""

import html
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from allmende.channels.actions import CannotMakeLink, choose_channel, end_link
from allmende.channels.models import TrackedLink
from allmende.channels.queries import links_by_subject
from allmende.editorial.actions import (
    CannotSave,
    CannotTrack,
    ItemText,
    approve_item,
    save_item,
    track_address,
    undo_tracking,
)
from allmende.editorial.actions.save_item import written_of
from allmende.editorial.queries import drafts_of, hash_of, offers_of
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force
from allmende.team.actions import CannotUndo
from allmende.team.models import AuditRow

pytestmark = pytest.mark.django_db
TARGET = "https://example.org/treffen?tag=1&ort=2"
TEXT = f"Kommen Sie: {TARGET}. Mehr: {TARGET}/mehr"
TITLE = {"title": "Treffen", "no_objective_reason": "Probe"}


@pytest.fixture(autouse=True)
def _public(settings):
    settings.ORIGIN = "https://allmende.example"


@pytest.fixture
def board(forum, owner, now):
    """A second live channel on the practice network."""
    channel = choose_channel(
        person=owner, name="Brett", slug="brett", kind="own_forum", account=forum.account, place="", now=now
    )
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    return open_channel(person=owner, channel=channel, now=now)


@pytest.fixture
def item(forum, board, owner, now):
    """An item both channels say with the shared words."""
    written = ItemText(**TITLE, text=TEXT, shared=frozenset([forum.pk, board.pk]), campaign="Herbst am Deich")
    return save_item(person=owner, item=None, written=written, now=now)


@pytest.fixture
def own(forum, board, owner, now):
    """An item the forum says with words of its own, the board with the shared ones."""
    written = ItemText(**TITLE, text=TEXT, texts={forum.pk: TEXT}, shared=frozenset([board.pk]))
    return save_item(person=owner, item=None, written=written, now=now)


def track(item, person, now, place="shared", address=TARGET):
    item.refresh_from_db()
    return track_address(
        person=person, item=item, written=written_of(item), place=str(place), address=address,
        seen_revision=item.revision, now=now,
    )  # fmt: skip


def undo(made, person, now):
    links = [str(link.pk) for link in made.links]
    undo_tracking(
        person=person, now=now, item=str(made.item.pk), revision=made.item.revision, links=links, is_apart=made.is_apart
    )


def words(item):
    return {variant.channel.slug: (variant.text, variant.is_shared) for variant in item.variants.all()}


def short(link):
    return TEXT.replace(f"{TARGET}.", f"https://allmende.example{link.path}.")


def approved(item, person, now):
    seen = {variant.pk: hash_of(item.title, variant.text) for variant in item.variants.all()}
    approve_item(person=person, item=item, seen=seen, now=now)


def test_s3_22_each_channel_of_a_shared_text_gets_a_link_of_its_own(item, owner, now):
    made = track(item, owner, now)
    links = {link.channel.slug: link for link in TrackedLink.objects.all()}
    assert set(links) == {"brett", "forum"}
    assert words(item) == {slug: (short(link), False) for slug, link in links.items()}
    assert (made.item.text, made.is_apart) == (TEXT, True)
    for slug, link in links.items():
        assert (link.target, link.source, link.campaign) == (TARGET, slug, "herbst-am-deich")
        assert (link.subject_kind, link.subject_id, link.subject_label) == ("item", str(item.pk), "Treffen")
    found = links_by_subject(owner.workspace, "item", [str(item.pk)], owner.workspace.day_at(now))
    assert len(found[str(item.pk)]) == 2


def test_s3_22_the_link_serves_what_the_item_serves(forum, owner, now):
    written = ItemText("Treffen", serves_key="o-1", texts={forum.pk: TEXT}, campaign="Herbst")
    saved = save_item(person=owner, item=None, written=written, now=now)
    track(saved, owner, now, forum.pk)
    assert TrackedLink.objects.get().serves_key == "o-1"


def test_s3_22_a_shared_text_of_one_channel_stays_shared(own, owner, board, now):
    made = track(own, owner, now)
    link = TrackedLink.objects.get()
    assert (link.channel, made.is_apart) == (board, False)
    assert words(own) == {"forum": (TEXT, False), "brett": (short(link), True)}
    undo(made, owner, now)
    own.refresh_from_db()
    assert (own.text, words(own)["brett"]) == (TEXT, (TEXT, True))


def test_s3_22_taken_back_the_address_stands_again_and_the_links_lead_nowhere(item, owner, now):
    before = words(item)
    undo(track(item, owner, now), owner, now + timedelta(seconds=20))
    assert words(item) == before
    assert all(link.ended_at for link in TrackedLink.objects.all())
    verbs = list(AuditRow.objects.values_list("verb", flat=True))
    assert verbs.count("channels.link.made") == verbs.count("channels.link.ended") == 2


def test_s3_22_words_of_a_channels_own_change_alone_and_come_back(own, owner, forum, now):
    made = track(own, owner, now, forum.pk)
    link = TrackedLink.objects.get()
    assert words(own) == {"forum": (short(link), False), "brett": (TEXT, True)}
    undo(made, owner, now)
    assert words(own) == {"forum": (TEXT, False), "brett": (TEXT, True)}


def test_s3_22_nothing_is_taken_back_over_what_somebody_wrote_or_approved_since(own, owner, forum, now):
    made = track(own, owner, now, forum.pk)
    approved(own, owner, now)
    with pytest.raises(CannotUndo):
        undo(made, owner, now)
    save_item(
        person=owner, item=own, written=ItemText(**TITLE, text=TEXT, texts={forum.pk: "Anders"}), now=now,
        seen_revision=made.item.revision,
    )  # fmt: skip
    with pytest.raises(CannotUndo):
        undo(made, owner, now)
    assert words(own)["forum"] == ("Anders", False)
    assert TrackedLink.objects.get().ended_at is None


def test_s3_22_the_length_counts_the_short_address(own, owner, forum, now):
    track(own, owner, now, forum.pk)
    draft = next(one for one in drafts_of(own.workspace, own) if one.channel == forum)
    assert draft.length == len(short(TrackedLink.objects.get()))


def test_s3_22_what_a_tracked_link_counts_is_offered_no_more(item, owner, now):
    def offered():
        return [(one.place, one.address, list(one.channels)) for one in offers_of(drafts_of(item.workspace, item))]

    both = ["Brett", item.variants.get(channel__slug="forum").channel.name]
    assert offered() == [("shared", TARGET, both), ("shared", f"{TARGET}/mehr", both)]
    track(item, owner, now)
    assert {address for _place, address, _names in offered()} == {f"{TARGET}/mehr"}
    with pytest.raises(CannotTrack):
        track(item, owner, now)
    assert TrackedLink.objects.count() == 2


def test_s3_22_an_approved_text_keeps_its_words_and_its_approval(item, owner, now):
    approved(item, owner, now)
    assert not offers_of(drafts_of(item.workspace, item))
    with pytest.raises(CannotTrack):
        track(item, owner, now)
    assert {variant.state for variant in item.variants.all()} == {"approved"}
    assert not TrackedLink.objects.exists()


def test_s3_22_beside_an_approved_text_the_other_one_parts(item, owner, board, now):
    variant = item.variants.get(channel=board)
    variant.state, variant.approved_hash = "approved", hash_of(item.title, TEXT)
    variant.save()
    track(item, owner, now)
    variant.refresh_from_db()
    assert (variant.state, words(item)["brett"]) == ("approved", (TEXT, True))
    assert words(item)["forum"] == (short(TrackedLink.objects.get()), False)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://allmende.local", "https://10.0.0.7"])
def test_s3_22_without_a_public_address_it_is_refused_in_words(client_of, item, owner, now, settings, origin):
    settings.ORIGIN = origin
    with pytest.raises(CannotTrack, match=r"ALLMENDE_ORIGIN"):
        track(item, owner, now)
    page = client_of(owner).get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()
    assert 'name="track"' not in page and "ALLMENDE_ORIGIN" in page
    assert not TrackedLink.objects.exists()


def test_s3_22_who_may_not_write_makes_no_link(item, new_person, now):
    with pytest.raises(PermissionDenied):
        track(item, new_person("observer"), now)


def test_s3_22_somebody_elses_words_are_not_overwritten_and_no_link_is_left(item, owner, now):
    seen = item.revision
    save_item(person=owner, item=item, written=written_of(item), now=now, seen_revision=seen)
    with pytest.raises(CannotSave):
        track_address(
            person=owner,
            item=item,
            written=written_of(item),
            place="shared",
            address=TARGET,
            seen_revision=seen,
            now=now,
        )
    assert not TrackedLink.objects.exists()


def test_an_address_with_a_log_in_is_not_offered_and_refused(own, owner, forum, now):
    with pytest.raises((CannotTrack, CannotMakeLink)):
        track(own, owner, now, forum.pk, "https://ich:geheim@example.org/")


# --- on the screen ---


def form(item, forum, board, **more):
    typed = TITLE | {"seen_revision": item.revision, "text": item.text, f"mode-{forum.pk}": "shared"}
    return typed | {f"mode-{board.pk}": "shared"} | more


def address(item, name="track"):
    return reverse(f"editorial:{name}", args=["lotsenforum", item.pk])


def test_s3_22_the_press_saves_what_was_typed_and_can_be_undone(client_of, owner, item, forum, board):
    client = client_of(owner)
    page = client.get(address(item, "item")).content.decode()
    value = f'name="track" value="shared {html.escape(TARGET)}"'
    assert page.count(value) == 1 and f'formaction="{address(item)}"' in page
    typed = form(item, forum, board, text=f"Neu getippt {TARGET}", track=f"shared {TARGET}")
    answer = client.post(address(item), typed)
    assert answer.status_code == 302
    links = {link.channel.slug: f"https://allmende.example{link.path}" for link in TrackedLink.objects.all()}
    assert words(item) == {slug: (f"Neu getippt {path}", False) for slug, path in links.items()}
    (said,) = get_messages(answer.wsgi_request)
    client.post(said.extra_tags)
    assert set(words(item).values()) == {(f"Neu getippt {TARGET}", True)}
    assert all(link.ended_at for link in TrackedLink.objects.all())


def test_s3_22_what_is_typed_is_offered_while_one_types(client_of, owner, item, forum, board):
    typed = form(item, forum, board, text="Siehe https://example.org/neu")
    page = client_of(owner).post(address(item, "check"), typed).content.decode()
    assert 'value="shared https://example.org/neu"' in page and TARGET not in page
    assert not TrackedLink.objects.exists()


def test_s3_22_a_refused_press_keeps_what_was_typed_and_says_why(client_of, owner, item, forum, board):
    client = client_of(owner)
    for wrong in (
        {"track": "shared https://example.org/fort"},
        {"track": "x"},
        {"title": "", "track": f"shared {TARGET}"},
    ):
        answer = client.post(address(item), form(item, forum, board, text="Mein langer Text") | wrong)
        assert answer.status_code == 422 and "Mein langer Text" in answer.content.decode()
    assert client.post(address(item)).status_code == 422
    assert not TrackedLink.objects.exists()


def test_s3_22_who_only_reads_is_offered_nothing(client_of, item, new_person):
    page = client_of(new_person("observer")).get(address(item, "item"))
    assert page.status_code == 200 and 'name="track"' not in page.content.decode()


def test_s3_22_a_link_somebody_ended_since_stays_ended_when_taken_back(own, owner, forum, now):
    made = track(own, owner, now, forum.pk)
    end_link(person=owner, link=made.links[0], now=now)
    undo(made, owner, now + timedelta(seconds=5))
    assert TrackedLink.objects.get().ended_at == now
