"""Approval that blocks: steps in order, answers bound to exactly these words, barriers in the database itself."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from allmende.channels.actions import keep_media
from allmende.channels.models import Channel, Dispatch, media_path
from allmende.editorial.access import find_guest_reviewer
from allmende.editorial.actions import (
    CannotAnswer,
    CannotApprove,
    CannotAsk,
    CannotPlanStep,
    ItemText,
    StepPlan,
    add_step,
    answer_step,
    approve_variant,
    ask_steps,
    comment_on_item,
    drop_step,
    move_variant,
    open_review,
    save_item,
    schedule_variant,
)
from allmende.editorial.models import Answer, ApprovalStep, Item, Reviewer, Variant
from allmende.editorial.queries import (
    TO_APPROVE,
    TO_SCHEDULE,
    asked_texts,
    concerns,
    is_alone,
    open_step,
    steps_of,
    waiting_for,
)
from allmende.team.actions import end_access, move_training, revoke_guest_link, save_training_unit
from allmende.team.models import AuditRow, GuestLink, Mail, Notice, Person
from tests.networks.film import film

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def lead(new_person):
    return new_person("lead", "Mara Lind")


@pytest.fixture
def author(new_person):
    return new_person("author", "Jo Brandt")


@pytest.fixture
def item(forum, author, lead, now):
    written = ItemText(title="Fristen", no_objective_reason="Pflicht", texts={forum.pk: "Am 10. ist Abgabe."})
    return save_item(person=author, item=None, written=written, now=now)


def say(reviewer, now, answer="approved", words="", name=""):
    seen = {one.variant.pk: one.words_hash for one in asked_texts(reviewer.step.item)}
    return answer_step(reviewer=reviewer, seen=seen, answer=answer, words=words, name=name, now=now)


def png(width):
    file = BytesIO()
    Image.new("RGB", (width, 30)).save(file, "PNG")
    return file.getvalue()


def step_of(person, item, now, *people, **plan):
    return add_step(person=person, item=item, plan=StepPlan(people=people, **plan), now=now)


def wall(now):
    return (now + timedelta(days=1)).replace(tzinfo=None)


def test_steps_are_asked_in_order_and_the_last_yes_approves(item, author, owner, lead, now):
    first = step_of(author, item, now, lead)
    second = step_of(author, item, now, owner)
    ask_steps(person=author, item=item, now=now)
    assert [one.item for one in waiting_for(lead, now)] == [item]
    assert waiting_for(owner, now) == []
    with pytest.raises(CannotAnswer, match="changed once more"):
        say(second.reviewers.get(), now)
    say(first.reviewers.get(), now)
    assert item.variants.get().state == "checked"
    assert waiting_for(lead, now) == []
    assert [one.item for one in waiting_for(owner, now)] == [item]
    say(second.reviewers.get(), now + timedelta(hours=1))
    variant = item.variants.get()
    assert (variant.state, variant.approved_by, variant.approved_at) == ("approved", owner, now + timedelta(hours=1))
    assert list(Answer.objects.order_by("pk").values_list("name", flat=True)) == [lead.name, owner.name]
    assert Notice.objects.filter(person=author, kind="editorial.steps_answered").count() == 1
    assert AuditRow.objects.filter(verb="editorial.variant.answered").count() == 2


def test_s3_16_the_yes_of_a_colleague_takes_the_training_an_approval_needs(item, author, owner, lead, now):
    step = step_of(author, item, now, lead)
    ask_steps(person=author, item=item, now=now)
    unit = save_training_unit(person=owner, unit=None, name="Urheberrecht", kind="law", gates_publishing=True, now=now)
    with pytest.raises(CannotAnswer, match="Urheberrecht"):
        say(step.reviewers.get(), now)
    say(step.reviewers.get(), now, "changes", "Bitte das Jahr nennen.")
    move_training(person=owner, unit=unit, learner=lead, to="valid", on=now.date(), now=now)
    say(step.reviewers.get(), now + timedelta(minutes=5))
    assert item.variants.get().state == "approved"


@pytest.mark.parametrize(("rule", "state"), [("any", "approved"), ("all", "checked")])
def test_any_of_the_reviewers_or_all_of_them(item, author, owner, lead, now, rule, state):
    step = step_of(author, item, now, lead, owner, rule=rule)
    ask_steps(person=author, item=item, now=now)
    say(step.reviewers.get(person=lead), now)
    assert item.variants.get().state == state
    if rule == "all":
        say(step.reviewers.get(person=owner), now)
        assert item.variants.get().state == "approved"


def test_whoever_asks_for_changes_says_which_and_blocks(item, author, lead, now):
    step = step_of(author, item, now, lead)
    ask_steps(person=author, item=item, now=now)
    with pytest.raises(CannotAnswer, match="what should change"):
        say(step.reviewers.get(), now, "changes")
    say(step.reviewers.get(), now, "changes", "Bitte das Jahr nennen.")
    assert item.variants.get().state == "checked"
    told = Notice.objects.get(person=author, kind="editorial.changes_asked")
    assert told.values["words"] == "Bitte das Jahr nennen."
    say(step.reviewers.get(), now + timedelta(minutes=5))
    assert item.variants.get().state == "approved"
    assert list(Answer.objects.order_by("pk").values_list("answer", "taken_back_at")) == [
        ("changes", now + timedelta(minutes=5)),
        ("approved", None),
    ]


def test_nobody_approves_past_the_steps(item, author, owner, lead, now):
    step_of(author, item, now, lead)
    variant = item.variants.get()
    with pytest.raises(CannotApprove, match="steps of approval"):
        approve_variant(person=owner, variant=variant, seen_hash=asked_texts(item)[0].words_hash, now=now)
    moved = move_variant(person=owner, variant=variant, wall=wall(now), zone="UTC", seen_revision=None, now=now)
    assert moved.variant.dispatch is None
    with pytest.raises(DatabaseError, match="before all steps"), transaction.atomic():
        Variant.objects.filter(pk=variant.pk).update(state="approved", approved_hash="x" * 64)


def test_words_read_before_they_changed_are_not_answered(item, author, lead, now):
    step = step_of(author, item, now, lead)
    ask_steps(person=author, item=item, now=now)
    seen = {one.variant.pk: "other" for one in asked_texts(item)}
    with pytest.raises(CannotAnswer, match="changed since you read"):
        answer_step(reviewer=step.reviewers.get(), seen=seen, answer="approved", words="", now=now)


@pytest.fixture
def approved(item, author, lead, now):
    step = step_of(author, item, now, lead)
    ask_steps(person=author, item=item, now=now)
    say(step.reviewers.get(), now)
    return item.variants.get()


def test_s4_25_an_approved_text_goes_into_the_queue_and_is_claimed(approved, author, now):
    handed = schedule_variant(person=author, variant=approved, wall=wall(now), zone="UTC", now=now)
    at = handed.slot_at + timedelta(seconds=1)
    assert Dispatch.objects.filter(pk=handed.dispatch_id).update(state="speaking", lease_until=at, spoke_at=at) == 1


def test_a_claim_passes_over_a_text_whose_steps_are_open(approved, author, lead, owner, now):
    handed = schedule_variant(person=author, variant=approved, wall=wall(now), zone="UTC", now=now)
    step = ApprovalStep.objects.create(item=approved.item, place=7, made_by=owner)
    Reviewer.objects.create(step=step, person=owner)
    at = handed.slot_at + timedelta(seconds=1)
    rows = Dispatch.objects.filter(pk=handed.dispatch_id)
    assert rows.update(state="speaking", lease_until=at, spoke_at=at) == 0
    assert rows.get().state == "waiting"


def test_approved_words_are_frozen_in_the_database(approved, forum, now):
    for change in (
        lambda: Variant.objects.filter(pk=approved.pk).update(text="Am 11. ist Abgabe."),
        lambda: Item.objects.filter(pk=approved.item_id).update(title="Andere Fristen"),
        lambda: Answer.objects.update(answer="changes", words="doch nicht"),
        lambda: Answer.objects.update(words_hash="0" * 64),
    ):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            change()


def test_other_words_take_the_approval_back_and_those_who_gave_it_learn_of_it(approved, author, lead, forum, now):
    schedule_variant(person=author, variant=approved, wall=wall(now), zone="UTC", now=now)
    item = Item.objects.get(pk=approved.item_id)
    written = ItemText(title="Fristen", no_objective_reason="Pflicht", texts={forum.pk: "Am 12. ist Abgabe."})
    save_item(person=author, item=item, written=written, seen_revision=item.revision, now=now)
    variant = item.variants.get()
    assert (variant.state, variant.approved_hash, variant.approved_by, variant.dispatch) == ("checked", "", None, None)
    assert Dispatch.objects.get().state == "withdrawn"
    assert Notice.objects.get(person=lead, kind="editorial.approval_taken_back").values["name"] == author.name
    assert Answer.objects.get().taken_back_at == now
    assert open_step(item).asked_at is None
    ask_steps(person=author, item=item, now=now + timedelta(hours=1))
    assert len(waiting_for(lead, now)) == 1


def test_another_title_takes_it_back_from_every_text(approved, author, forum, now):
    item = Item.objects.get(pk=approved.item_id)
    written = ItemText(title="Neue Fristen", no_objective_reason="Pflicht", texts={forum.pk: approved.text})
    save_item(person=author, item=item, written=written, seen_revision=item.revision, now=now)
    assert item.variants.get().state == "checked"


def test_saving_the_same_words_keeps_the_approval(approved, author, forum, now):
    item = Item.objects.get(pk=approved.item_id)
    written = ItemText(title="Fristen", no_objective_reason="Neuer Grund", texts={forum.pk: approved.text})
    save_item(person=author, item=item, written=written, seen_revision=item.revision, now=now)
    assert item.variants.get().state == "approved"


def test_a_new_step_takes_an_approval_back(approved, owner, author, now):
    step_of(author, approved.item, now, owner)
    assert approved.item.variants.get().state == "checked"


def test_somebody_outside_answers_over_a_link_of_which_only_the_hash_is_kept(item, owner, now):
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "weiss@amt.example")]), now=now)
    ask_steps(person=owner, item=item, now=now)
    mail = Mail.objects.get(to_address="weiss@amt.example")
    token = mail.body.split("/guest/review/")[1].split("/")[0]
    assert not GuestLink.objects.filter(token_hash=token).exists()
    reviewer = find_guest_reviewer(token, now)
    assert reviewer == step.reviewers.get()
    with pytest.raises(CannotAnswer, match="write your name"):
        say(reviewer, now)
    say(reviewer, now, name="Eva Weiß")
    assert (Answer.objects.get().name, item.variants.get().state) == ("Eva Weiß", "approved")
    assert item.variants.get().approved_by is None
    with pytest.raises(Http404):
        find_guest_reviewer(token, now + timedelta(days=61))
    revoke_guest_link(person=owner, link=GuestLink.objects.get(), now=now)
    with pytest.raises(Http404):
        find_guest_reviewer(token, now)


def test_a_link_can_be_handed_over_in_person(item, owner, now):
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=now)
    ask_steps(person=owner, item=item, now=now)
    assert not Mail.objects.exists()
    token = open_review(person=owner, reviewer=step.reviewers.get(), now=now)
    assert find_guest_reviewer(token, now) == step.reviewers.get()


def test_an_author_invites_nobody_from_outside_and_takes_no_step_of_others_out(item, author, lead, owner, now):
    with pytest.raises(CannotPlanStep, match="may not invite"):
        add_step(person=author, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=now)
    step = step_of(owner, item, now, lead)
    with pytest.raises(CannotPlanStep, match="The step stays"):
        drop_step(person=author, step=step, now=now)
    drop_step(person=lead, step=step, now=now)
    assert steps_of(item) == []


def test_a_step_asks_somebody(item, author, new_person, now):
    with pytest.raises(CannotPlanStep, match="at least one"):
        step_of(author, item, now)
    with pytest.raises(CannotPlanStep, match="does not work here"):
        step_of(author, item, now, new_person("lead", slug="elsewhere"))
    gone = new_person("lead", "Olaf Beck")
    end_access(person=new_person("owner", "Ute Kern"), colleague=gone, now=now)
    gone.refresh_from_db()
    with pytest.raises(CannotPlanStep, match="does not work here"):
        step_of(author, item, now, gone)


def test_nothing_is_asked_without_a_text_that_passes_its_checks(owner, lead, now):
    item = save_item(person=owner, item=None, written=ItemText(title="Idee", no_objective_reason="x"), now=now)
    step_of(owner, item, now, lead)
    with pytest.raises(CannotAsk, match="No text passes"):
        ask_steps(person=owner, item=item, now=now)


def test_i_03_alone_there_are_no_steps(forum, owner, now):
    written = ItemText(title="Allein", no_objective_reason="x", texts={forum.pk: "Ein Wort."})
    item = save_item(person=owner, item=None, written=written, now=now)
    assert is_alone(item.workspace)
    with pytest.raises(CannotPlanStep, match="work alone"):
        step_of(owner, item, now, owner)


def test_s4_14_whoever_has_come_to_work_alone_sets_open_steps_aside(item, author, lead, owner, now):
    step_of(author, item, now, lead)
    type(lead).objects.filter(pk=lead.pk).update(left_at=now)
    approve_variant(person=owner, variant=item.variants.get(), seen_hash=asked_texts(item)[0].words_hash, now=now)
    assert item.variants.get().state == "approved"
    assert not item.steps.exists()


def test_the_barriers_stand_after_the_migrations(db):
    names = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'editorial%'"}
    sql = names.get(connection.vendor, "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'editorial%'")
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = {row[0] for row in cursor.fetchall()}
    assert {"editorial_claim", "editorial_answer_kept"} <= found


def test_the_reviewer_outside_sees_the_post_and_nothing_of_the_team(item, owner, client_of, now):
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=timezone.now())
    ask_steps(person=owner, item=item, now=timezone.now())
    comment_on_item(person=owner, item=item, text="Streng vertraulich.", now=now)
    token = open_review(person=owner, reviewer=step.reviewers.get(), now=timezone.now())
    address, client = reverse("guest_review", args=[token]), Client()
    page = client.get(address)
    assert page.status_code == 200
    assert "Am 10. ist Abgabe." in page.content.decode()
    assert "vertraulich" not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    client.post(address, {"comment": "Gilt das auch für Vereine?"})
    assert "Gilt das auch für Vereine?" in client.get(address).content.decode()
    seen = {f"seen-{one.variant.pk}": one.words_hash for one in asked_texts(item)}
    refused = client.post(address, {**seen, "answer": "changes", "name": "Eva Weiß", "words": ""})
    assert refused.status_code == 409
    assert "Eva Weiß" in refused.content.decode()
    answered = client.post(address, {**seen, "answer": "approved", "name": "Eva Weiß", "words": ""})
    assert answered.status_code == 200
    assert item.variants.get().state == "approved"
    assert client.get(reverse("guest_review", args=["x" * 43])).status_code == 404


def test_the_screens_plan_ask_and_answer(item, owner, lead, author, client_of):
    slug, mine, theirs = item.workspace.slug, client_of(owner), client_of(lead)
    page = reverse("editorial:item", args=[slug, item.pk])
    empty = mine.post(reverse("editorial:add_step", args=[slug, item.pk]), {"rule": "all"})
    assert (empty.status_code, ApprovalStep.objects.count()) == (422, 0)
    typed = {"rule": "all", "people": [str(lead.pk)], "guest_name": "Dr. Weiß", "due_date": "2030-01-04"}
    mine.post(reverse("editorial:add_step", args=[slug, item.pk]), typed)
    step = ApprovalStep.objects.get()
    assert (step.reviewers.count(), step.due_at.year) == (2, 2030)
    mine.post(reverse("editorial:ask_steps", args=[slug, item.pk]))
    assert "Fristen" in theirs.get(reverse("editorial:approvals", args=[slug])).content.decode()
    assert 'id="answer"' in theirs.get(page).content.decode()
    assert 'id="answer"' not in mine.get(page).content.decode()
    answer = reverse("editorial:answer", args=[slug, item.pk])
    seen = {f"seen-{one.variant.pk}": one.words_hash for one in asked_texts(item)}
    refused = theirs.post(answer, {**seen, "answer": "changes", "words": ""})
    assert (refused.status_code, Answer.objects.count()) == (422, 0)
    theirs.post(answer, {**seen, "answer": "approved", "words": "Gut so."})
    assert Answer.objects.get().words == "Gut so."
    assert mine.post(answer, {**seen, "answer": "approved"}).status_code == 404
    link = mine.post(reverse("editorial:review_link", args=[slug, step.reviewers.get(person=None).pk]))
    assert "/guest/review/" in link.content.decode()
    mine.post(reverse("editorial:comment", args=[slug, item.pk]), {"comment": "Für Sie.", "is_for_guests": "on"})
    assert item.comments.get().is_for_guests
    mine.post(reverse("editorial:drop_step", args=[slug, step.pk]))
    assert not ApprovalStep.objects.exists()


def test_a_text_nobody_was_asked_about_is_asked_about_again(approved, author, lead, owner, forum, now):
    item = Item.objects.get(pk=approved.item_id)
    account = forum.account
    other = Channel.objects.create(
        workspace=forum.workspace, account=account, name="Zweites", slug="zweites", kind=forum.kind,
        created_at=now, updated_at=now,
    )  # fmt: skip
    written = ItemText(
        title="Fristen", no_objective_reason="Pflicht", texts={forum.pk: approved.text, other.pk: "Am 10. ist Abgabe."}
    )
    save_item(person=author, item=item, written=written, seen_revision=item.revision, now=now)
    assert item.variants.get(channel=forum).state == "approved"
    later = now + timedelta(hours=1)
    ask_steps(person=author, item=item, now=later)
    assert Notice.objects.filter(person=lead, kind="editorial.approval_asked").count() == 2
    say(item.steps.get().reviewers.get(), later)
    assert set(item.variants.values_list("state", flat=True)) == {"approved"}


def test_today_shows_a_text_with_steps_to_those_whose_answer_is_missing(item, author, owner, lead, now):
    def shown_to(person):
        return [one.title for one in concerns(item.workspace, person, 5, now, {})[TO_APPROVE]]

    assert shown_to(owner) == shown_to(lead) == ["Fristen"]
    step = step_of(author, item, now, lead)
    assert shown_to(lead) == []
    ask_steps(person=author, item=item, now=now)
    assert (shown_to(owner), shown_to(lead)) == ([], ["Fristen"])
    say(step.reviewers.get(), now, "changes", "Bitte das Jahr nennen.")
    assert shown_to(lead) == []


def test_s4_14_today_asks_nobody_who_works_alone_for_an_approval(forum, owner, new_person, now):
    written = ItemText(title="Allein", no_objective_reason="x", texts={forum.pk: "Ein Wort."})
    item = save_item(person=owner, item=None, written=written, now=now)

    def kinds():
        found = concerns(item.workspace, owner, 5, now, {})
        return [kind for kind, rows in found.items() for _one in rows]

    assert kinds() == []
    item.variants.update(slot_at=now + timedelta(days=1), slot_wall="2026-10-20T10:00", slot_zone="Europe/Berlin")
    assert kinds() == [TO_SCHEDULE]
    colleague = new_person("manager", "Emre Yıldız")
    assert kinds() == [TO_APPROVE]
    Person.objects.filter(pk=colleague.pk).update(access_until_date=now.date() - timedelta(days=1))
    assert kinds() == [TO_SCHEDULE], "a helper whose last day has passed approves nothing"


def test_the_reviewer_outside_sees_the_items_pictures_and_no_others(forum, owner, lead, now):
    pictures = [keep_media(person=owner, name=f"{n}.png", content=png(n), now=now) for n in (10, 11)]
    written = ItemText(
        "Bild", no_objective_reason="x", texts={forum.pk: "Ein Bild."}, pictures=((pictures[0].pk, "Ein Boot."),)
    )
    item = save_item(person=owner, item=None, written=written, now=now)
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=timezone.now())
    ask_steps(person=owner, item=item, now=timezone.now())
    token, client = open_review(person=owner, reviewer=step.reviewers.get(), now=timezone.now()), Client()
    assert "Ein Boot." in client.get(reverse("guest_review", args=[token])).content.decode()
    statuses = [client.get(reverse("guest_review_picture", args=[token, one.pk])).status_code for one in pictures]
    assert statuses == [200, 404]
    say(step.reviewers.get(), now, name="Eva Weiß")
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        item.shown.update(alt="Ein Schiff.")


def test_the_reviewer_outside_can_watch_the_film_they_are_asked_about(forum, owner, lead, now):
    media = keep_media(person=owner, name="a.mp4", content=film(), now=now)
    written = ItemText(
        "Film", no_objective_reason="x", texts={forum.pk: "Ein Film."}, pictures=((media.pk, "Ein Boot legt ab."),)
    )
    item = save_item(person=owner, item=None, written=written, now=now)
    step = add_step(person=owner, item=item, plan=StepPlan(guests=[("Dr. Weiß", "")]), now=timezone.now())
    ask_steps(person=owner, item=item, now=timezone.now())
    token, client = open_review(person=owner, reviewer=step.reviewers.get(), now=timezone.now()), Client()
    address = reverse("guest_review_picture", args=[token, media.pk])
    page = client.get(reverse("guest_review", args=[token])).content.decode()
    assert f"Film, {media.minutes}" in page and f'href="{address}?film=1"' in page
    whole = client.get(address, {"film": "1"})
    assert whole["Content-Type"] == "video/mp4" and whole["Content-Disposition"].startswith("attachment")
    assert b"".join(whole.streaming_content) == media_path(media.file).read_bytes()
    assert client.get(address)["Content-Type"] == "image/webp"
