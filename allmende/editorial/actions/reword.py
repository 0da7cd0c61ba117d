"""Give what is published other words at its network: whoever had to approve the text approves them, then the network is told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotEditSaid, check_edit, edit_said
from allmende.channels.models import Dispatch, Message
from allmende.editorial import audit, states
from allmende.editorial.actions.ask_step import ask_step
from allmende.editorial.actions.take_back import unask
from allmende.editorial.models import Answer, Rewording, Variant
from allmende.editorial.queries import hash_of, is_alone, said_of, word_findings
from allmende.editorial.queries.approvals import open_step
from allmende.editorial.queries.lists import UNDERWAY
from allmende.team.access import may, require
from allmende.team.actions import CannotUndo, NotTrained, check_trained, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.queries import holders_of, missing_for
from allmende.team.states import PUBLISHING_GATE

# Who tells the network holds the words this long; whoever dies meanwhile leaves them then.
LEASE = timedelta(minutes=5)
MOST_TRIES = 6


class CannotReword(Exception):
    """The words stand as they were; the message says why and what to do."""


def reword(
    *, person: Person, message: Message, title: str, text: str, reason: str, seen: datetime | None, now: datetime,
) -> Rewording | None:  # fmt: skip
    """Change what is published, or propose it to whoever has to approve it; None when the words are the same (S2-10).

    Who may approve and has the training for it (S3-16) changes it at once, unless the item has steps of
    approval: then their reviewers are asked of these words. Raises CannotReword.
    """
    require(person, "editorial.item.edit")
    try:
        check_edit(person=person, message=message, title=title, text=text, reason=reason, seen=seen, is_approved=True)
    except CannotEditSaid as error:
        raise CannotReword(str(error)) from error
    if (message.title, message.text) == (title.strip(), text.strip()):
        return None
    made = _propose(person, message, title.strip(), text.strip(), reason.strip()[:200], now)
    return made if made.state == states.PROPOSED else say_rewording(rewording=made, now=now)


def say_rewording(*, rewording: Rewording, now: datetime) -> Rewording:
    """Tell the network. Raises CannotReword; the rewording has failed then, and says why."""
    try:
        _say(rewording, now)
    except CannotReword as error:
        _settle(rewording, states.FAILED, now, str(error))
        raise
    return rewording


def say_approved(*, now: datetime) -> int:
    """Tell the networks what was approved meanwhile; what did not get through is tried again later. How many got through."""
    done = 0
    for one in Rewording.objects.filter(state=states.APPROVED, next_at__lte=now).order_by("next_at"):
        mine = Rewording.objects.filter(pk=one.pk, state=states.APPROVED, next_at=one.next_at)
        if not mine.update(next_at=now + LEASE * 2**one.tries, tries=one.tries + 1):
            continue
        found = _read(one.pk)
        try:
            _say(found, now)
            done += 1
        except CannotReword as error:
            if found.tries >= MOST_TRIES:
                _settle(found, states.FAILED, now, str(error))
                _tell(found.proposed_by, "editorial.not_reworded", found, {"why": str(error)}, now)
    return done


@transaction.atomic
def approve_rewording(*, person: Person, rewording: Rewording, seen_hash: str, now: datetime) -> Rewording:
    """Approve exactly these words; the network is told next. Raises CannotReword."""
    require(person, "editorial.item.approve")
    lock_workspace(person.workspace_id)
    found = _proposed(rewording)
    if found.words_hash != seen_hash:
        raise CannotReword(_("Not approved. The text has changed since you read it. Please read it again."))
    try:
        check_trained(person, PUBLISHING_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        raise CannotReword(f"{_('Not approved.')} {error}") from error
    if found.variant.item.steps.exists() and not is_alone(found.variant.workspace):
        raise CannotReword(_("Not approved. This item has steps of approval: each of their reviewers answers."))
    return accept_rewording(found, person, now)


def accept_rewording(rewording: Rewording, person: Person | None, now: datetime) -> Rewording:
    """Approved from now on; `person` is None where somebody outside said the last yes. Inside the caller's transaction."""
    rows = Rewording.objects.select_for_update().filter(pk=rewording.pk, state=states.PROPOSED)
    if rows.first() is None:  # dropped meanwhile: the answer stands, and nothing is said
        return rewording
    rewording.state, rewording.approved_by, rewording.approved_at, rewording.next_at = states.APPROVED, person, now, now
    rewording.save(update_fields=["state", "approved_by", "approved_at", "next_at"])
    _audit(audit.REWORDING_APPROVED, rewording, person, now)
    return rewording


@transaction.atomic
def drop_rewording(*, person: Person, rewording: Rewording, why: str, now: datetime) -> Rewording:
    """Leave what is published as it stands. Whoever proposed it learns who dropped it and why. Raises CannotReword."""
    found = _proposed(rewording)
    require(person, "editorial.item.edit" if found.proposed_by_id == person.pk else "editorial.item.approve")
    if found.proposed_by_id != person.pk and not why.strip():
        raise CannotReword(_("Nothing changed. Say in a sentence why it should stay as it is."))
    _settle(found, states.DROPPED, now, why.strip())
    if found.proposed_by_id != person.pk:
        _tell(found.proposed_by, "editorial.changes_asked", found, {"name": person.name, "words": found.why}, now)
    return found


def undo_reword(*, person: Person, message: int, before: Mapping[str, str], seen: str, now: datetime) -> None:
    """Give a published text the words it had: they were approved when they went out. Raises CannotUndo."""
    found = Message.objects.filter(pk=message, channel__workspace=person.workspace).first()
    if found is None:
        raise CannotUndo(_("Not undone. The post is gone."))
    require(person, "editorial.item.edit")
    was_there = found.corrections.filter(title_before=before["title"], text_before=before["text"]).exists()
    try:
        edit_said(
            person=person, message=found, title=before["title"], text=before["text"], reason=_("Taken back"),
            seen=datetime.fromisoformat(seen) if seen else None, now=now, is_approved=was_there,
        )  # fmt: skip
    except CannotEditSaid as error:
        raise CannotUndo(str(error)) from error


@transaction.atomic
def _propose(person: Person, message: Message, title: str, text: str, reason: str, now: datetime) -> Rewording:
    row = said_of(message)
    lock_workspace(person.workspace_id)
    Variant.objects.select_for_update().get(pk=row.pk)
    variant = Variant.objects.select_related("item", "workspace", "channel", "dispatch").get(pk=row.pk)
    _check(variant, message, text)
    for earlier in Rewording.objects.select_for_update().filter(variant=variant, state=states.PROPOSED):
        if (earlier.message_id, earlier.proposed_by_id) != (message.pk, person.pk):
            raise CannotReword(
                _("Not changed. Other words are proposed for this text already. Answer or drop them first.")
            )
        _settle(earlier, states.DROPPED, now, "")
    needs_steps = variant.item.steps.exists() and not is_alone(variant.workspace)
    is_trained = not missing_for(person, PUBLISHING_GATE, person.workspace.day_at(now))
    is_approved = not needs_steps and is_trained and may(person, "editorial.item.approve")
    if Rewording.objects.filter(variant=variant, state=states.APPROVED).exists():
        raise CannotReword(_("Not changed. Other words are on their way to the network just now. Wait a minute."))
    made = Rewording.objects.create(
        variant=variant, message=message, title=title, text=text, reason=reason, words_hash=hash_of(title, text),
        seen_at=message.edited_at, proposed_by=person, proposed_at=now,
        state=states.APPROVED if is_approved else states.PROPOSED, approved_by=person if is_approved else None,
        approved_at=now if is_approved else None, next_at=now + LEASE if is_approved else None,
    )  # fmt: skip
    _audit(audit.REWORDED if is_approved else audit.REWORDING_PROPOSED, made, person, now)
    if needs_steps:
        Answer.objects.filter(variant=variant, taken_back_at__isnull=True).update(taken_back_at=now)
        unask(variant.item)
        if (step := open_step(variant.item)) is not None:
            ask_step(person=person, step=step, now=now)
    elif not is_approved:
        _ask(made, now)
    return made


def _check(variant: Variant, message: Message, text: str) -> None:
    # What follows an advertisement bears no mark of its own.
    is_head = variant.dispatch is not None and variant.dispatch.message_id == message.pk
    if word_findings(text, variant.item.ad_label if is_head else ""):
        raise CannotReword(
            _("Not changed. A gap of a template is left, or the mark of the advertisement is not the first word.")
        )
    if Dispatch.objects.filter(head=variant.dispatch_id, state__in=UNDERWAY).exists():
        raise CannotReword(_("Not changed. What follows this text is still on its way. Wait until it is out."))


def _say(rewording: Rewording, now: datetime) -> None:
    found = _read(rewording.pk)
    try:
        edit_said(
            person=found.proposed_by, message=found.message, title=found.title, text=found.text, reason=found.reason,
            seen=found.seen_at, now=now, is_approved=True,
        )  # fmt: skip
    except CannotEditSaid as error:
        raise CannotReword(str(error)) from error
    except PermissionDenied as error:
        raise CannotReword(_("Not changed. Whoever proposed it may not write here any more.")) from error
    _settle(rewording, states.SAID, now, "")


def _settle(rewording: Rewording, state: str, now: datetime, why: str) -> None:
    rewording.state, rewording.settled_at, rewording.why, rewording.next_at = state, now, why[:400], None
    rewording.save(update_fields=["state", "settled_at", "why", "next_at"])


def _read(pk: UUID) -> Rewording:
    rows = Rewording.objects.select_related("message__channel", "proposed_by__workspace", "variant__item__workspace")
    return rows.get(pk=pk)


def _proposed(rewording: Rewording) -> Rewording:
    """As it stands, locked; raises CannotReword once it is answered."""
    Rewording.objects.select_for_update().get(pk=rewording.pk)
    found = _read(rewording.pk)
    if found.state != states.PROPOSED:
        raise CannotReword(_("Nothing changed. This proposal is answered already."))
    return found


def _ask(rewording: Rewording, now: datetime) -> None:
    """Whoever approved the text learns that it shall read otherwise, else everybody who may."""
    variant = rewording.variant
    approvers = list(holders_of(variant.workspace, "editorial.item.approve"))
    readers = [one for one in approvers if one.pk == variant.approved_by_id] or approvers
    for reader in readers:
        _tell(reader, "editorial.approval_asked", rewording, {"name": rewording.proposed_by.name}, now)


def _tell(reader: Person, kind: str, rewording: Rewording, values: Mapping[str, str], now: datetime) -> None:
    item = rewording.variant.item
    send_notice(
        person=reader, kind=kind, values={"title": item.title, **values}, now=now,
        url=reverse("editorial:item", args=[item.workspace.slug, item.pk]), once_key=f"{kind}:{rewording.pk}",
    )  # fmt: skip


def _audit(verb: str, rewording: Rewording, person: Person | None, now: datetime) -> None:
    after = {"text_hash": rewording.words_hash, "reason": rewording.reason}
    workspace, target = rewording.variant.workspace, rewording.variant
    record_audit(workspace=workspace, person=person, verb=verb, target=target, now=now, after=after)
