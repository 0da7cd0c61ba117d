"""Keep a picture or a film: looked at by its content, written anew without what it tells about people and places."""

import json
import secrets
import subprocess
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.clean_text import one_line
from allmende.channels.models import Media, media_path
from allmende.channels.queries import LARGEST_FILM, LARGEST_UPLOAD
from allmende.team.access import may
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

PROGRAM = Path(__file__).with_name("read_picture.py")
FILM_PROGRAM = Path(__file__).with_name("read_film.py")
LONGEST_SECONDS = 30
LONGEST_FILM_SECONDS = 90
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "video/mp4": "mp4", "video/webm": "webm",
}  # fmt: skip
# How films begin: the parts of MP4 and QuickTime by their fourth byte, and WebM.
_FILM_PARTS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_WEBM = b"\x1a\x45\xdf\xa3"
# Pictures that begin as films do, HEIC of a phone and AVIF, by what they say they are.
_PICTURE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
RIGHTS = ("editorial.item.edit", "inbox.reply.send")


class CannotKeep(Exception):
    """The file was not kept; the message says why and what to do. `code`: the reason for programs."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or film written anew: real type, pixels, renditions by name as (media type, bytes), and how long it lasts."""

    media_type: str
    width: int
    height: int
    parts: dict[str, tuple[str, bytes]]
    milliseconds: int = 0


def keep_media(*, person: Person, name: str, content: bytes, now: datetime) -> Media:
    """Keep what a person picked; the same picture twice is the same row. Raises CannotKeep, PermissionDenied.

    JPEG, PNG, GIF and WebP, films as MP4 (H.264) and WebM, by their content, never by their name; at most
    `queries.LARGEST_UPLOAD` bytes, films `queries.LARGEST_FILM`.
    """
    if not any(may(person, right) for right in RIGHTS):
        raise PermissionDenied
    if not content:
        raise CannotKeep(_("Not kept. %(name)s is empty. Choose the file again.") % {"name": name}, "empty")
    largest = LARGEST_FILM if looks_like_film(content) else LARGEST_UPLOAD
    if len(content) > largest:
        raise CannotKeep(
            _("Not kept. %(name)s is larger than %(limit)s MB. Make it smaller and choose it again.")
            % {"name": name, "limit": largest // 1_000_000},
            "too_large",
        )
    try:
        picture = decode_film(content) if looks_like_film(content) else decode_picture(content)
    except CannotKeep as error:
        raise CannotKeep(_sentence(error.code) % {"name": name}, error.code) from None
    with transaction.atomic():
        lock_workspace(person.workspace_id)
        media, is_new = store_picture(workspace=person.workspace, person=person, name=name, picture=picture, now=now)
        if is_new:
            record_audit(workspace=person.workspace, person=person, verb="channels.media.kept", target=media, now=now)
    return media


def looks_like_film(content: bytes) -> bool:
    """Whether the bytes begin as films do; what they are is found when they are read."""
    if content[4:8] == b"ftyp" and content[8:12] in _PICTURE_BRANDS:
        return False
    return content[4:8] in _FILM_PARTS or content.startswith(_WEBM)


def decode_picture(content: bytes) -> Picture:
    """The picture, decoded and written anew by a separate, limited process. Raises CannotKeep with the code alone."""
    return _decoded(PROGRAM, content, LONGEST_SECONDS)


def decode_film(content: bytes) -> Picture:
    """The film, packed anew as `decode_picture` writes pictures anew; nothing of it is encoded again."""
    return _decoded(FILM_PROGRAM, content, LONGEST_FILM_SECONDS)


def _decoded(program: Path, content: bytes, seconds: int) -> Picture:
    command = [sys.executable, "-I", str(program)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise CannotKeep("", "cannot_read") from None
    # The bytes of a film are not copied once more only to take the line before them off.
    start = done.stdout.find(b"\n") + 1
    head = done.stdout[:start]
    if done.returncode or not head:  # killed for what it needed, or crashed: the picture is at fault
        raise CannotKeep("", "cannot_read")
    told: dict[str, Any] = json.loads(head)
    if "refused" in told:
        raise CannotKeep("", str(told["refused"]))
    parts = {}
    for part in told["parts"]:
        parts[str(part["name"])] = (str(part["media_type"]), done.stdout[start : start + int(part["size"])])
        start += int(part["size"])
    size = int(told["width"]), int(told["height"])
    return Picture(str(told["media_type"]), *size, parts, int(told.get("milliseconds", 0)))


def store_picture(
    *, workspace: Workspace, person: Person | None, name: str, picture: Picture, now: datetime
) -> tuple[Media, bool]:
    """The workspace's row for this picture, and whether it is new, or was nobody's. Files lie there before the row does."""
    media_type, content = picture.parts["file"]
    digest = sha256(content).hexdigest()
    known = Media.objects.filter(workspace=workspace, sha256=digest).first()
    # No network takes another rendition of a film, so none is sought later either.
    light_type, light = picture.parts.get("light", (media_type if picture.milliseconds else "", b""))
    if known:
        if light and known.light_type != light_type:  # kept before such renditions were made
            take_rendition(known, light_type, light)
            known.refresh_from_db()
        return known, _is_taken_up(known, person, name, now)
    names = {part: write_picture(kind, body) for part, (kind, body) in picture.parts.items()}
    media = Media(
        id=uuid.uuid4(), workspace=workspace, sha256=digest, media_type=media_type, name=one_line(name)[:200],
        size=len(content), width=picture.width, height=picture.height, file=names["file"], preview=names["preview"],
        light=names.get("light", ""), light_type=light_type, light_size=len(light), milliseconds=picture.milliseconds,
        created_at=now, created_by=person,
    )  # fmt: skip
    try:
        with transaction.atomic():
            media.save(force_insert=True)
    except IntegrityError:  # somebody kept the same one in this moment
        for part in names.values():
            media_path(part).unlink(missing_ok=True)
        return Media.objects.get(workspace=workspace, sha256=digest), False
    return media, True


def _is_taken_up(known: Media, person: Person | None, name: str, now: datetime) -> bool:
    """What a network or a linked page showed before becomes ours as soon as somebody of us keeps it."""
    if person is None or known.created_by_id is not None:
        return False
    known.created_by, known.created_at, known.name = person, now, one_line(name)[:200]
    known.save(update_fields=["created_by", "created_at", "name"])
    return True


def take_rendition(media: Media, media_type: str, content: bytes) -> bool:
    """Let a picture bear this lighter rendition, or none ("" and b""); False if somebody gave it another one meanwhile.

    No file stays behind that no row names: nobody could erase it.
    """
    name = write_picture(media_type, content) if content else ""
    as_it_was = Media.objects.filter(pk=media.pk, light=media.light, light_type=media.light_type)
    with transaction.atomic():
        taken = as_it_was.update(light=name, light_type=media_type or media.media_type, light_size=len(content))
        dropped = media.light if taken else name
        if dropped:
            transaction.on_commit(lambda: media_path(dropped).unlink(missing_ok=True))
    return bool(taken)


def write_picture(media_type: str, content: bytes) -> str:
    """Keep a picture's bytes. Its random name in the data folder, complete or not there at all."""
    name = f"{secrets.token_hex(16)}.{ENDINGS[media_type]}"
    path = media_path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return name


def _sentence(code: str) -> str:
    if code == "too_many_pixels":
        return _("Not kept. %(name)s has more pixels than anybody can see. Make it smaller and choose it again.")
    if code == "cannot_read":
        return _("Not kept. %(name)s is damaged and cannot be read. Export it again and choose the new file.")
    if code in ("not_a_film", "no_duration"):
        return _(
            "Not kept. %(name)s is no film that plays everywhere. MP4 with H.264 and AAC does, and WebM; export it as one of them."
        )
    return _(
        "Not kept. %(name)s is no picture that can be shown everywhere. JPEG, PNG, GIF and WebP can; save it as one of them."
    )
