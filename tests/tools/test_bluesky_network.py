"""The local Bluesky network's pins and sentences; that it runs is proved by `./test --real`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bluesky_network import install
from tools.checks import real_steps
from tools.environment import ROOT


def test_what_is_installed_is_pinned_and_names_no_place_to_fetch_it_from() -> None:
    wishes = json.loads((install.HERE / "package.json").read_text())["dependencies"]
    lock = json.loads((install.HERE / "package-lock.json").read_text())["packages"]
    assert lock[""]["dependencies"] == wishes
    for name, version in wishes.items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for name, package in lock.items() if name and not package.get("link"))
    assert not any("resolved" in package for package in lock.values())


def test_another_version_is_kept_apart_and_outside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one = install.folder()
    assert one.is_relative_to(tmp_path)
    assert not install.is_installed()
    for name in install.PINS:
        (tmp_path / name).write_text((install.HERE / name).read_text() + "\n")
    monkeypatch.setattr(install, "HERE", tmp_path)
    assert install.folder() != one


def test_nobody_speaks_where_no_network_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.bluesky_network", "reply", "Hallo"]
    done = subprocess.run(
        command, cwd=ROOT, env={"XDG_CACHE_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 4
    assert "python -m tools.bluesky_network start" in done.stderr


def test_without_insisting_the_network_is_left_out_and_says_so() -> None:
    (usual,) = [step for step in real_steps(insists=False) if "Bluesky" in step.name]
    (insisted,) = [step for step in real_steps(insists=True) if "Bluesky" in step.name]
    assert "--real" in usual.left_out
    assert insisted.left_out == ""
