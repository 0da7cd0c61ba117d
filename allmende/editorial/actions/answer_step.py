"""A reviewer answers: approves exactly these words, or says what should change."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.editorial import audit, states
from allmende.editorial.actions.approve_variant import bind_approval, keep_slot
from allmende.editorial.actions.ask_step import ask_step
from allmende.editorial.actions.reword import accept_rewording
from allmende.editorial.models import Answer, Comment, Item, Reviewer, Variant
from allmende.editorial.queries.approvals import Asked, asked_texts, is_passed, open_step
from allmende.team.access import require, require_briefed
from allmende.team.actions import NotTrained, check_trained, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.states import PUBLISHING_GATE


class CannotAnswer(Exception):
    """The answer was not recorded; says why and what to do."""


@transaction.atomic
def answer_step(
    *, reviewer: Reviewer, seen: Mapping[UUID, str], answer: str, words: str, name: str = "", now: datetime
) -> int:
    """Record what a reviewer says to the texts as they saw them (`seen`: hash by text), with name and time; how many.

    The last missing yes approves a text for exactly these words; then the next step is asked. Whoever came over a link
    says their name. Raises CannotAnswer, and PermissionDenied for a colleague who left, may read no items or only reads yet.
    """
    row = Reviewer.objects.select_related("person", "step__asked_by", "step__item").get(pk=reviewer.pk)
    if row.person:
        require(row.person, "editorial.item.read")
        require_briefed(row.person)
    lock_workspace(row.step.item.workspace_id)
    item = Item.objects.select_for_update(of=("self",)).select_related("workspace", "owner").get(pk=row.step.item_id)
    list(Variant.objects.select_for_update(of=("self",)).filter(item=item).order_by("pk"))
    texts = [one for one in asked_texts(item) if one.is_waiting]
    said_by = row.person.name if row.person else name.strip()
    _check(row, item, texts, seen, answer, words, said_by)
    if row.person and answer == states.YES:
        _check_trained(row.person, now)
    for one in texts:
        _record(row, one, answer, words.strip(), said_by, now)
    if answer == states.CHANGES:
        _tell(row, item, said_by, words.strip(), now)
    else:
        _go_on(row, item, texts, now)
    return len(texts)


def note_review_opened(*, reviewer: Reviewer, now: datetime) -> None:
    """The page was asked for; only the first time is kept."""
    Reviewer.objects.filter(pk=reviewer.pk, opened_at__isnull=True).update(opened_at=now)


@transaction.atomic
def comment_as_guest(*, reviewer: Reviewer, name: str, text: str, now: datetime) -> Comment:
    """A word of somebody outside about the item; its owner and whoever asked learn of it."""
    item = Item.objects.select_related("workspace", "owner").get(pk=reviewer.step.item_id)
    comment = Comment.objects.create(
        item=item, guest_name=name.strip()[:120] or reviewer.name, is_for_guests=True, text=text.strip(), created_at=now
    )
    for reader in {one for one in (item.owner, reviewer.step.asked_by) if one}:
        send_notice(
            person=reader,
            kind="editorial.commented",
            values={"title": item.title, "name": comment.guest_name},
            url=_url(item),
            once_key=f"comment:{comment.pk}",
            now=now,
        )
    record_audit(workspace=item.workspace, person=None, verb=audit.COMMENTED, target=item, now=now)
    return comment


def _check(
    reviewer: Reviewer, item: Item, texts: list[Asked], seen: Mapping[UUID, str], answer: str, words: str, name: str
) -> None:
    step = reviewer.step
    if item.archived_at or step.asked_at is None:
        raise CannotAnswer(
            _("Nothing was recorded: this text is being changed once more. You will be asked again when it is ready.")
        )
    turn = open_step(item)
    if not texts or turn is None or turn.pk != step.pk:
        raise CannotAnswer(_("Nothing was recorded: this step is answered already, and what was said stands."))
    if answer not in states.ANSWERS:
        raise CannotAnswer(_("Nothing was recorded: choose whether you approve or ask for changes."))
    if any(seen.get(one.variant.pk) != one.words_hash for one in texts):
        raise CannotAnswer(
            _("Nothing was recorded: the text has changed since you read it. Please read it again below.")
        )
    if not name:
        raise CannotAnswer(_("Nothing was recorded: write your name, so that the answer is yours."))
    if answer == states.CHANGES and not words.strip():
        raise CannotAnswer(_("Nothing was recorded: say in a sentence what should change."))


def _check_trained(person: Person, now: datetime) -> None:
    """The yes of a colleague is an approval, and takes the training for it (S3-16)."""
    try:
        check_trained(person, PUBLISHING_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        raise CannotAnswer(f"{_('Not approved.')} {error}") from error


def _record(reviewer: Reviewer, text: Asked, answer: str, words: str, name: str, now: datetime) -> None:
    reviewer.answers.filter(variant=text.variant, taken_back_at__isnull=True).update(taken_back_at=now)
    Answer.objects.create(
        reviewer=reviewer,
        variant=text.variant,
        answer=answer,
        words_hash=text.words_hash,
        name=name[:120],
        words=words,
        answered_at=now,
    )
    record_audit(
        workspace=text.variant.workspace,
        person=reviewer.person,
        verb=audit.ANSWERED,
        target=text.variant,
        now=now,
        after={"answer": answer, "text_hash": text.words_hash, "reviewer": reviewer.pk},
    )


def _go_on(reviewer: Reviewer, item: Item, texts: list[Asked], now: datetime) -> None:
    """Approve what has every answer it needs, and ask the next step where one is missing."""
    steps = list(item.steps.prefetch_related("reviewers"))
    asker = reviewer.step.asked_by or item.owner
    for one in texts:
        if not all(is_passed(step, one.variant, one.words_hash) for step in steps):
            continue
        if one.rewording:
            accept_rewording(one.rewording, reviewer.person, now)
        else:
            bind_approval(one.variant, one.words_hash, reviewer.person, now)
            keep_slot(asker, one.variant, now)
    following = open_step(item)
    if following is not None and following.pk != reviewer.step_id:
        ask_step(person=asker, step=following, now=now)
    elif following is None:
        _tell_done(item, asker, now)


def _tell(reviewer: Reviewer, item: Item, name: str, words: str, now: datetime) -> None:
    for reader in {one for one in (item.owner, reviewer.step.asked_by) if one and one != reviewer.person}:
        send_notice(
            person=reader,
            kind="editorial.changes_asked",
            values={"title": item.title, "name": name, "words": words},
            url=_url(item),
            once_key=f"changes:{reviewer.pk}:{now.isoformat()}",
            now=now,
        )


def _tell_done(item: Item, asker: Person, now: datetime) -> None:
    for reader in {item.owner, asker}:
        send_notice(
            person=reader,
            kind="editorial.steps_answered",
            values={"title": item.title},
            url=_url(item),
            once_key=f"answered:{item.pk}:{now.isoformat()}",
            now=now,
        )


def _url(item: Item) -> str:
    return reverse("editorial:item", args=[item.workspace.slug, item.pk]) + "#approval"
