"""The backup's file: whole or refused. One changed byte anywhere is noticed, and nothing leaves its folder."""

import io
import json
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.config.backup.parcel import Damaged, Packing, check_seal, is_safe, read_manifest, unpack


@pytest.fixture(scope="module")
def parcel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parcel")
    (folder / "a").write_bytes(b"rows " * 300)
    (folder / "b").write_bytes(b"\0\1picture")
    file = folder / "file"
    with file.open("wb") as out:
        packing = Packing(out)
        packing.add(folder / "a", "database/allmende.sqlite3.gz")
        packing.add(folder / "b", "media/x/b.png")
        packing.close({"made_at": "2026-11-22", "engine": "sqlite", "schema": {}})
    return file


def test_what_went_in_comes_out(parcel, tmp_path):
    check_seal(parcel)
    manifest = read_manifest(parcel)
    unpack(parcel, manifest, tmp_path)
    assert (tmp_path / "database/allmende.sqlite3.gz").read_bytes() == b"rows " * 300
    assert (tmp_path / "media/x/b.png").read_bytes() == b"\0\1picture"
    with tarfile.open(parcel) as plain:
        assert plain.getnames()[-1] == "manifest.json", "any tar program can look inside"


@settings(max_examples=120, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_noticed(parcel, place, bit):
    data = bytearray(parcel.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    flipped = parcel.with_name("flipped")
    flipped.write_bytes(data)
    with pytest.raises(Damaged):
        check_seal(flipped)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_noticed(parcel, part):
    cut = parcel.with_name("cut")
    cut.write_bytes(parcel.read_bytes()[: int(part * parcel.stat().st_size)])
    with pytest.raises(Damaged):
        check_seal(cut)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("media/a-b_c.png", True),
        ("ledger/7f/2026-01.parquet", True),
        ("media/../../etc/passwd", False),
        ("/etc/passwd", False),
        ("keys/sealing", False),
        ("media/", False),
        ("media/a/..", False),
        ("media/a\nb", False),
    ],
)
def test_only_our_own_names_are_unpacked(name, fits):
    assert is_safe(name) is fits


def test_a_member_that_is_not_in_the_manifest_is_refused(tmp_path):
    file = tmp_path / "file"
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo("keys/sealing")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
        text = json.dumps({"format": 1, "members": []}).encode()
        member = tarfile.TarInfo("manifest.json")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    with pytest.raises(Damaged):
        unpack(file, read_manifest(file), tmp_path / "out")
    assert not (tmp_path / "out" / "keys").exists()
