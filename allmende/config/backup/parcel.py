"""The file: a tar archive whose last member is `manifest.json`, followed by one line with the hash of everything before it.

One changed byte anywhere in the file is noticed: by the hash of the whole before anything is unpacked, and again by the
hash of each member while it is unpacked.
"""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
_SEAL = b"\nallmende-backup sha256:"
_SEAL_BYTES = len(_SEAL) + 64 + 1
_NAME = re.compile(r"(database|ledger|media|imports|triage)(/[A-Za-z0-9_.,-]+)+\Z")
_CHUNK = 1 << 20

Progress = Callable[[int, int], None]


class Damaged(Exception):
    """The file is not what was written; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside: its name there, length in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


class Packing:
    """Writes a parcel beside its place and puts it there when it is whole; use `pack_parcel`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._sealed = _Hashing(file)
        self._tar = tarfile.open(fileobj=self._sealed, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload] # noqa: SIM115
        self.members: list[Member] = []

    def add(self, path: Path, name: str) -> None:
        """Put a file in under this name. It may grow meanwhile, but not shrink."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            member = tarfile.TarInfo(name)
            member.size, member.mode = size, 0o600
            counted = _Hashing(source)
            self._tar.addfile(member, counted)
            self.members.append(Member(name, size, counted.digest.hexdigest()))

    def close(self, manifest: dict[str, Any]) -> str:
        """Write the manifest and the seal; returns the hash of the whole."""
        rows = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in self.members]
        text = json.dumps({"format": FORMAT, **manifest, "members": rows}, indent=1, ensure_ascii=False).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(text), 0o600
        self._tar.addfile(member, io.BytesIO(text))
        self._tar.close()
        digest = self._sealed.digest.hexdigest()
        self._sealed.file.write(_SEAL + digest.encode() + b"\n")
        return digest


class _Hashing:
    """A file that counts and hashes what passes through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def check_seal(path: Path, progress: Progress = lambda done, whole: None) -> None:
    """Read the whole file and compare it with its seal. Raises Damaged."""
    whole = path.stat().st_size - _SEAL_BYTES
    if whole <= 0:
        raise Damaged("it is too short to be a backup")
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while done < whole:
            piece = file.read(min(_CHUNK, whole - done))
            digest.update(piece)
            done += len(piece)
            progress(done, whole)
        seal = file.read()
    if seal != _SEAL + digest.hexdigest().encode() + b"\n":
        raise Damaged("its seal is missing or does not fit: it was cut, or at least one byte was changed")


def read_manifest(path: Path) -> dict[str, Any]:
    """What the file says about itself. Raises Damaged."""
    with _opened(path) as tar:
        for member in tar:
            if member.name == MANIFEST and (file := tar.extractfile(member)):
                manifest: dict[str, Any] = json.loads(file.read())
                if manifest.get("format") != FORMAT:
                    raise Damaged(f"it has the format {manifest.get('format')}, and this Allmende knows {FORMAT}")
                return manifest
    raise Damaged("it has no manifest")


def unpack(path: Path, manifest: dict[str, Any], folder: Path, progress: Progress = lambda done, whole: None) -> None:
    """Write every member below `folder`, each checked against the manifest. Raises Damaged."""
    wanted = {row["name"]: row for row in manifest["members"]}
    whole, done = sum(row["size"] for row in wanted.values()), 0
    with _opened(path) as tar:
        for member in tar:
            if member.name == MANIFEST:
                continue
            row = wanted.pop(member.name, None)
            if row is None or not member.isfile() or not is_safe(member.name):
                raise Damaged(f"{member.name} does not belong in it")
            _write(tar, member, folder / member.name, row["sha256"])
            done += member.size
            progress(done, whole)
    if wanted:
        raise Damaged(f"{next(iter(wanted))} is missing in it")


def is_safe(name: str) -> bool:
    """Whether a member's name is one of ours and stays in its folder."""
    return bool(_NAME.match(name)) and ".." not in PurePosixPath(name).parts


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, expected: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source, digest = tar.extractfile(member), hashlib.sha256()
    if source is None:
        raise Damaged(f"{member.name} does not belong in it")
    with target.open("wb") as file:
        for piece in _pieces(source):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != expected:
        raise Damaged(f"{member.name} was changed")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except tarfile.TarError as error:
        raise Damaged("it is no archive") from error
