"""What is published gets other words at its network, approved as the text itself had to be, with what stood there kept."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import choose_channel, connect_account, send_due
from allmende.channels.models import Channel, Correction, Message
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotReword,
    ItemText,
    StepPlan,
    add_step,
    answer_step,
    approve_rewording,
    approve_variant,
    ask_steps,
    drop_rewording,
    open_review,
    publish_now,
    reword,
    save_item,
    say_anew,
    say_approved,
)
from allmende.editorial.models import Reviewer, Rewording, Variant
from allmende.editorial.queries import PartWords, asked_texts, parts_of, waiting_for
from allmende.guidelines.actions import draft_from_catalogue, put_in_force
from allmende.team.models import Notice
from tests.guidelines.opened import opened
from tests.networks.discourse.ground import Ground, started

pytestmark = pytest.mark.django_db
WORDS = "Die Sprechstunde beginnt am Dienstag um 17 Uhr, wie jede Woche."
BETTER = "Die Sprechstunde beginnt am Mittwoch um 17 Uhr, wie jede Woche."
REASON = "Falscher Tag"


@pytest.fixture
def ground(settings) -> Iterator[Ground]:
    found = started()
    settings.NEIGHBOURS = frozenset({("127.0.0.1", found.face.port)})
    yield found
    found.end()


@pytest.fixture
def board(owner, ground) -> Channel:
    now = timezone.now()
    account = connect_account(
        person=owner, kind="discourse", name="Haus", settings=ground.settings, secret=ground.key, now=now
    )
    channel = choose_channel(person=owner, name="Haus", slug="haus", kind="own_forum", account=account, now=now)
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    return opened(owner, channel, now)


def publish(person, channel, plan=None, answered_by=None) -> Variant:
    """A text that is out, after a step of approval where one is planned."""
    now = timezone.now()
    written = ItemText(title="Sprechstunde", no_objective_reason="Probe", texts={channel.pk: WORDS})
    item = save_item(person=person, item=None, written=written, now=now)
    variant = item.variants.get()
    if plan:
        step = add_step(person=person, item=item, plan=plan, now=now)
        ask_steps(person=person, item=item, now=now)
        seen = {one.variant.pk: one.words_hash for one in asked_texts(item)}
        answer_step(reviewer=step.reviewers.get(), seen=seen, answer="approved", words="", name="Ute", now=now)
    else:
        approve_variant(person=person, variant=variant, seen_hash=words_hash("Sprechstunde", WORDS), now=now)
    publish_now(person=person, variant=variant, now=now)
    send_due(now=now + timedelta(minutes=1))
    return Variant.objects.select_related("dispatch__message", "item").get(pk=variant.pk)


@pytest.fixture
def out(owner, board) -> Message:
    return publish(owner, board).dispatch.message


def change(person, message, text=BETTER, reason=REASON, **more):
    given = {"title": message.title, "text": text, "reason": reason, "seen": message.edited_at}
    return reword(person=person, message=message, now=timezone.now(), **{**given, **more})


def at_the_forum(ground) -> list[str]:
    return [post.raw for post in ground.forum.posts.values()]


def test_who_may_approve_changes_what_is_out_at_once_and_what_stood_there_is_kept(owner, ground, out):
    made = change(owner, out)
    assert (made.state, at_the_forum(ground)) == ("said", [BETTER])
    kept = Correction.objects.get()
    assert (kept.text_before, kept.reason, kept.person) == (WORDS, REASON, owner)


def test_the_same_words_change_nothing(owner, out):
    assert change(owner, out, WORDS) is None and not Rewording.objects.exists()


@pytest.mark.parametrize(
    ("text", "reason"), [(" ", "Grund"), (BETTER, " "), ("x" * 40_000, "Grund"), ("Am [Tag]", "Grund")]
)
def test_what_cannot_stand_there_changes_nothing(owner, ground, out, text, reason):
    with pytest.raises(CannotReword, match=r"\.$"):
        change(owner, out, text, reason)
    assert at_the_forum(ground) == [WORDS] and not Rewording.objects.filter(state="said").exists()


def test_a_network_that_refuses_leaves_the_words_and_the_page_says_so(owner, ground, out, client_of):
    ground.forum.posts.clear()
    with pytest.raises(CannotReword, match=r"\.$"):
        change(owner, out)
    out.refresh_from_db()
    assert (out.text, Rewording.objects.get().state) == (WORDS, "failed")
    page = client_of(owner).get(reverse("editorial:change_said", args=["lotsenforum", out.pk])).content.decode()
    assert "Das ist nicht angekommen" in page and BETTER in page


def test_who_only_writes_proposes_and_somebody_who_may_approve_decides(owner, new_person, ground, out):
    author = new_person("author", "Jo Brandt")
    made = change(author, out)
    assert (made.state, at_the_forum(ground)) == ("proposed", [WORDS])
    assert Notice.objects.filter(person=owner, kind="editorial.approval_asked").count() == 1
    with pytest.raises(PermissionDenied):
        approve_rewording(person=author, rewording=made, seen_hash=made.words_hash, now=timezone.now())
    with pytest.raises(CannotReword):
        approve_rewording(person=owner, rewording=made, seen_hash="andere", now=timezone.now())
    approve_rewording(person=owner, rewording=made, seen_hash=made.words_hash, now=timezone.now())
    assert say_approved(now=timezone.now()) == 1
    assert at_the_forum(ground) == [BETTER] and Correction.objects.get().person == author
    with pytest.raises(CannotReword):
        drop_rewording(person=owner, rewording=made, why="Zu spät", now=timezone.now())


def test_who_decides_against_it_says_why_and_the_proposer_learns_it(owner, new_person, ground, out):
    author = new_person("author", "Jo Brandt")
    made = change(author, out)
    with pytest.raises(CannotReword):
        drop_rewording(person=owner, rewording=made, why=" ", now=timezone.now())
    drop_rewording(person=owner, rewording=made, why="Der Tag stimmt.", now=timezone.now())
    notice = Notice.objects.get(person=author, kind="editorial.changes_asked")
    assert notice.values["words"] == "Der Tag stimmt." and at_the_forum(ground) == [WORDS]


def test_a_silent_network_is_told_again_and_again_and_then_somebody_learns_it(owner, new_person, ground, out):
    author = new_person("author", "Jo Brandt")
    made = change(author, out)
    approve_rewording(person=owner, rewording=made, seen_hash=made.words_hash, now=timezone.now())
    kept = dict(ground.forum.posts)
    ground.forum.posts.clear()
    now = timezone.now()
    assert say_approved(now=now) == 0 and say_approved(now=now) == 0
    made.refresh_from_db()
    assert (made.state, made.tries) == ("approved", 1)
    ground.forum.posts.update(kept)
    assert say_approved(now=made.next_at) == 1 and at_the_forum(ground) == [BETTER]


def test_what_never_gets_through_ends_with_a_word_to_its_writer(owner, new_person, ground, out):
    author = new_person("author", "Jo Brandt")
    made = change(author, out)
    approve_rewording(person=owner, rewording=made, seen_hash=made.words_hash, now=timezone.now())
    ground.forum.posts.clear()
    made.refresh_from_db()
    while made.state == "approved":
        say_approved(now=made.next_at or timezone.now())
        made.refresh_from_db()
    assert (made.state, made.tries) == ("failed", 6) and made.why.endswith(".")
    assert Notice.objects.filter(person=author, kind="editorial.not_reworded").count() == 1


def test_i_19_steps_of_approval_are_asked_again_of_the_new_words(owner, new_person, ground, board):
    lead = new_person("lead", "Mara Lind")
    variant = publish(owner, board, StepPlan(people=[lead]))
    assert waiting_for(lead, timezone.now()) == []
    made = change(owner, variant.dispatch.message)
    assert (made.state, at_the_forum(ground)) == ("proposed", [WORDS])
    (waiting,) = waiting_for(lead, timezone.now())
    assert waiting.item == variant.item
    (asked,) = asked_texts(variant.item)
    assert (asked.text, asked.words_hash) == (BETTER, made.words_hash)
    with pytest.raises(CannotReword):
        approve_rewording(person=owner, rewording=made, seen_hash=made.words_hash, now=timezone.now())
    seen = {variant.pk: made.words_hash}
    answer_step(reviewer=Reviewer.objects.get(), seen=seen, answer="approved", words="", now=timezone.now())
    assert say_approved(now=timezone.now()) == 1 and at_the_forum(ground) == [BETTER]
    assert waiting_for(lead, timezone.now()) == []


def test_somebody_outside_reads_the_new_words_over_their_link(owner, new_person, ground, board):
    new_person("lead", "Mara Lind")
    variant = publish(owner, board, StepPlan(guests=[("Ute Falk", "")]))
    change(owner, variant.dispatch.message)
    token = open_review(person=owner, reviewer=Reviewer.objects.get(), now=timezone.now())
    address, guest = reverse("guest_review", args=[token]), Client()
    page = guest.get(address).content.decode()
    assert BETTER in page and WORDS not in page and "soll künftig so lauten" in page
    seen = page.split(f'name="seen-{variant.pk}" value="')[1].split('"')[0]
    guest.post(address, {f"seen-{variant.pk}": seen, "answer": "approved", "name": "Ute Falk"})
    assert say_approved(now=timezone.now()) == 1 and at_the_forum(ground) == [BETTER]


def test_the_database_keeps_one_open_proposal_and_none_without_a_reason(owner, new_person, out):
    made = change(new_person("author", "Jo Brandt"), out)
    for wrong in ({"reason": ""}, {"state": "said", "settled_at": timezone.now()}, {"state": "approved"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rewording.objects.filter(pk=made.pk).update(**wrong)
    made.pk = None
    made._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


# --- on the screens --------------------------------------------------------------------------------------------------


def test_changing_a_post_on_its_page_and_undoing_it(owner, ground, out, client_of):
    client, page = client_of(owner), reverse("editorial:change_said", args=["lotsenforum", out.pk])
    item = client.get(reverse("editorial:item", args=["lotsenforum", out.subject_id])).content.decode()
    assert page in item and WORDS in item
    refused = client.post(page, {"title": out.title, "text": BETTER, "reason": "", "seen": ""})
    assert refused.status_code == 422 and BETTER in refused.content.decode()
    given = {"title": out.title, "text": BETTER, "reason": REASON, "seen": ""}
    done = client.post(page, given, follow=True).content.decode()
    assert at_the_forum(ground) == [BETTER] and REASON in done and WORDS in done
    token = done.split("/undo/")[1].split('"')[0].strip("/")
    client.post(f"/w/{owner.workspace.slug}/undo/{token}/")
    assert at_the_forum(ground) == [WORDS]


def test_where_a_network_changes_nothing_it_is_taken_back_and_begun_anew(owner, forum, client_of):
    message = publish(owner, forum).dispatch.message
    client, page = client_of(owner), reverse("editorial:change_said", args=["lotsenforum", message.pk])
    told = client.get(page).content.decode()
    assert "lässt von hier aus nichts ändern" in told and "Zurücknehmen und neu beginnen" in told
    with pytest.raises(CannotReword):
        change(owner, message)
    done = client.post(f"{page}anew/")
    message.refresh_from_db()
    assert message.deleted_at is not None
    made = Variant.objects.exclude(dispatch__message=message).get()
    assert str(made.item_id) in done["Location"] and (made.text, made.state, made.channel) == (WORDS, "checked", forum)


def test_only_the_channel_it_was_taken_from_gets_a_new_draft(owner, board, forum, ground):
    now = timezone.now()
    written = ItemText(title="Sprechstunde", no_objective_reason="Probe", texts={forum.pk: WORDS, board.pk: WORDS})
    item = save_item(person=owner, item=None, written=written, now=now)
    variant = item.variants.get(channel=board)
    approve_variant(person=owner, variant=variant, seen_hash=words_hash("Sprechstunde", WORDS), now=now)
    publish_now(person=owner, variant=variant, now=now)
    send_due(now=now + timedelta(minutes=1))
    variant = Variant.objects.select_related("dispatch__message").get(pk=variant.pk)
    made = say_anew(person=owner, message=variant.dispatch.message, now=timezone.now())
    assert [one.channel for one in made.variants.all()] == [board]


def test_what_follows_begins_anew_with_the_words_that_stand_there(owner, board, ground):
    now = timezone.now()
    parts = {board.pk: (PartWords("Fragen gern hier.", is_comment=True),)}
    written = ItemText(title="Sprechstunde", no_objective_reason="Probe", texts={board.pk: WORDS}, parts=parts)
    variant = save_item(person=owner, item=None, written=written, now=now).variants.get()
    (asked,) = asked_texts(variant.item)
    variant = approve_variant(person=owner, variant=variant, seen_hash=asked.words_hash, now=now)
    publish_now(person=owner, variant=variant, now=now)
    for seconds in (1, 20):
        send_due(now=now + timedelta(seconds=seconds))
    head, comment = Message.objects.filter(dispatch__state="sent").order_by("dispatch__part")
    change(owner, head)
    change(owner, comment, "Fragen bitte im Faden darunter.")
    made = say_anew(person=owner, message=Message.objects.get(pk=head.pk), now=timezone.now()).variants.get()
    assert (made.text, [one.text for one in parts_of(made)]) == (BETTER, ["Fragen bitte im Faden darunter."])
