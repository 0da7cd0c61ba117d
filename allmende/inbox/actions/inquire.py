"""Carry a question or feedback out of a conversation to a department or an expert (S2-07, S3-13)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from allmende.channels.models import Message
from allmende.channels.states import SEALED
from allmende.inbox import audit, states
from allmende.inbox.access import INQUIRY_KIND
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.models import Conversation, Inquiry
from allmende.inbox.queries.inquiries import (
    answerers_of,
    asked_name,
    due_for,
    is_asked,
    is_link_over,
    link_open_until,
    load_of,
)
from allmende.team.access import may, require
from allmende.team.actions import (
    change_record,
    make_guest_link,
    queue_mail,
    record_audit,
    send_notice,
    settle_notices,
)
from allmende.team.catalogue import speaking
from allmende.team.models import Expert, Person, ResponsibleUnit
from allmende.team.states import BY_MAIL

RIGHT = "inbox.conversation.sort"
GUEST = "team.guest.invite"


class CannotInquire(Exception):
    """Nobody was asked; `field` names the field to mend, if one is wrong."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def ask_department(
    *,
    person: Person,
    conversation: Conversation,
    unit: ResponsibleUnit,
    question: str,
    due_date: date,
    now: datetime,
    topic: str = "",
    email: str = "",
) -> Inquiry:
    """Carry feedback or a question to a department, with the day by which it answers. Whoever leads it is told.

    `email`: of somebody there without an account, who gets a link. Until the member was told what came of it, or a reason
    is stored, the conversation cannot be closed (I-15). Raises CannotInquire.
    """
    require(person, RIGHT)
    check_inquiry(person, conversation, question, due_date, now)
    if unit.workspace_id != person.workspace_id:
        raise CannotInquire(_("Nobody was asked. This department is not of this workspace."), "whom")
    if email and not may(person, GUEST):
        raise CannotInquire(
            _("Nobody was asked. A link for somebody without an account is made by whoever may invite guests."), "email"
        )
    made = _create(
        person, conversation, now, kind=states.DEPARTMENT, unit=unit, question=question, topic=topic, due_date=due_date,
        email=email.strip(),
    )  # fmt: skip
    return _told(person, made, now)


@transaction.atomic
def ask_expert(
    *,
    person: Person,
    conversation: Conversation,
    expert: Expert,
    question: str,
    now: datetime,
    topic: str = "",
    due_date: date | None = None,
) -> Inquiry:
    """Send a question to an expert by the agreed way; without a day, by the one that was agreed on.

    Raises CannotInquire when nothing more may be asked of them now; the deputy is named then.
    """
    require(person, RIGHT)
    due_date = due_date or due_for(person.workspace, expert.answer_days, now)
    check_inquiry(person, conversation, question, due_date, now)
    if expert.workspace_id != person.workspace_id or expert.archived_at:
        raise CannotInquire(_("Nobody was asked. This expert is not on the list any more."), "whom")
    if load_of(expert, now).is_full:
        raise CannotInquire(_full(expert), "whom")
    if expert.way == BY_MAIL and not may(person, GUEST) and not answers_here(expert):
        raise CannotInquire(
            _("Nobody was asked. A link for somebody without an account is made by whoever may invite guests."), "whom"
        )
    made = _create(
        person, conversation, now, kind=states.EXPERT, expert=expert, question=question, topic=topic, due_date=due_date
    )
    return _told(person, made, now)


def pass_on(*, inquiry: Inquiry, deputy: Expert, now: datetime) -> Inquiry:
    """The same question to the deputy, in the name of whoever asked; inside the caller's transaction."""
    made = _create(
        inquiry.created_by, inquiry.conversation, now, kind=states.EXPERT, expert=deputy, question=inquiry.question,
        topic=inquiry.topic, due_date=due_for(inquiry.workspace, deputy.answer_days, now), follows=inquiry,
    )  # fmt: skip
    return _told(inquiry.created_by, made, now)


@transaction.atomic
def open_question(*, person: Person, inquiry: Inquiry, now: datetime) -> str:
    """A new link for whoever answers without an account, to hand over in person; the token, of which only the hash is kept.

    Raises CannotInquire when the last day on which somebody outside may answer has passed.
    """
    require(person, RIGHT)
    require(person, GUEST)
    if inquiry.open_until_date and is_link_over(inquiry, now):
        raise CannotInquire(
            _("No link was made: this question was open until %(day)s. Ask anew, with a day that lies ahead.")
            % {"day": formats.date_format(inquiry.open_until_date, "DATE_FORMAT")}
        )
    return _link(person, inquiry, now)


def answers_here(expert: Expert) -> bool:
    """Has this expert an account to answer with?"""
    return expert.person is not None and expert.person.left_at is None


def write_mail(*, inquiry: Inquiry, sender: Person | None, url: str, kind: str, now: datetime) -> bool:
    """The question by e-mail, or a reminder of it (`kind` "asked", "reminder"); once each."""
    to = inquiry.expert.email if inquiry.expert else inquiry.email
    workspace = inquiry.workspace
    with speaking(workspace.language, workspace.gender_form):
        context: dict[str, Any] = {
            "inquiry": inquiry, "workspace": workspace, "url": url, "kind": kind, "sender": sender.name if sender else workspace.name,
            "name": asked_name(inquiry),
            "due": formats.date_format(inquiry.due_date, "DATE_FORMAT"),
            "until": formats.date_format(inquiry.open_until_date or workspace.day_at(link_open_until(inquiry, now)), "DATE_FORMAT"),
        }  # fmt: skip
        body = render_to_string("inbox/mails/inquiry.txt", context)
        subject = _("A question of %(workspace)s: %(topic)s") % {
            "workspace": workspace.name, "topic": topic_of(inquiry),
        }  # fmt: skip
    return queue_mail(
        workspace=workspace, to_address=to, to_name=context["name"], subject=subject, body=body,
        once_key=f"inquiry:{kind}:{inquiry.pk}", now=now,
    )  # fmt: skip


def guest_url(person: Person, inquiry: Inquiry, now: datetime) -> str:
    """The address of a new link on behalf of `person`, as a mail carries it."""
    return settings.ORIGIN + reverse("guest_question", args=[_link(person, inquiry, now)])


def topic_of(inquiry: Inquiry) -> str:
    """What it is about in a line: its topic, or how the question begins."""
    return inquiry.topic or Truncator(" ".join(inquiry.question.split())).chars(80)


def url_of(inquiry: Inquiry) -> str:
    """The page of a question."""
    return reverse("inbox:question", args=[inquiry.workspace.slug, inquiry.pk])


def tell(inquiry: Inquiry, reader: Person, kind: str, now: datetime, mark: str = "") -> None:
    """One notice about a question."""
    values = {
        "topic": _topic_for(inquiry, reader),
        "who": asked_name(inquiry),
        "due": inquiry.due_date.isoformat(),
    }
    once_key = f"{kind}:{inquiry.pk}:{mark}"
    send_notice(person=reader, kind=f"inbox.{kind}", values=values, url=url_of(inquiry), once_key=once_key, now=now)


def settle_inquiry(inquiry: Inquiry, now: datetime) -> None:
    """It is answered, or asked no more: it asks nobody on Today."""
    people = Person.objects.filter(workspace=inquiry.workspace_id)
    starts = [f"{kind}:{inquiry.pk}:" for kind in ("inquiry_asked", "inquiry_late")]
    settle_notices(people=people, starts=starts, now=now)


def _topic_for(inquiry: Inquiry, reader: Person) -> str:
    """The same, without private words for somebody with whom they do not lie: where whoever asked is gone, everybody is told."""
    is_theirs = reader.pk in (inquiry.created_by_id, inquiry.conversation.assignee_id)
    if inquiry.topic or is_theirs or is_asked(inquiry, reader):
        return topic_of(inquiry)
    private = Message.objects.filter(entry__conversation=inquiry.conversation_id, visibility="direct")
    return SEALED if private.exists() else topic_of(inquiry)


def _link(person: Person, inquiry: Inquiry, now: datetime) -> str:
    name = asked_name(inquiry)
    return make_guest_link(
        person=person, object_kind=INQUIRY_KIND, object_id=inquiry.pk, guest_name=name,
        expires_at=link_open_until(inquiry, now), now=now,
    )  # fmt: skip


def _full(expert: Expert) -> str:
    said = _("Nobody was asked. %(name)s has as many questions, or hours this month, as was agreed.") % {
        "name": expert.name
    }
    if expert.deputy and expert.deputy.archived_at is None:
        return f"{said} {_('Ask the deputy: %(name)s.') % {'name': expert.deputy.name}}"
    return f"{said} {_('Choose somebody else, or wait until a question is answered.')}"


def check_inquiry(person: Person, conversation: Conversation, question: str, due_date: date, now: datetime) -> None:
    """Is there something to ask, in time, in a conversation that is open? Holds it. Raises CannotInquire."""
    if not question.strip():
        raise CannotInquire(_("Nobody was asked. Write down what is to be answered."), "question")
    if due_date < person.workspace.day_at(now):
        raise CannotInquire(_("Nobody was asked. That day has passed; choose a later one."), "due_date")
    held = locked(person).filter(pk=conversation.pk).first()
    if held is None:
        raise CannotInquire(_("Nobody was asked. The conversation is gone."))
    if held.state == states.MERGED:
        raise CannotInquire(
            _("Nobody was asked. A colleague merged this conversation into another one; ask from there.")
        )
    if held.state in (states.CLOSED, states.ARCHIVED):
        raise CannotInquire(_("Nobody was asked. The conversation is closed; open it again first."))


def _create(person: Person | None, conversation: Conversation, now: datetime, **fields: Any) -> Inquiry:
    fields |= {"question": fields["question"].strip(), "topic": fields["topic"].strip()[:120]}
    return Inquiry.objects.create(
        workspace=conversation.workspace, conversation=conversation, created_at=now, created_by=person, updated_at=now,
        updated_by=person, **fields,
    )  # fmt: skip


def _told(person: Person | None, inquiry: Inquiry, now: datetime) -> Inquiry:
    after = {"kind": inquiry.kind, "due": inquiry.due_date.isoformat()}
    record_audit(workspace=inquiry.workspace, person=person, verb=audit.INQUIRED, target=inquiry, now=now, after=after)
    for one in answerers_of(inquiry):
        if person is None or one.pk != person.pk:
            tell(inquiry, one, "inquiry_asked", now)
    is_written = inquiry.expert.way == BY_MAIL if inquiry.expert else bool(inquiry.email)
    if is_written and person and may(person, GUEST):
        write_mail(inquiry=inquiry, sender=person, url=guest_url(person, inquiry, now), kind="asked", now=now)
    return inquiry


def move(
    inquiry: Inquiry, state: str, person: Person | None, now: datetime, verb: str, after: dict[str, Any] | None = None, **fields: Any
) -> Inquiry:  # fmt: skip
    """Write a question's next state, with its audit line; inside the caller's transaction, the row locked."""
    change_record(record=inquiry, person=person, now=now, seen_revision=None, state=state, **fields)
    if state not in (states.ASKED, states.ACCEPTED):
        settle_inquiry(inquiry, now)
    record_audit(workspace=inquiry.workspace, person=person, verb=verb, target=inquiry, now=now, after=after or {})
    return inquiry
