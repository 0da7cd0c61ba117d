"""What a member said and did, once they asked to be forgotten: words, pictures and acts go, the places in threads stay."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from allmende.channels.actions.merge_index import merge_index
from allmende.channels.actions.write_rows import chunks
from allmende.channels.models import (
    Attempt,
    Correction,
    Dispatch,
    Farewell,
    Gesture,
    Hold,
    ImportRun,
    LinkCard,
    Media,
    Message,
    MessageMedia,
    Proof,
    TrackedLink,
    Trial,
    media_path,
)
from allmende.channels.queries import refused_file
from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.team.actions import Place, blank_names, blank_places

AT_ONCE = 500
_ESCAPED = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|[nrt])")
PLACES = (
    Place(Correction, "message__channel__workspace", "title_before text_before reason"),
    Place(MessageMedia, "message__channel__workspace", "alt"),
    Place(Media, "workspace", "name"),
    Place(LinkCard, "workspace", "title description"),
    Place(Dispatch, "workspace", "subject_label reason"),
    Place(Attempt, "dispatch__workspace", "detail"),
    Place(Hold, "workspace", "reason"),
    Place(Farewell, "workspace", "told leads_to why_nowhere"),
    Place(TrackedLink, "workspace", "name content desired subject_label"),
    Place(ImportRun, "workspace", "file_name reason choices"),
    Place(Trial, "channel__workspace", "reason"),
    Place(Proof, "channel__workspace", "detail receipt"),
)
WORDS = ("title", "text", "html", "html_raw", "subject_label")
EMPTY = {"title": "", "text": "", "search_words": "", "html": "", "html_raw": "", "url": "", "extra": {}}


def erase_words(member: Member, names: Sequence[str], now: datetime) -> Erased:
    """Words of the member become empty and count as deleted, their pictures and acts go, others no longer name them.

    A part is one transaction: whoever dies in between goes on where something is left.
    """
    removed = 0
    pks = Message.objects.filter(identity__member=member).order_by("pk").values_list("pk", flat=True)
    for part in chunks(list(pks), AT_ONCE):
        removed += _empty(part, now)
    gestures, _per_model = Gesture.objects.filter(identity__member=member).delete()
    removed += gestures + _blank(member, names, now)
    merge_index()
    return Erased(removed)


@transaction.atomic
def _empty(pks: Sequence[int], now: datetime) -> int:
    shown = MessageMedia.objects.filter(message__in=pks)
    media = set(shown.filter(media__isnull=False).values_list("media", flat=True))
    shown.delete()
    _drop_pictures(Media.objects.filter(pk__in=media))
    rows = Message.objects.filter(pk__in=pks)
    return rows.update(**EMPTY, changed_at=now, deleted_at=Coalesce("deleted_at", now))


def _drop_pictures(pictures: Iterable[Media]) -> None:
    """A picture that something else shows too stays."""
    for one in pictures:
        files = [name for name in (one.file, one.light, one.preview) if name]
        try:
            with transaction.atomic():
                one.delete()
        except ProtectedError:
            continue
        transaction.on_commit(lambda files=files: _unlink(files))  # type: ignore[misc]


def _unlink(files: Iterable[str]) -> None:
    for name in files:
        media_path(name).unlink(missing_ok=True)


@transaction.atomic
def _blank(member: Member, names: Sequence[str], now: datetime) -> int:
    """What waits in the queue is left alone: its words are frozen, and it is gone from here in a moment."""
    left = Q(dispatch__isnull=True) | Q(dispatch__settled_at__isnull=False)
    said = Message.objects.filter(left, channel__workspace=member.workspace_id)
    _drop_refused(member, names)
    return blank_names(rows=said, fields=WORDS, names=names, changed_at=now) + blank_places(
        workspace=member.workspace, places=PLACES, names=names
    )


def _drop_refused(member: Member, names: Sequence[str]) -> None:
    """What an import refused lies in a file, as it came; a file that names them goes."""
    words = [rf"(?<!\w){re.escape(unicodedata.normalize('NFC', name))}(?!\w)" for name in names if name]
    if not words:
        return
    wanted = re.compile("|".join(words), re.IGNORECASE)
    for run in ImportRun.objects.filter(workspace=member.workspace_id).iterator():
        file = refused_file(run)
        if file.exists() and wanted.search(_unescaped(file.read_text(errors="replace"))):
            file.unlink(missing_ok=True)


def _unescaped(lines: str) -> str:
    """JSON as a person reads it: its letters themselves, blanks where a line ends or a tab stands."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", lines)
    return unicodedata.normalize("NFC", plain)


ERASING = (
    Erasing(
        "channels.words", _("What they wrote, its pictures, their wordless acts, and their names in the words of others"),
        erase_words,
        _("The id of each message at its network, without words: the answers of others hang on it."),
        PLACES,
    ),
)  # fmt: skip
