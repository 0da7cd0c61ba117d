"""The pictures of an answer: put into its form, described, taken out again, checked, and handed over with its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotKeep, keep_media
from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Channel, Dispatch, Media, MessageMedia, Spoken
from allmende.channels.queries import Finding, abilities_of
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading
from allmende.inbox.queries.answer_pictures import IN_FORM, pictures_in_form
from allmende.team.access import require
from allmende.team.actions import CannotUndo
from allmende.team.models import Person

RIGHT = "inbox.reply.send"
LONGEST_ALT, LONGEST_REASON = 1_500, 200
_KEPT = ("conversation_id", "person_id", "media_id", "place", "alt", "bare_reason", "added_at")


class CannotShow(Exception):
    """Nothing was sent; the message says what is the matter with a picture. `media_id`: which, None: with all."""

    def __init__(self, message: str, media_id: UUID | None = None) -> None:
        super().__init__(message)
        self.media_id = media_id


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a form has it: what it shows in words, or why it goes without."""

    media_id: UUID
    alt: str = ""
    bare_reason: str = ""


def chosen_pictures(
    *, person: Person, conversation: Conversation, shown: Sequence[Shown], now: datetime
) -> list[AnswerPicture]:
    """The pictures of an answer in their order, not saved; those of other workspaces are none."""
    known = Media.objects.filter(workspace=person.workspace_id).in_bulk([one.media_id for one in shown])
    wanted = {one.media_id: one for one in shown if one.media_id in known}
    return [
        AnswerPicture(
            conversation=conversation, person=person, media=known[pk], place=place, added_at=now, **_words_of(one)
        )
        for place, (pk, one) in enumerate(wanted.items())
    ]  # fmt: skip


def _words_of(shown: Shown) -> dict[str, str]:
    alt = storable(shown.alt.strip())[:LONGEST_ALT]
    return {"alt": alt, "bare_reason": "" if alt else storable(shown.bare_reason.strip())[:LONGEST_REASON]}


@transaction.atomic
def keep_pictures(*, person: Person, conversation: Conversation, shown: Sequence[Shown], now: datetime) -> None:
    """Let the person's form here have these pictures and no others, as they are described."""
    require(person, RIGHT)
    locked(person).filter(pk=conversation.pk).first()  # two windows, or a picture while the answer is sent
    chosen = chosen_pictures(person=person, conversation=conversation, shown=shown, now=now)
    kept = pictures_in_form(conversation, person)
    kept.exclude(media__in=[one.media_id for one in chosen]).delete()
    there = {one.media_id: one for one in kept}
    for one in chosen:
        if one.media_id in there:
            one.pk, one.added_at = there[one.media_id].pk, there[one.media_id].added_at
        one.save()


def attach_pictures(
    *, person: Person, conversation: Conversation, shown: Sequence[Shown], files: Iterable[tuple[str, bytes]], now: datetime
) -> list[str]:  # fmt: skip
    """Keep the files (name, content) as pictures and put them into the person's form behind those it has.

    Returns a sentence for each that is not in. A picture that was shown before brings the words it had then.
    """
    require(person, RIGHT)
    most, refusals = abilities_of(conversation.channel).media.of_answers.maximum, []
    wanted = {one.media_id: one for one in shown}
    for name, content in files:
        if len(wanted) >= most:
            refusals.append(_not_in(conversation.channel, name, most))
            continue
        try:
            media = keep_media(person=person, name=name, content=content, now=now)
        except CannotKeep as error:
            refusals.append(str(error))
        else:
            wanted.setdefault(media.pk, Shown(media.pk, _said_before(media)))
    keep_pictures(person=person, conversation=conversation, shown=list(wanted.values()), now=now)
    return refusals


def _not_in(channel: Channel, name: str, most: int) -> str:
    if most == 0:
        return no_pictures(channel)
    return _("%(name)s is not in. An answer in %(channel)s shows at most %(maximum)d. Take one out first.") % {
        "name": name,
        "channel": channel.name,
        "maximum": most,
    }


def no_pictures(channel: Channel) -> str:
    """Why an answer shows none there, and what to do instead."""
    if abilities_of(channel).media.has_no_upload:
        return _(
            "The network of %(channel)s lets programs upload no pictures. Send your words from here, and add the picture there "
            "by hand."
        ) % {"channel": channel.name}  # fmt: skip
    return _(
        "Answers in %(channel)s show no pictures. Say in words what the picture would show, or link to where it stands."
    ) % {"channel": channel.name}  # fmt: skip


def _said_before(media: Media) -> str:
    rows = MessageMedia.objects.filter(media=media, message__person__isnull=False).exclude(alt="")
    return rows.order_by("-pk").values_list("alt", flat=True).first() or ""


def check_pictures(channel: Channel, pictures: Sequence[AnswerPicture], findings: Sequence[Finding]) -> None:
    """Raises CannotShow for what the network would refuse of the pictures, and for one without words and without a reason."""
    if not pictures:
        return
    for found in findings:
        if found.field != "media":
            continue
        picture = pictures[found.values["number"] - 1] if "number" in found.values and found.code in _SAID else None
        if found.severity == "refuse" or (picture and not picture.bare_reason):
            said = _sentence(channel, found, picture, len(pictures))
            raise CannotShow(said, picture.media_id if picture else None)


_SAID = (
    "media_type", "media_too_large", "media_ratio", "media_not_public", "alt_text_missing", "no_films", "film_type", "film_too_large",
    "film_too_long",
)  # fmt: skip


def _sentence(channel: Channel, found: Finding, picture: AnswerPicture | None, number: int) -> str:
    most = abilities_of(channel).media.of_answers.maximum
    values = {"name": picture.media.name if picture else "", "channel": channel.name, "maximum": most, "number": number}
    if not most:
        return f"{_('Not sent.')} {no_pictures(channel)} {_('Take them out here.')}"
    if found.code == "alt_text_missing" and found.severity == "refuse":
        return _("Not sent. %(channel)s shows no picture without words. Say what %(name)s shows.") % values
    sentences = {
        "alt_text_missing": _(
            "Not sent. Say what %(name)s shows, for those who do not see it; or say below why it goes without."
        ),
        "media_type": _("Not sent. The network of %(channel)s does not take a picture such as %(name)s. Save it as JPEG or PNG."),
        "media_too_large": _("Not sent. %(name)s is too large for the network of %(channel)s. Make it smaller."),
        "media_ratio": _("Not sent. %(name)s is too wide or too high for the network of %(channel)s. Cut it."),
        "no_films": _(
            "Not sent. No films are sent to the network of %(channel)s from here. Take %(name)s out, and link to where it stands."
        ),
        "film_not_alone": _("Not sent. A film goes alone in %(channel)s. Take the pictures and further films out, or the film."),
        "film_type": _("Not sent. The network of %(channel)s does not take a film such as %(name)s. Save it as MP4 (H.264)."),
        "film_too_large": _("Not sent. %(name)s is larger than the network of %(channel)s takes of a film. Make it smaller."),
        "film_too_long": _("Not sent. %(name)s lasts longer than the network of %(channel)s takes of a film. Cut it."),
        "media_not_public": _(
            "Not sent. The network of %(channel)s fetches pictures itself at a public https address, and this installation has "
            "none. Whoever runs it can set one; until then, take the picture out."
        ),
        "too_many_media": _(
            "Not sent. %(number)d pictures are too many: an answer in %(channel)s shows at most %(maximum)d. Take some out."
        ),
    }  # fmt: skip
    usual = _("Not sent. The network of %(channel)s would refuse the pictures. Take them out, or choose others.")
    return sentences.get(found.code, usual) % values


def spoken_of(pictures: Sequence[AnswerPicture]) -> list[Spoken]:
    """As they are said with the words."""
    return [one.spoken for one in pictures]


def note_shown(*, pictures: Sequence[AnswerPicture], dispatch: Dispatch, reading: SecondReading | None) -> None:
    """They are handed over: the form they came from is empty again, and why one goes without words stays known."""
    conversation, writer = dispatch.message.entry.conversation_id, dispatch.created_by_id
    forms = AnswerPicture.objects.filter(conversation=conversation, person=writer, **IN_FORM)
    if reading is None:
        forms.delete()
        AnswerPicture.objects.bulk_create(_again(one, dispatch_id=dispatch.pk) for one in pictures)
        return
    forms.filter(media__in=[one.media_id for one in pictures]).delete()
    reading.pictures.update(dispatch=dispatch)


def note_read(*, pictures: Sequence[AnswerPicture], reading: SecondReading) -> None:
    """They wait for a second reader with the words; the form keeps them too, as it keeps the words."""
    AnswerPicture.objects.bulk_create(_again(one, reading_id=reading.pk) for one in pictures)


def give_back(*, person: Person, conversation: Conversation, rows: Mapping[str, object], now: datetime) -> None:
    """Put the pictures of an answer that comes back (`rows`: which) into the person's form, where they are not in it."""
    there = set(pictures_in_form(conversation, person).values_list("media", flat=True))
    missing = AnswerPicture.objects.filter(**rows).exclude(media__in=there).select_related("media")
    here = {"person_id": person.pk, "conversation_id": conversation.pk, "added_at": now}  # merged since, it is another
    AnswerPicture.objects.bulk_create(_again(one, **here) for one in missing)


def _again(one: AnswerPicture, **other: object) -> AnswerPicture:
    return AnswerPicture(**{name: getattr(one, name) for name in _KEPT} | other)


@transaction.atomic
def undo_taken_out(*, person: Person, conversation: int, picture: Mapping[str, str], place: int, now: datetime) -> None:
    """Put a picture back into the person's form. Raises CannotUndo where the conversation is gone."""
    require(person, RIGHT)
    found = Conversation.objects.filter(workspace=person.workspace, pk=conversation).first()
    if found is None:
        raise CannotUndo(_("Not undone. The conversation is gone."))
    shown = [Shown(one.media_id, one.alt, one.bare_reason) for one in pictures_in_form(found, person)]
    back = Shown(UUID(picture["media_id"]), picture["alt"], picture["bare_reason"])
    if all(one.media_id != back.media_id for one in shown):
        shown.insert(place, back)
    keep_pictures(person=person, conversation=found, shown=shown, now=now)
