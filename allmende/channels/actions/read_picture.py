"""A program of its own: decodes one picture in a process that may do nothing else, and writes it anew.

It is run by its path, never imported by the rooms: `python -I read_picture.py < upload > answer`. The answer is a line of
JSON, `{"media_type", "width", "height", "parts": [{"name", "media_type", "size"}]}` or `{"refused": code}`, and then the
parts' bytes. Written anew, a picture carries no place, camera, name or comment (EXIF, XMP, IPTC), and nothing that a
decoder of somebody else would stumble over. Refusals: not_a_picture, too_many_pixels, cannot_read.
"""

import io
import json
import sys
from collections.abc import Callable
from typing import Any

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
MOST_PIXELS = 60_000_000
MOST_FRAME_PIXELS = 120_000_000
MOST_MEMORY = 1_600_000_000
MOST_SECONDS = 25
# What every network takes: JPEG of at most so many bytes. Other stills get such a rendition beside them.
LIGHT_BYTES = 950_000
LIGHT_SIDES = (2048, 1600, 1200, 800)
PREVIEW_SIDE = 720
# Colours, transparency and the rhythm of frames stay; everything else a file says about itself goes.
_KEPT = ("icc_profile", "transparency", "duration", "loop", "disposal", "blend", "background")


class CannotRead(Exception):
    """The bytes are no picture we keep; the argument is the code."""


Part = tuple[str, str, bytes]


def main() -> None:
    """Read standard input, answer on standard output."""
    load_decoders()
    answer(read)


def answer(read: Callable[[bytes], tuple[dict[str, Any], list[Part]]]) -> None:
    """What `read` makes of the upload, with all that it may need loaded before: from here on no file can be opened."""
    content = sys.stdin.buffer.read()
    _limit()
    parts: list[Part] = []
    try:
        said, parts = read(content)
        said["parts"] = [{"name": name, "media_type": kind, "size": len(part)} for name, kind, part in parts]
    except CannotRead as error:
        said = {"refused": error.args[0]}
    except Exception as error:  # noqa: BLE001 - whatever a decoder stumbles over, the upload is at fault
        said = {"refused": "cannot_read", "detail": type(error).__name__}
    out = sys.stdout.buffer
    out.write(json.dumps(said).encode() + b"\n")
    for _, _, part in parts:
        out.write(part)
    out.flush()


def read(content: bytes) -> tuple[dict[str, Any], list[Part]]:
    """Type, width and height, and the renditions "file", "light" (heavy stills and those that are no JPEG) and "preview"."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(io.BytesIO(content), formats=tuple(TYPES))
    except UnidentifiedImageError:
        raise CannotRead("not_a_picture") from None
    name = "JPEG" if picture.format == "MPO" else str(picture.format)
    frames = getattr(picture, "n_frames", 1) if name != "JPEG" else 1
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS or pixels * frames > MOST_FRAME_PIXELS:
        raise CannotRead("too_many_pixels")
    still, whole = _moving(picture, name) if frames > 1 else _still(picture, name)
    parts = [("file", TYPES[name], whole)]
    if frames == 1 and (len(whole) > LIGHT_BYTES or name != "JPEG"):
        parts.append(("light", TYPES["JPEG"], _light(still)))
    parts.append(("preview", "image/webp", scaled(still, PREVIEW_SIDE, "WEBP", 80)))
    return {"media_type": TYPES[name], "width": still.width, "height": still.height}, parts


def _still(picture: Any, name: str) -> tuple[Any, bytes]:
    from PIL import ImageOps

    picture.load()
    is_turned = picture.getexif().get(0x0112, 1) != 1
    upright = ImageOps.exif_transpose(picture) if is_turned else picture
    options: dict[str, Any] = {"quality": 92, "method": 2} if name == "WEBP" else {}
    if name == "JPEG":
        options["quality"] = "keep" if picture.format == "JPEG" and not is_turned else 92
    upright.info = _kept(upright.info)
    return upright, _written(upright, name, icc_profile=upright.info.get("icc_profile"), **options)


def _moving(picture: Any, name: str) -> tuple[Any, bytes]:
    from PIL import ImageSequence

    loop = picture.info.get("loop")
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        durations.append(int(frame.info.get("duration", 100)))
        copy = frame.convert("RGBA")
        copy.info = {}
        frames.append(copy)
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": durations}
    if loop is not None:
        options["loop"] = loop
    if name == "GIF":
        options["disposal"] = 2
    return frames[0], _written(frames[0], name, **options)


def _light(picture: Any) -> bytes:
    """A JPEG; where one could see through the picture there is white, as on a page."""
    whole, smallest = _on_white(picture), b""
    for side in LIGHT_SIDES:
        for quality in (85, 70):
            smallest = scaled(whole, side, "JPEG", quality)
            if len(smallest) <= LIGHT_BYTES:
                return smallest
    return smallest


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if not _has_holes(picture):
        return picture
    copy = picture.convert("RGBA")
    copy.thumbnail((LIGHT_SIDES[0], LIGHT_SIDES[0]))
    ground = Image.new("RGBA", copy.size, "white")
    ground.alpha_composite(copy)
    whole = ground.convert("RGB")
    whole.info = {"icc_profile": picture.info.get("icc_profile")} if picture.mode in ("RGBA", "P") else {}
    return whole


def scaled(picture: Any, side: int, name: str, quality: int) -> bytes:
    copy = picture.convert("RGBA" if _has_holes(picture) else "RGB")
    copy.thumbnail((side, side))
    profile = picture.info.get("icc_profile") if picture.mode in ("RGB", "RGBA", "P") else None
    copy.info = {}
    return _written(copy, name, quality=quality, icc_profile=profile)


def _has_holes(picture: Any) -> bool:
    return bool(picture.has_transparency_data)


def _kept(told: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value for name, value in told.items() if name in _KEPT}


def _written(picture: Any, name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **{key: value for key, value in options.items() if value is not None})
    return out.getvalue()


def load_decoders() -> None:
    """Now, since no file can be opened later."""
    from PIL import Image, ImageOps, ImageSequence, MpoImagePlugin  # noqa: F401

    Image.preinit()
    for name in TYPES:  # each format's own late imports happen here
        warm = io.BytesIO()
        Image.new("RGB", (1, 1)).save(warm, name)
        warm.seek(0)
        Image.open(warm).load()


def _limit() -> None:
    """So much memory and time, and no file or connection, whatever a picture makes a decoder do."""
    try:
        import resource
    except ImportError:  # no POSIX: the time limit of the parent remains
        return
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


if __name__ == "__main__":
    main()
