"""Change what stands at a network already, where it lets us: give our words others, mark an answer as the one that helped.

Both verbs may be said twice (decision 21): whatever stayed unclear is done again by pressing again.
"""

import unicodedata
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Correction, Cursor, Message
from allmende.channels.queries import abilities_of, account_of, connector_of, findings_for, open_pauses
from allmende.channels.states import OUTWARD
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

ANSWER = "conversation"
# Longer than a network may keep us waiting; whoever died meanwhile keeps nobody from changing it for longer.
EDITING = timedelta(minutes=3)


class CannotEditSaid(Exception):
    """The words stand as they were; the message says why and what to do."""


class CannotAccept(Exception):
    """The mark stands as it was; the message says why and what to do."""


def edit_said(
    *, person: Person, message: Message, title: str, text: str, reason: str, seen: datetime | None, now: datetime,
    client: Client | None = None, is_approved: bool = False,
) -> Message:  # fmt: skip
    """Give something we said other words at its network; those it had are kept, with the reason. `seen`: its `edited_at`
    when the person began.

    Whoever may answer may change an answer, whoever may approve an item what came of it; `is_approved`: somebody approved
    exactly these words of an item, so that its writers may. Raises CannotEditSaid.
    """
    found = check_edit(
        person=person, message=message, title=title, text=text, reason=reason, seen=seen, is_approved=is_approved
    )
    title, text = _words(title).strip(), _words(text).strip()
    if (found.title, found.text) == (title, text):
        return found
    if open_pauses(person.workspace).exists():
        raise CannotEditSaid(_("Not changed. Nothing leaves from here until the pause of publishing is ended."))
    _claim(person, found, now)
    try:
        connector_of(account_of(found.channel), client).edit(Ref(found.native_id or "", found.url), Draft(text, title))
        return _keep(person, found, title, text, reason.strip()[:200], now)
    except (ConnectorError, LookupError) as error:
        raise CannotEditSaid(_why_not(error)) from error
    finally:
        Message.objects.filter(pk=found.pk, editing_until=now + EDITING).update(editing_until=None)


def check_edit(
    *, person: Person, message: Message, title: str, text: str, reason: str, seen: datetime | None, is_approved: bool
) -> Message:
    """Ours as it stands, if it may be given these words; the network is not asked. Raises CannotEditSaid."""
    require(person, editing_right(message, is_approved=is_approved))
    found = _ours(person, message)
    _check(found, _words(title).strip(), _words(text).strip(), reason, seen)
    return found


def editing_right(message: Message, *, is_approved: bool = False) -> str:
    """What one must be allowed to, to change these words of ours."""
    if message.subject_kind == ANSWER:
        return "inbox.reply.send"
    return "editorial.item.edit" if is_approved else "editorial.item.approve"


def accept_answer(
    *, person: Person, message: Message, is_accepted: bool, now: datetime, client: Client | None = None
) -> None:
    """Mark an answer as the one that helped, or take the mark back. The network tells us so, and then it shows here.

    Raises CannotAccept.
    """
    require(person, "inbox.conversation.close")
    channel = message.channel
    if channel.workspace_id != person.workspace_id or not message.native_id or not message.reply_to_native_id:
        raise CannotAccept(_("Not marked. Only an answer that stands at the network can be the one that helped."))
    if not abilities_of(channel).can_accept:
        raise CannotAccept(_("Not marked. %(channel)s knows no such mark.") % {"channel": channel.name})
    if open_pauses(person.workspace).exists():
        raise CannotAccept(_("Not marked. Nothing leaves from here until the pause of publishing is ended."))
    try:
        connector_of(account_of(channel), client).accept(Ref(message.native_id, message.url), is_accepted=is_accepted)
    except (ConnectorError, LookupError) as error:
        raise CannotAccept(_why_not_marked(error)) from error
    with transaction.atomic():
        lock_workspace(person.workspace_id)
        Cursor.objects.filter(channel=channel).update(news_at=now)
        verb = "channels.answer.accepted" if is_accepted else "channels.answer.unaccepted"
        record_audit(workspace=person.workspace, person=person, verb=verb, target=message, now=now)


def _words(text: str) -> str:
    return unicodedata.normalize("NFC", storable(text))


def _ours(person: Person, message: Message) -> Message:
    rows = Message.objects.select_related("channel__account", "channel__workspace")
    found = rows.filter(pk=message.pk, channel__workspace=person.workspace, direction=OUTWARD).first()
    if found is None or not found.native_id or found.deleted_at is not None:
        raise CannotEditSaid(_("Not changed. This is nothing of ours that stands there."))
    if not abilities_of(found.channel).can_edit:
        raise CannotEditSaid(
            _("Not changed. %(channel)s lets nobody change from here what is said. Change it there.")
            % {"channel": found.channel.name}
        )
    return found


def _check(message: Message, title: str, text: str, reason: str, seen: datetime | None) -> None:
    if message.edited_at != seen:
        raise CannotEditSaid(
            _(
                "Not changed. Somebody changed this meanwhile. Your text is still here; look at theirs before you save it."
            )
        )
    if not text:
        raise CannotEditSaid(_("Not changed. There is no text. To remove it, take it back."))
    if not reason.strip():
        raise CannotEditSaid(_("Not changed. Say why; the team reads it beside the words that were there."))
    findings = findings_for(message.channel, title=title, text=text, answers=message.reply_to_native_id)
    if message.title and not title and any(one.code == "title_missing" for one in findings):
        raise CannotEditSaid(
            _("Not changed. There is no title, and %(channel)s wants one.") % {"channel": message.channel.name}
        )
    too_long = next((one for one in findings if one.code == "text_too_long"), None)
    if too_long:
        raise CannotEditSaid(
            _("Not changed. %(length)s characters are too long: %(channel)s takes %(maximum)s.")
            % {**too_long.values, "channel": message.channel.name}
        )


@transaction.atomic
def _claim(person: Person, message: Message, now: datetime) -> None:
    """Before a word is said: of two who began with the same words, the network hears one. Raises CannotEditSaid."""
    lock_workspace(person.workspace_id)
    is_free = Q(editing_until__isnull=True) | Q(editing_until__lte=now)
    rows = Message.objects.filter(is_free, pk=message.pk, deleted_at__isnull=True)
    rows = rows.filter(Q(edited_at=message.edited_at) if message.edited_at else Q(edited_at__isnull=True))
    if not rows.update(editing_until=now + EDITING):
        raise CannotEditSaid(
            _(
                "Not changed. Somebody else is changing this at the same moment. Your text is still here; look at theirs before"
                " you save it."
            )
        )


@transaction.atomic
def _keep(person: Person, message: Message, title: str, text: str, reason: str, now: datetime) -> Message:
    lock_workspace(person.workspace_id)
    found = Message.objects.select_for_update().get(pk=message.pk)
    if found.deleted_at is not None:  # taken back or erased while the network was asked: no words come back here
        raise CannotEditSaid(_("Not changed. This is nothing of ours that stands there."))
    before = {"title": found.title, "text": found.text}
    Correction.objects.create(
        message=found, person=person, at=now, reason=reason, title_before=found.title, text_before=found.text
    )
    found.title, found.text, found.html, found.edited_at, found.changed_at = title, text, "", now, now
    found.save(update_fields=["title", "text", "search_words", "html", "edited_at", "changed_at"])
    record_audit(
        workspace=person.workspace, person=person, verb="channels.message.corrected", target=found, now=now,
        before=before, after={"title": title, "text": text, "reason": reason},
    )  # fmt: skip
    return found


def _why_not(error: Exception) -> str:
    if isinstance(error, LoggedOut):
        return _("Not changed. The account is logged out. Your text is still here; connect the account again.")
    if isinstance(error, Refused) and error.reason_code == "title_stays":
        return _("Not changed. This network lets nobody change a title. Leave it as it was; your text is still here.")
    if isinstance(error, Refused) and error.reason_code == "half_changed":
        return _(
            "Only half changed: the text is new at the network, the title is not, for the network refused it. Here both stand as"
            " before. Save your text once more with the old title; twice is once."
        )
    if isinstance(error, Refused) and error.reason_code == "would_lose":
        return _(
            "Not changed. What stands there holds more than plain words and pictures, such as headings or a poll, and would"
            " lose it. Change it there; your text is still here."
        )
    if isinstance(error, Refused):
        return _("Not changed. The network did not let us. It stands there as before; your text is still here.")
    return _("Nobody knows whether it is changed: the network did not answer. Save again; twice is once.")


def _why_not_marked(error: Exception) -> str:
    if isinstance(error, LoggedOut):
        return _("Not marked. The account is logged out; connect it again.")
    if isinstance(error, Refused) and error.reason_code == "not_supported":
        return _(
            "Not marked. This forum has no such mark; its plugin is missing or switched off. Whoever runs the forum can switch it on."
        )
    if isinstance(error, Refused):
        return _("Not marked. The network did not let us; our account may not do that there. Ask for the right to it.")
    return _("Nobody knows whether it is marked: the network did not answer. Press again; twice is once.")
