"""A program of its own: reads one film in a process that may do nothing else, and packs it anew; nothing is encoded again.

It is run by its path, never imported by the rooms: `python -I read_film.py < upload > answer`. The answer has the shape that
`read_picture.py` gives, and `milliseconds` beside `width` and `height`: "file", and "preview" (a picture out of it). Only what is
seen and heard is packed: no place, camera, name or comment, no further tracks. Refusals: not_a_film (no MP4 with H.264 and no
WebM, or sound that does not go with it), no_duration, too_many_pixels, cannot_read.
"""

import importlib
import importlib.util
import io
import pkgutil
import sys
from pathlib import Path
from typing import Any

# What plays everywhere, by container: what is seen, what is heard.
SEEN = {"mp4": ("h264",), "webm": ("vp8", "vp9")}
HEARD = {"mp4": ("aac", "mp3"), "webm": ("opus", "vorbis")}
TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
MOST_PIXELS = 4096 * 4096
# A first second is often black or a title.
POSTER_AT_SECONDS = 1.0
MOST_FRAMES_SOUGHT = 400
# A file may say any moment of its last picture; no network takes a film of a day.
MOST_MILLISECONDS = 24 * 60 * 60 * 1000
_NOT_NEEDED = ("av.__main__", "av.datasets", "av.device")


def main() -> None:
    """Read standard input, answer on standard output."""
    program = _beside("read_picture")
    program.load_decoders()
    _load()
    program.answer(lambda content: read(content, program))


def read(content: bytes, program: Any) -> tuple[dict[str, Any], list[tuple[str, str, bytes]]]:
    """What the film is, and the parts "file" and "preview"."""
    import av

    try:
        film = av.open(io.BytesIO(content), metadata_errors="ignore")
    except av.FFmpegError:
        raise program.CannotRead("not_a_film") from None
    with film:
        if not film.streams.video:
            raise program.CannotRead("not_a_film")
        name = _container(film, program.CannotRead)
        seen = film.streams.video[0]
        if seen.width * seen.height > MOST_PIXELS:
            raise program.CannotRead("too_many_pixels")
        whole, milliseconds = _packed(film, name)
        if not 0 < milliseconds <= MOST_MILLISECONDS:
            raise program.CannotRead("no_duration")
        poster = _poster(whole)
    told = {"media_type": TYPES[name], "width": poster.width, "height": poster.height, "milliseconds": milliseconds}
    preview = program.scaled(poster, program.PREVIEW_SIDE, "WEBP", 80)
    return told, [("file", TYPES[name], whole), ("preview", "image/webp", preview)]


def _container(film: Any, refusal: type[Exception]) -> str:
    """Which of the two it becomes."""
    name = "webm" if "webm" in film.format.name.split(",") else "mp4"
    if name == "mp4" and "mp4" not in film.format.name.split(","):
        raise refusal("not_a_film")
    heard = [_codec(one) for one in film.streams.audio[:1]]
    if _codec(film.streams.video[0]) not in SEEN[name] or any(one not in HEARD[name] for one in heard):
        raise refusal("not_a_film")
    return name


def _codec(stream: Any) -> str:
    """By what it is encoded, whatever decodes it here (`mp3float` decodes mp3); "" where nobody here knows that."""
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context else ""


def _packed(film: Any, name: str) -> tuple[bytes, int]:
    """The same pictures and sounds in a new container, and how long they last."""
    import av

    out, end = io.BytesIO(), 0.0
    # The same film must become the same bytes: its digest is what an approval binds to.
    with av.open(out, "w", format=name, options={"fflags": "+bitexact"}) as packed:
        taken = [*film.streams.video[:1], *film.streams.audio[:1]]
        streams = {one.index: packed.add_stream_from_template(one) for one in taken}
        for stream in streams.values():
            stream.metadata.clear()
        for packet in film.demux(taken):
            if packet.dts is None:  # the end of a track, not a part of it
                continue
            if packet.pts is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            packet.stream = streams[packet.stream.index]
            packed.mux(packet)
    return out.getvalue(), round(end * 1000)


def _poster(whole: bytes) -> Any:
    """The picture at one second, or the last one of a shorter film, turned as a player turns it."""
    import av

    found: Any = None
    with av.open(io.BytesIO(whole), "r") as film:
        stream = film.streams.video[0]
        stream.thread_count = 1
        for number, frame in enumerate(film.decode(stream)):
            found = frame
            if number >= MOST_FRAMES_SOUGHT or (frame.time or 0.0) >= POSTER_AT_SECONDS:
                break
        picture = found.to_image()
    return picture.rotate(found.rotation, expand=True) if found.rotation else picture


def _load() -> None:
    """Now, since no file can be opened later: the library imports its parts only as they are needed."""
    import av

    for part in pkgutil.walk_packages(av.__path__, "av."):
        if not part.name.startswith(_NOT_NEEDED):
            importlib.import_module(part.name)
    av.logging.set_level(av.logging.PANIC)


def _beside(name: str) -> Any:
    """The program beside this one, which knows how to be limited and to answer."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None  # noqa: S101 - for the type checker; the file is shipped beside
    program = importlib.util.module_from_spec(spec)
    sys.modules[name] = program
    spec.loader.exec_module(program)
    return program


if __name__ == "__main__":
    main()
