"""Files that belong together: one file, a folder, a zip or a tar. Names are only words here: nothing is ever written to them.

Whatever is packed is read in pieces and counted, so that a file that unpacks to a thousand times its size costs a while
and no memory, and is stopped.
"""

import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from allmende.connectors.errors import Refused

MOST_MEMBERS = 500_000
# A chat packs 10 to 1 or 20 to 1. What packs better than this beyond the first bytes was made to hurt.
MOST_PACKED = 300
HARMLESS_BYTES = 100_000_000
MOST_BYTES = 20_000_000_000
CHUNK = 1 << 17
_GZIP, _ZIP, _SEVEN, _XZ, _BZIP = b"\x1f\x8b", b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\x00", b"BZh"
_EMPTY_ZIP = b"PK\x05\x06"
READ_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


class TooPacked(OSError):
    """It unpacks to more than any archive would."""


@dataclass
class Box:
    """Members by name (POSIX, without a folder that all share). `done` and `total`: bytes read and to read, in one look."""

    openers: Mapping[str, Callable[[], BinaryIO]]
    total: int
    done: int = 0
    is_single: bool = False
    is_cut: bool = False
    _kept: list[Any] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return sorted(self.openers)

    def open(self, name: str) -> BinaryIO:
        """The member's plain bytes, to read from the beginning."""
        return self.openers[name]()

    def start_again(self) -> None:
        """Begin another look."""
        self.done = 0

    def close(self) -> None:
        """Let go of what was unpacked."""
        for thing in self._kept:
            with suppress(OSError):
                thing.close() if hasattr(thing, "close") else thing.cleanup()


class Counted(io.RawIOBase):
    """Bytes that pass are counted in the box; too many for their packed size end it with TooPacked."""

    def __init__(self, inner: IO[bytes], box: Box, packed: int = 0, counts: bool = True) -> None:
        self._inner, self._box, self._counts = inner, box, counts
        self._most = min(max(packed * MOST_PACKED, HARMLESS_BYTES), MOST_BYTES) if packed else MOST_BYTES
        self._passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._inner.read(len(buffer))
        buffer[: len(part)] = part
        self._passed += len(part)
        if self._counts:
            self._box.done += len(part)
        if self._passed > self._most:
            raise TooPacked(f"more than {self._most} bytes")
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def open_box(path: Path, wanted: Callable[[str], bool] = lambda name: True) -> Box:
    """What lies at `path`, by its first bytes and not its name; `wanted` says which members of a folder or archive to look at.

    Raises Refused: no_such_file, not_readable, is_7z, too_many_files.
    """
    try:
        if path.is_dir():
            return _folder(path, wanted)
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise Refused("no_such_file", path.name) from error
    if start.startswith(_SEVEN):
        raise Refused("is_7z", path.name)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return _zip(path, wanted)
    if start.startswith((_XZ, _BZIP)) or _holds_tar(path, start):
        return _tar(path, wanted)
    return _single(path, is_packed=start.startswith(_GZIP))


def beside(path: Path, names: Mapping[str, str]) -> Box:
    """One file and those of the named ones that lie beside it: lower-case name -> name as it is read."""
    found = {
        names[one.name.lower()]: one for one in path.parent.iterdir() if one.name.lower() in names and one.is_file()
    }
    return _of_files(found)


def _single(path: Path, is_packed: bool) -> Box:
    box = Box({}, path.stat().st_size, is_single=True)

    def opened() -> BinaryIO:
        raw = io.BufferedReader(Counted(path.open("rb"), box), CHUNK)
        if not is_packed:
            return raw
        plain = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
        return io.BufferedReader(Counted(plain, box, packed=max(box.total, 1), counts=False), CHUNK)

    box.openers = {path.name: opened}
    return box


def _folder(path: Path, wanted: Callable[[str], bool]) -> Box:
    root = path.resolve()
    found: dict[str, Path] = {}
    for folder, _, files in os.walk(root):
        for name in files:
            one = Path(folder, name)
            if wanted(name) and one.is_file() and not one.is_symlink():
                found[one.relative_to(root).as_posix()] = one
        if len(found) > MOST_MEMBERS:
            raise Refused("too_many_files", path.name)
    return _of_files(_without_shared(found))


def _of_files(found: Mapping[str, Path]) -> Box:
    box = Box({}, sum(one.stat().st_size for one in found.values()))

    def opener(one: Path) -> Callable[[], BinaryIO]:
        return lambda: io.BufferedReader(Counted(one.open("rb"), box), CHUNK)

    box.openers = {name: opener(one) for name, one in found.items()}
    return box


def _zip(path: Path, wanted: Callable[[str], bool]) -> Box:
    try:
        packed = zipfile.ZipFile(path)
        members = packed.infolist()
    except READ_ERRORS as error:
        raise Refused("not_readable", str(error)) from error
    if len(members) > MOST_MEMBERS:
        raise Refused("too_many_files", path.name)
    found = _without_shared({one.filename: one for one in members if wanted(one.filename) and _is_safe(one.filename)})
    box = Box({}, sum(one.file_size for one in found.values()), _kept=[packed])

    def opener(one: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
        return lambda: io.BufferedReader(Counted(packed.open(one), box, packed=max(one.compress_size, 1)), CHUNK)

    box.openers = {name: opener(one) for name, one in found.items()}
    return box


def _holds_tar(path: Path, start: bytes) -> bool:
    if start[257:262] == b"ustar":
        return True
    if not start.startswith(_GZIP):
        return False
    try:
        with gzip.open(path) as file:
            return file.read(512)[257:262] == b"ustar"
    except READ_ERRORS:
        return False


def _tar(path: Path, wanted: Callable[[str], bool]) -> Box:
    """Unpacked once into a place of its own, under numbers: going back in a packed stream means reading it anew."""
    place = tempfile.TemporaryDirectory(prefix="allmende-import-")
    found: dict[str, Path] = {}
    box, left, is_cut = Box({}, 0), min(path.stat().st_size * MOST_PACKED + HARMLESS_BYTES, MOST_BYTES), False
    try:
        with tarfile.open(path, "r|*") as packed:
            for number, member in enumerate(packed):
                if number > MOST_MEMBERS:
                    raise Refused("too_many_files", path.name)
                inner = packed.extractfile(member) if member.isfile() and _is_safe(member.name) else None
                if inner is None or not wanted(member.name):
                    continue
                to = Path(place.name, str(number))
                left -= _copy(inner, to, left)
                found[member.name.removeprefix("./")] = to
    except TooPacked:
        is_cut = True
    except (tarfile.TarError, *READ_ERRORS) as error:
        if not found:
            place.cleanup()
            raise Refused("not_readable", str(error)) from error
        is_cut = True
    box = _of_files(_without_shared(found))
    box.is_cut, box._kept = is_cut, [place]  # noqa: SLF001 - its own module
    return box


def _copy(inner: IO[bytes], to: Path, most: int) -> int:
    copied = 0
    with to.open("wb") as out:
        while part := inner.read(CHUNK):
            copied += out.write(part)
            if copied > most:
                raise TooPacked(f"more than {most} bytes")
    return copied


def _is_safe(name: str) -> bool:
    """Whether a name stays inside; what systems add on their own is not part of it."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and ".." not in parts and not name.startswith(("/", "\\", "__MACOSX")) and ":" not in parts[0]


Member = Any


def _without_shared(found: Mapping[str, Member]) -> dict[str, Member]:
    """The names without the one folder that many archives put around everything, and without hidden files."""
    kept = {name: one for name, one in found.items() if not PurePosixPath(name).name.startswith(".")}
    first = {name.partition("/")[0] for name in kept}
    if len(first) != 1 or any("/" not in name for name in kept):
        return kept
    around = f"{first.pop()}/"
    shorter = {name.removeprefix(around): one for name, one in kept.items()}
    # A lone channel folder is no wrapping: its name means something.
    return shorter if any("/" not in name and not name[:1].isdigit() for name in shorter) else kept
