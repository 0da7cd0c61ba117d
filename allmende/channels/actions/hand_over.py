"""Put words into the outgoing queue."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.ask_card import ask_card
from allmende.channels.actions.clean_text import storable
from allmende.channels.actions.mind_last_day import mind_last_day
from allmende.channels.actions.write_search_words import with_base_forms
from allmende.channels.models import Channel, Dispatch, Message, MessageMedia, Spoken
from allmende.channels.queries import abilities_of
from allmende.channels.states import CLOSING, OUTWARD, POST, REPLY, SPEAKING_CHANNELS, SPEAKING_RIGHTS
from allmende.domain.acts import Place, act_of
from allmende.domain.wording import words_hash
from allmende.members.states import STAFF
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

NO_SUBJECT = ("", "", "")
LABEL_LENGTH = 200


class CannotHandOver(Exception):
    """Nothing was put into the queue; the message says why and what to do."""


@with_base_forms
@transaction.atomic
def hand_over(
    *,
    person: Person,
    channel: Channel,
    kind: str,
    text: str,
    now: datetime,
    send_after: datetime,
    send_before: datetime | None = None,
    title: str = "",
    reply_to: Message | None = None,
    serves_key: str = "",
    subject: tuple[str, str, str] = NO_SUBJECT,
    media: Sequence[Spoken] = (),
    visibility: str = "public",
    follows: Dispatch | None = None,
    is_comment: bool = False,
    shows_card: bool = False,
) -> Dispatch:
    """Write our message and its dispatch; it leaves at `send_after` at the earliest and never after `send_before`.

    `kind`: "post", "reply", "holding_statement". `subject`: kind, id and label of what caused it. `media`: what
    `keep_media` kept, in order, each with its alternative text. `visibility` of what opens a thread; an answer is seen by
    those who see what it answers. `follows`: the part before this one; `is_comment`: it answers the first of them. `shows_card`:
    without pictures it shows its link as a card, where the network does.
    Raises CannotHandOver.
    """
    require(person, SPEAKING_RIGHTS[kind])
    lock_workspace(person.workspace_id)
    channel, head = _as_it_is_now(channel), (follows.head or follows) if follows else None
    if follows and head:
        reply_to = _answered_by_part(channel, head if is_comment else follows, is_comment)
    _check(person, channel, kind, text, reply_to)
    _check_words(channel, text, media)
    text, title = unicodedata.normalize("NFC", storable(text)), storable(title)
    media = [replace(one, alt=storable(one.alt)) for one in media]
    common = _common(serves_key, subject)
    shown = common | {"visibility": visibility}
    message = _write_message(person, channel, text, title, reply_to, send_after, now, shown)
    _show(message, media)
    card = ask_card(channel=channel, text=text, now=now, is_answer=bool(head)) if shows_card and not media else None
    dispatch = Dispatch.objects.create(
        workspace=channel.workspace,
        message=message,
        channel=channel,
        kind=kind,
        head=head,
        part=follows.part + 1 if follows else 1,
        is_comment=is_comment,
        key=uuid.uuid4().hex,
        card=card,
        text_hash=words_hash(title, text, (one.draft for one in media)),
        send_after=send_after,
        send_before=send_before,
        next_at=send_after,
        created_at=now,
        created_by=person,
        **common,
    )
    return _handed_over(person, channel, dispatch, now)


def _show(message: Message, media: Sequence[Spoken]) -> None:
    MessageMedia.objects.bulk_create(
        MessageMedia(message=message, media=one.media, alt=one.alt, place=place) for place, one in enumerate(media)
    )


def _as_it_is_now(channel: Channel) -> Channel:
    """Whoever wrote the words may have looked before somebody paused or closed it; that takes the workspace as well."""
    return Channel.objects.select_related("account", "workspace").get(pk=channel.pk)


def _handed_over(person: Person, channel: Channel, dispatch: Dispatch, now: datetime) -> Dispatch:
    if channel.state == CLOSING and mind_last_day(channel=channel).kept:
        dispatch.refresh_from_db()
    record_audit(
        workspace=channel.workspace, person=person, verb="channels.dispatch.handed_over", target=dispatch, now=now
    )
    return dispatch


def _check(person: Person, channel: Channel, kind: str, text: str, reply_to: Message | None) -> None:
    if channel.workspace_id != person.workspace_id:
        raise CannotHandOver(_("Not handed over. This channel belongs to another workspace."))
    if channel.account is None:
        raise CannotHandOver(
            _("Not handed over. %(channel)s is an archive; nobody listens there any more.") % {"channel": channel.name}
        )
    if channel.state not in SPEAKING_CHANNELS:
        raise CannotHandOver(
            _("Not handed over. %(channel)s is not live. Your text is safe; open the channel first.")
            % {"channel": channel.name}
        )
    if kind == REPLY and (reply_to is None or reply_to.native_id is None or reply_to.channel_id != channel.pk):
        raise CannotHandOver(
            _("Not handed over. The message you answer is not at the network. Your text is safe; answer another one.")
        )


def _answered_by_part(channel: Channel, before: Dispatch, is_comment: bool) -> Message:
    known = abilities_of(channel).parts
    if is_comment and "comment" not in known:
        raise CannotHandOver(
            _(
                "Not handed over. On %(channel)s a post has no first comment of ours. Your text is safe; leave it out there."
            )
            % {"channel": channel.name}
        )
    if not is_comment and "thread" not in known:
        raise CannotHandOver(
            _("Not handed over. %(channel)s knows no threads. Your text is safe; make one post of it.")
            % {"channel": channel.name}
        )
    return before.message


def _check_words(channel: Channel, text: str, media: Sequence[Spoken]) -> None:
    if not text.strip() and not media:
        raise CannotHandOver(_("Not handed over. There is no text yet. Write what members should read."))
    if any(one.media.workspace_id != channel.workspace_id for one in media):
        raise CannotHandOver(_("Not handed over. A picture belongs to another workspace."))


def _common(serves_key: str, subject: tuple[str, str, str]) -> dict[str, str]:
    kind, pk, label = subject
    return {
        "serves_key": serves_key,
        "subject_kind": kind,
        "subject_id": pk,
        "subject_label": label[:LABEL_LENGTH],
    }


def _write_message(
    person: Person, channel: Channel, text: str, title: str, reply_to: Message | None, send_after: datetime,
    now: datetime, common: dict[str, str],
) -> Message:  # fmt: skip
    if reply_to:
        common = common | {"visibility": reply_to.visibility}
    is_social = channel.kind == "social_network" or abilities_of(channel).is_ours
    place: Place = "social" if is_social else "forum"
    return Message.objects.create(
        channel=channel,
        public_id=uuid.uuid4(),
        thread_native_id=(reply_to.thread_native_id or reply_to.native_id or "") if reply_to else "",
        reply_to_native_id=(reply_to.native_id or "") if reply_to else "",
        reply_to=reply_to,
        person=person,
        author_class=STAFF,
        direction=OUTWARD,
        act=act_of(place, is_root=reply_to is None, is_root_author=_opened_by_us(channel, reply_to)),
        title=title,
        text=text,
        occurred_at=send_after,
        recorded_at=now,
        changed_at=now,
        origin="manual",
        **common,
    )


def _opened_by_us(channel: Channel, reply_to: Message | None) -> bool:
    if reply_to is None:
        return True
    root = Message.objects.filter(channel=channel, native_id=reply_to.thread_native_id)
    return root.filter(direction=OUTWARD).exists()


__all__ = ["NO_SUBJECT", "POST", "CannotHandOver", "Spoken", "hand_over", "words_hash"]
