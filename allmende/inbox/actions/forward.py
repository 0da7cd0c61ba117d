"""Send a question of a conversation to somebody outside by e-mail; their answer comes back into it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Message
from allmende.inbox import audit, states
from allmende.inbox.actions.inquire import (
    GUEST,
    RIGHT,
    CannotInquire,
    check_inquiry,
    guest_url,
    write_mail,
)
from allmende.inbox.models import Conversation, Inquiry
from allmende.inbox.queries.inquiries import OPEN_DAYS, sendable_turns
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


@transaction.atomic
def forward(
    *,
    person: Person,
    conversation: Conversation,
    name: str,
    email: str,
    question: str,
    due_date: date,
    open_until: date,
    now: datetime,
    passages: Sequence[Message] = (),
    shows_names: bool = False,
    knows_private: bool = False,
    topic: str = "",
) -> Inquiry:
    """Ask somebody without an account, who gets a link to this one question until the end of a day.

    Of the conversation they read `passages` and nothing else, without the names of members unless `shows_names`. Private
    messages go along only if somebody said so (`knows_private`). Raises CannotInquire.
    """
    require(person, RIGHT)
    require(person, GUEST)
    check_inquiry(person, conversation, question, due_date, now)
    _check_guest(person, name, email, open_until, due_date, now)
    chosen = _chosen(conversation, passages)
    private = [one for one in chosen if one.visibility == "direct"]
    if private and not knows_private:
        raise CannotInquire(
            _("Nothing was sent. Private messages are among what you chose: whoever wrote them did not expect others to read "
              "them. Take them out, or say that they may go along."),
            "knows_private",
        )  # fmt: skip
    made = Inquiry.objects.create(
        workspace=conversation.workspace, conversation=conversation, kind=states.OUTSIDE, guest_name=name.strip()[:120],
        email=email.strip(), question=question.strip(), topic=topic.strip()[:120], due_date=due_date,
        open_until_date=open_until, shows_names=shows_names, created_at=now, created_by=person, updated_at=now,
        updated_by=person,
    )  # fmt: skip
    made.passages.set(chosen)
    after = {
        "to": made.email, "messages": [one.pk for one in chosen], "private": len(private), "names": shows_names,
        "until": open_until.isoformat(),
    }  # fmt: skip
    record_audit(workspace=made.workspace, person=person, verb=audit.FORWARDED, target=made, now=now, after=after)
    write_mail(inquiry=made, sender=person, url=guest_url(person, made, now), kind="asked", now=now)
    return made


def _check_guest(person: Person, name: str, email: str, open_until: date, due_date: date, now: datetime) -> None:
    if not name.strip() or not email.strip():
        raise CannotInquire(_("Nothing was sent. Write who is asked, and their e-mail address."), "name")
    last = person.workspace.day_at(now) + timedelta(days=OPEN_DAYS)
    if not due_date <= open_until <= last:
        raise CannotInquire(
            _("Nothing was sent. The link has to stay open until the answer is needed, and for %(days)d days at most.")
            % {"days": OPEN_DAYS},
            "open_until",
        )


def _chosen(conversation: Conversation, passages: Sequence[Message]) -> list[Message]:
    """The messages as they stand now; what is gone or of another conversation does not go along."""
    wanted = {one.pk for one in passages}
    return [one for one in sendable_turns(conversation) if one.pk in wanted]
