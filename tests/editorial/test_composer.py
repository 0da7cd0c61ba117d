"""One text, a variant per channel; pictures, approval, comments, copies: nothing typed is lost, nothing leaves unread."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allmende.channels.actions import choose_channel, keep_media, record_batch, send_due
from allmende.channels.models import Account, Channel, Dispatch
from allmende.channels.queries import abilities_of
from allmende.connectors.abilities import MediaAbility
from allmende.connectors.checking import check_draft
from allmende.connectors.neutral import Author, Batch, Media, Ref
from allmende.connectors.neutral import Draft as Words
from allmende.connectors.neutral import Item as Message
from allmende.editorial.actions import (
    CannotApprove,
    CannotAsk,
    ItemText,
    approve_item,
    archive_item,
    ask_approval,
    comment_on_item,
    duplicate_item,
    move_variant,
    publish_now,
    restore_item,
    save_item,
)
from allmende.editorial.models import Item
from allmende.editorial.queries import drafts_of, hash_of, pictures_of
from allmende.editorial.templatetags.editorial_words import finding_words, open_findings
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force
from allmende.team.actions import require_cover
from allmende.team.models import Notice
from allmende.team.queries import default_hours
from tests.networks.film import film

pytestmark = pytest.mark.django_db
TITLE = {"title": "Checkliste", "no_objective_reason": "Probe"}


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
    """An item whose forum has words of its own and whose board takes the shared ones."""
    written = ItemText(**TITLE, text="Für alle", texts={forum.pk: "Nur hier"}, shared=frozenset([board.pk]))
    return save_item(person=owner, item=None, written=written, now=now)


def test_words_of_its_own_begin_with_the_shared_ones(client_of, owner, item, board):
    page = client_of(owner).get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()
    own = page.split(f'name="text-{board.pk}"')[1].split("</textarea>")[0]
    assert own.rpartition(">")[2].strip() == "Für alle", "what parts from the shared text is not typed again"


def seen(item):
    pictures = pictures_of(item)
    return {variant.pk: hash_of(item.title, variant.text, pictures) for variant in item.variants.all()}


def words(item):
    return {variant.channel.slug: (variant.text, variant.is_shared) for variant in item.variants.all()}


def again(item, owner, now, **changed):
    """Saved once more as it stands, but for what changed."""
    item.refresh_from_db()
    variants = list(item.variants.all())
    facts = {
        **TITLE,
        "text": item.text,
        "texts": {variant.channel_id: variant.text for variant in variants if not variant.is_shared},
        "shared": frozenset(variant.channel_id for variant in variants if variant.is_shared),
    } | changed
    return save_item(person=owner, item=item, written=ItemText(**facts), seen_revision=item.revision, now=now)


# --- words ---


def test_3_11_a_variant_has_words_of_its_own_or_the_shared_ones(item, owner, forum, board, now):
    assert words(item) == {"forum": ("Nur hier", False), "brett": ("Für alle", True)}
    again(item, owner, now, text="Für alle, neu")
    assert words(item) == {"forum": ("Nur hier", False), "brett": ("Für alle, neu", True)}
    again(item, owner, now, texts={board.pk: "Jetzt eigen"}, shared=frozenset([forum.pk]))
    assert words(item) == {"forum": ("Für alle, neu", True), "brett": ("Jetzt eigen", False)}


def test_a_channel_that_shall_say_nothing_loses_its_variant_and_its_place_in_the_queue(item, owner, board, now):
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    variant = item.variants.get(channel=board)
    publish_now(person=owner, variant=variant, now=now)
    again(item, owner, now, shared=frozenset(), dropped=frozenset([board.pk]))
    assert list(words(item)) == ["forum"]
    assert Dispatch.objects.get().state == "withdrawn"


def test_what_is_out_stays_and_the_other_channels_go_on(item, owner, board, practice, now):
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    publish_now(person=owner, variant=item.variants.get(channel=board), now=now)
    Dispatch.objects.update(state="sent", settled_at=now)
    again(item, owner, now, text="Zu spät für das Brett", texts={item.variants.get(is_shared=False).channel_id: "Neu"})
    assert words(item) == {"forum": ("Neu", False), "brett": ("Für alle", True)}


def test_what_was_written_for_a_channel_that_is_not_connected_yet_is_shown(client_of, owner, item, now):
    channel = choose_channel(
        person=owner, name="LinkedIn", slug="linkedin", kind="social_network", account=None, now=now
    )
    assert channel not in [draft.channel for draft in drafts_of(owner.workspace, item)]
    written = ItemText(**TITLE, texts={channel.pk: "Fachleute zuerst"})
    save_item(person=owner, item=item, written=written, now=now, seen_revision=item.revision)
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/calendar/items/{item.pk}/").content.decode()
    assert page.count("Fachleute zuerst") >= 2  # where it is written and in the preview


def test_what_is_out_is_not_asked_for_words_to_check(client_of, owner, item, now):
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    for variant in item.variants.all():
        publish_now(person=owner, variant=variant, now=now)
    Dispatch.objects.update(state="sent", settled_at=now)
    page = client_of(owner).get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()
    assert "Nichts mehr zu prüfen" in page and "Noch nichts zu prüfen" not in page


def test_the_form_of_two_channels_saves_shared_own_and_nothing(client_of, owner, forum, board):
    client = client_of(owner)
    typed = TITLE | {"text": "Für alle", f"mode-{forum.pk}": "own", f"text-{forum.pk}": "Nur hier"}
    client.post(reverse("editorial:new", args=["lotsenforum"]), typed | {f"mode-{board.pk}": "shared"})
    item = Item.objects.get()
    assert words(item) == {"forum": ("Nur hier", False), "brett": ("Für alle", True)}
    page = client.get(reverse("editorial:item", args=["lotsenforum", item.pk]))
    assert [draft.mode for draft in page.context["drafts"]] == ["shared", "own"]
    typed |= {f"mode-{board.pk}": "none", "seen_revision": item.revision}
    client.post(reverse("editorial:item", args=["lotsenforum", item.pk]), typed)
    assert set(words(item)) == {"forum"}


def test_counts_checks_and_previews_of_what_is_typed_save_nothing(client_of, owner, forum, board, item):
    typed = TITLE | {"text": "Grüße " + "x" * 6000, f"mode-{board.pk}": "shared", f"mode-{forum.pk}": "own"}
    typed |= {f"text-{forum.pk}": "Siehe https://example.org/weg <b>fett</b> #Abschluss", "preview": str(board.pk)}
    answer = client_of(owner).post(reverse("editorial:check", args=["lotsenforum", item.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "6.006 von 5.000" in page
    assert "&lt;b&gt;fett&lt;/b&gt;" in page
    assert '<span class="fake">example.org/weg</span>' in page
    assert f'value="{board.pk}" checked' in page
    assert words(item)["forum"] == ("Nur hier", False)


def test_a_day_chosen_in_the_calendar_gives_the_new_texts_their_slot(client_of, owner, forum, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client, address = client_of(owner), reverse("editorial:new", args=["lotsenforum"])
    assert 'value="2026-10-08"' in client.get(address, {"on": "2026-10-08"}).content.decode()
    client.post(address, TITLE | {f"text-{forum.pk}": "Hallo", "on": "2026-10-08"})
    assert Item.objects.get().variants.get().slot_wall == "2026-10-08T08:00"


def test_a_chosen_day_on_which_nobody_is_here_or_that_is_over_is_not_dropped_without_a_word(
    client_of, owner, forum, now, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client, address = client_of(owner), reverse("editorial:new", args=["lotsenforum"])
    typed = TITLE | {f"text-{forum.pk}": "Hallo", "on": "2026-09-08"}
    page = client.post(address, typed, follow=True).content.decode()
    assert Item.objects.get().variants.get().slot_wall == ""
    assert "Noch ohne Termin: Forum." in page and "Diese Zeit ist vorbei" in page


def test_every_channel_says_why_it_got_no_date(client_of, owner, forum, board, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    hours = default_hours(owner.workspace)
    require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 8), now=now)
    typed = TITLE | {f"text-{forum.pk}": "Hallo", f"text-{board.pk}": "Moin", "on": "2026-10-08"}
    answer = client_of(owner).post(reverse("editorial:new", args=["lotsenforum"]), typed)
    said = " ".join(str(one) for one in get_messages(answer.wsgi_request))
    assert "Für Forum hat niemand Dienst" in said and "Für Brett hat niemand Dienst" in said


def test_a_day_far_ahead_is_given_apart_from_what_stands_there(client_of, write, owner, forum, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    nine = datetime(2027, 10, 27, 8)
    move_variant(
        person=owner, variant=write(title="Schon da"), wall=nine, zone="Europe/Berlin", seen_revision=None, now=now
    )
    client, address = client_of(owner), reverse("editorial:new", args=["lotsenforum"])
    client.post(address, TITLE | {f"text-{forum.pk}": "Hallo", "on": "2027-10-27"})
    assert Item.objects.exclude(title="Schon da").get().variants.get().slot_wall == "2027-10-27T09:00"


@pytest.mark.parametrize(("hours", "is_kept"), [(2, True), (-2, False)])
def test_a_slot_that_has_passed_is_not_said_to_be_kept(client_of, write, owner, now, monkeypatch, hours, is_kept):
    variant = write()
    approve_item(person=owner, item=variant.item, seen={variant.pk: hash_of(variant.item.title, variant.text)}, now=now)
    wall = datetime(2026, 10, 8, 10)
    move_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    at = datetime(2026, 10, 8, 8, tzinfo=UTC) - timedelta(hours=hours)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    address = reverse("editorial:item", args=[owner.workspace.slug, variant.item_id])
    answer = client_of(owner).post(address, TITLE | {f"text-{variant.channel_id}": "Anders", "seen_revision": 1})
    (said,) = [str(one) for one in get_messages(answer.wsgi_request)]
    assert "bis er wieder eingeplant ist" in said, "who works alone has no approval to lose (S4-14)"
    assert ("Der Termin bleibt vorgemerkt" in said) == is_kept


# --- pictures ---


def picture(colour="green"):
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return SimpleUploadedFile("bild.png", file.getvalue(), "image/png")


def test_3_11_a_picture_is_kept_with_its_alternative_text_and_the_approval_binds_to_both(client_of, owner, forum, now):
    client = client_of(owner)
    typed = TITLE | {f"text-{forum.pk}": "Hallo", "pictures": [picture(), picture("red")]}
    client.post(reverse("editorial:new", args=["lotsenforum"]), typed)
    item = Item.objects.get()
    first, second = pictures_of(item)
    before = seen(item)
    typed = TITLE | {f"text-{forum.pk}": "Hallo", "seen_revision": item.revision}
    typed |= {f"alt-{first.media.pk}": "Eine Liste", f"drop-{second.media.pk}": "on"}
    client.post(reverse("editorial:item", args=["lotsenforum", item.pk]), typed)
    assert [(one.media.pk, one.alt) for one in pictures_of(item)] == [(first.media.pk, "Eine Liste")]
    assert seen(item) != before


def test_other_words_for_a_picture_take_the_approval_back(client_of, owner, write, now):
    from allmende.channels.actions import keep_media

    variant = write()
    media = keep_media(person=owner, name="bild.png", content=picture().read(), now=now)
    item = again(variant.item, owner, now, pictures=((media.pk, "Eine Liste"),))
    item.variants.update(state="approved", approved_hash=seen(item)[variant.pk])
    again(item, owner, now, pictures=((media.pk, "Eine Liste"),))
    assert item.variants.get().approved_hash
    again(item, owner, now, pictures=((media.pk, "Eine andere Liste"),))
    assert not item.variants.get().approved_hash


def test_a_file_that_is_no_picture_is_told_at_its_field_and_the_words_stay(client_of, owner, forum):
    typed = TITLE | {f"text-{forum.pk}": "Hallo", "pictures": SimpleUploadedFile("x.png", b"<script>", "image/png")}
    answer = client_of(owner).post(reverse("editorial:new", args=["lotsenforum"]), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["pictures"]
    assert "Hallo" in answer.content.decode()
    assert not Item.objects.exists()


# --- approval and talk ---


def test_complaint_9_all_texts_are_approved_as_read_or_none(item, owner, now):
    read = seen(item)
    again(item, owner, now, text="Inzwischen anders")
    with pytest.raises(CannotApprove):
        approve_item(person=owner, item=item, seen=read, now=now)
    assert set(item.variants.values_list("state", flat=True)) == {"checked"}
    assert approve_item(person=owner, item=item, seen=seen(item), now=now) == 2


def test_whoever_is_asked_and_whoever_wrote_learn_of_it_once(item, owner, new_person, now):
    emre = new_person("manager", "Emre Yıldız")
    for _ in range(2):
        ask_approval(person=owner, item=item, approver=emre, now=now)
    comment_on_item(person=emre, item=item, text="Bitte mit Betrag.", now=now)
    assert [(n.person, n.kind) for n in Notice.objects.order_by("pk")] == [
        (emre, "editorial.approval_asked"),
        (owner, "editorial.commented"),
    ]


def test_somebody_who_may_not_approve_is_not_asked(item, owner, new_person, now):
    with pytest.raises(CannotAsk):
        ask_approval(person=owner, item=item, approver=new_person("author"), now=now)
    assert not Notice.objects.exists()


def test_comments_stand_as_a_thread_and_an_empty_one_is_refused(client_of, owner, item):
    client, address = client_of(owner), reverse("editorial:comment", args=["lotsenforum", item.pk])
    client.post(address, {"comment": "Bitte <i>mit</i> Betrag."})
    page = client.get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()
    assert "Bitte &lt;i&gt;mit&lt;/i&gt; Betrag." in page
    assert client.post(address, {"comment": "  "}).status_code == 422
    assert item.comments.count() == 1


def test_i_03_one_person_alone_meets_no_approval(client_of, owner, item):
    page = client_of(owner).get(reverse("editorial:item", args=["lotsenforum", item.pk])).content.decode()
    assert "2 Texte freigeben" not in page and page.count('name="seen_hash"') == 2
    assert "Freigabe erbitten" not in page


def test_the_walk_over_the_screen(client_of, owner, new_person, item, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    emre, client = new_person("manager", "Emre Yıldız"), client_of(owner)

    def post(name, key, data=None):
        return client.post(reverse(f"editorial:{name}", args=["lotsenforum", key]), data or {}, follow=True)

    assert "Emre Yıldız" in post("ask", item.pk, {"approver": str(emre.pk)}).content.decode()
    assert post("ask", item.pk, {"approver": "x"}).status_code == 404
    post("approve_all", item.pk, {f"seen-{pk}": digest for pk, digest in seen(item).items()})
    first, second = item.variants.order_by("channel__name")
    scheduled = client.post(reverse("editorial:schedule", args=["lotsenforum", first.pk]), {"free": "2026-10-08T09:00"})
    (said,) = (m for m in get_messages(scheduled.wsgi_request) if m.extra_tags)
    client.post(said.extra_tags)
    first.refresh_from_db()
    assert (first.state, first.slot_at) == ("approved", None)
    post("schedule", first.pk, {"free": "2026-10-08T09:00"})
    published = client.post(reverse("editorial:schedule", args=["lotsenforum", second.pk]), {"now": "1"})
    (said,) = (m for m in get_messages(published.wsgi_request) if m.extra_tags)
    client.post(said.extra_tags)
    states = list(item.variants.order_by("channel__name").values_list("state", flat=True))
    assert states == ["handed_over", "approved"]


@pytest.mark.parametrize("role", ["manager", "author"])
def test_who_changes_one_letter_of_what_was_approved_is_told_that_the_approval_is_gone(
    client_of, owner, new_person, item, forum, board, now, monkeypatch, role
):
    new_person(role, "Emre Yıldız")
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    moved = item.variants.get(channel=forum)
    wall = datetime(2026, 10, 8, 9)
    move_variant(person=owner, variant=moved, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    client, address = client_of(owner), reverse("editorial:item", args=["lotsenforum", item.pk])
    typed = TITLE | {"text": "Für alle", f"mode-{board.pk}": "shared", f"mode-{forum.pk}": "own"}

    def save(own):
        item.refresh_from_db()
        answer = client.post(address, typed | {f"text-{forum.pk}": own, "seen_revision": item.revision})
        return [str(said) for said in get_messages(answer.wsgi_request)][-1]

    assert save("Nur hier") == "Gespeichert."
    said = save("Nur hier!")
    assert forum.name in said and "Freigabe" in said and "Brett" not in said, "the other text keeps its own"
    assert "Termin bleibt" in said
    assert save("Nur hier!!") == "Gespeichert.", "there is none to lose any more"


def test_s4_14_a_slot_that_queues_nothing_speaks_of_approval_only_where_somebody_else_gives_one(
    client_of, owner, new_person, write, now, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client, address = client_of(owner), reverse("editorial:schedule", args=["lotsenforum", write().pk])

    def given():
        answer = client.post(address, {"free": "2026-10-08T09:00"})
        return [str(said) for said in get_messages(answer.wsgi_request)][-1]

    assert "noch einmal ein" in given()
    new_person("manager", "Emre Yıldız")
    assert "Sobald der Text freigegeben ist" in given()


def test_while_a_text_is_leaving_the_page_looks_again_until_it_is_out(client_of, owner, item, board, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    address = reverse("editorial:item", args=["lotsenforum", item.pk])

    def slots() -> str:
        return client_of(owner).get(address).content.decode().split('id="h-slots"')[1].split("</section>")[0]

    approve_item(person=owner, item=item, seen=seen(item), now=now)
    assert "every 3s" not in slots()
    publish_now(person=owner, variant=item.variants.get(channel=board), now=now)
    assert slots().count('hx-trigger="every 3s"') == 1
    Dispatch.objects.update(state="sent", settled_at=now)
    assert "every 3s" not in slots()


# --- copies, putting away ---


def test_a_copy_has_the_words_and_neither_slot_nor_approval(item, owner, now):
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    made = duplicate_item(person=owner, item=item, now=now + timedelta(hours=1))
    assert made.pk != item.pk
    assert words(made) == words(item)
    assert {(v.state, v.slot_at) for v in made.variants.all()} == {("checked", None)}


def test_what_was_put_away_comes_back_as_it_was(item, owner, now):
    approve_item(person=owner, item=item, seen=seen(item), now=now)
    variant = item.variants.first()
    wall = datetime(2026, 10, 8, 9)
    move_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    item.refresh_from_db()
    archive_item(person=owner, item=item, now=now)
    assert Dispatch.objects.get().state == "withdrawn"
    assert send_due(now=now + timedelta(days=2)) == 0
    restore_item(person=owner, item=item, now=now)
    variant.refresh_from_db()
    assert (variant.state, variant.slot_wall) == ("handed_over", "2026-10-08T09:00")
    assert sorted(Dispatch.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]


def test_putting_away_can_be_taken_back_on_the_screen(client_of, owner, item):
    client = client_of(owner)
    answer = client.post(reverse("editorial:archive", args=["lotsenforum", item.pk]))
    (said,) = get_messages(answer.wsgi_request)
    assert Item.objects.get().archived_at
    client.post(said.extra_tags)
    assert Item.objects.get().archived_at is None


def test_the_composer_takes_few_queries_however_much_was_said(
    client_of, owner, item, now, django_assert_max_num_queries
):
    client, address = client_of(owner), reverse("editorial:item", args=["lotsenforum", item.pk])
    client.get(address)
    with django_assert_max_num_queries(34) as few:
        client.get(address)
    for n in range(20):
        comment_on_item(person=owner, item=item, text=f"Gedanke {n}", now=now)
    with django_assert_max_num_queries(34) as many:
        client.get(address)
    assert len(few) == len(many)


def test_length_is_counted_by_the_rule_of_each_channel(item, forum):
    draft = next(draft for draft in drafts_of(item.workspace, item) if draft.channel == forum)
    assert (draft.length, draft.is_social) == (len("Nur hier"), False)


def test_an_item_offers_emoji_and_the_members_it_can_name(item, forum, owner, client_of, now) -> None:
    said = [
        Message(
            Ref(handle or "x"),
            "message",
            "posted",
            Author(f"n-{handle}", handle, "Karl", is_us=handle == "us"),
            now,
            thread="t",
        )
        for handle in ("karl", "us", "", "Zwei Wörter")
    ]
    record_batch(channel=forum, batch=Batch(said, "1"), now=now)
    client = client_of(owner)
    for page in (
        reverse("editorial:new", args=["lotsenforum"]),
        reverse("editorial:item", args=["lotsenforum", item.pk]),
    ):
        shown = client.get(page).content.decode()
        assert '<option value="karl" label="Karl"></option></datalist>' in shown
        assert 'data-mentions="members-there"' in shown and 'data-insert="🙂"' in shown
        more = reverse("members:mentions", args=["lotsenforum"]) + "?" + urlencode({"network": forum.network})
        assert f'<datalist id="members-{forum.network}" data-more="{more}"><option value="karl"' in shown
        assert f'data-mentions="members-{forum.network}"' in shown


def test_whom_an_item_can_name_is_told_apart_by_network(forum, board, owner, client_of, now) -> None:
    far = Account.objects.get(pk=forum.account_id)
    far.pk, far.name, far._state.adding = None, "Fern", True
    far.save()
    Channel.objects.filter(pk=board.pk).update(account=far)
    board = Channel.objects.get(pk=board.pk)
    for channel, handle, name in ((forum, "karl", "Karl"), (board, "karl", "Ein anderer"), (board, "items", "Ida")):
        said = Message(Ref(f"{handle}-{name}"), "message", "posted", Author(handle, handle, name), now, thread="t")
        record_batch(channel=channel, batch=Batch([said], "1"), now=now)
    shown = client_of(owner).get(reverse("editorial:new", args=["lotsenforum"])).content.decode()
    here = shown.split(f'<datalist id="members-{forum.network}" data-more="')[1].split("</datalist>")[0]
    there = shown.split(f'<datalist id="members-{board.network}" data-more="')[1].split("</datalist>")[0]
    assert 'label="Karl"' in here and "Ein anderer" not in here
    assert 'label="Ein anderer"' in there and 'value="items"' in there


def test_the_composer_says_what_can_be_sent_and_which_films(forum, owner, client_of) -> None:
    page = client_of(owner).get(reverse("editorial:new", args=["lotsenforum"])).content.decode()
    assert "JPEG, PNG, GIF oder WebP" in page and "Ein Film als MP4 (H.264) oder WebM, bis 100" in page


def test_a_film_is_not_called_a_picture_and_a_network_without_films_says_so_once(forum, owner, now) -> None:
    media = keep_media(person=owner, name="a.mp4", content=film(), now=now)
    written = ItemText("Film", no_objective_reason="x", texts={forum.pk: "Ein Film."}, pictures=((media.pk, ""),))
    item = save_item(person=owner, item=None, written=written, now=now)
    (draft,) = [one for one in drafts_of(owner.workspace, item) if one.channel == forum]
    words = [finding_words(finding) for _names, finding in open_findings([draft])]
    assert words == ["Der Film hat keine Beschreibung für alle, die ihn nicht sehen."]
    bare = replace(abilities_of(forum), media=MediaAbility(alt_text="optional"))
    nothing_here = check_draft(bare, Words("Ein Film.", title="Film", media=(Media("video/mp4"),)))
    assert {one.code for one in nothing_here} >= {"no_films", "too_many_media"}
    found = open_findings([replace(draft, findings=nothing_here)])
    assert [finding.code for _names, finding in found] == ["no_films"]
    both = Words("Beides.", title="Film", media=(Media("video/mp4"), Media("image/png")))
    pictures_only = replace(abilities_of(forum), media=replace(abilities_of(forum).media, films=None))
    found = open_findings([replace(draft, findings=check_draft(pictures_only, both))])
    said = [(finding.code, finding.values["number"]) for _names, finding in found]
    assert said == [("no_films", 1), ("alt_text_missing", 2)]
