"""Makes `.venv` from a hashed lock with nothing but Python and pip. Standard library only: it runs before anything is installed.

Used by `./run`, `./test` and `./bench`. A `.venv` is rebuilt when its Python has gone or the checkout was moved, filled when the
lock has changed, and left alone otherwise. It never shrinks: what was once filled for the tests stays filled for the tests.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "allmende.json"
UV = "uv==0.13.9"
OLDEST = (3, 11)
# A larger lock also serves who asked for a smaller one.
LOCKS = ("run", "test")


class CannotPrepare(Exception):
    """The environment could not be made; the text says why and what to do."""


def ensure(lock: str) -> Path:
    """The Python of an environment that holds everything in `requirements/<lock>.lock`; made or filled if needed.

    Raises CannotPrepare, with a sentence for the person at the terminal.
    """
    if sys.version_info < OLDEST:
        raise CannotPrepare(
            f"Allmende needs Python 3.11 or newer; this is {sys.version.split()[0]}. Start it with `python3.11 {sys.argv[0]}`."
        )
    VENV.mkdir(exist_ok=True)
    # Not `.venv/.lock`: that one is uv's own, and it would wait five minutes for us.
    with open(VENV / "allmende.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        chosen = wanted(lock, _stamp().get("lock", lock))
        if not _serves(chosen):
            _fill(chosen)
    return PYTHON


def start(lock: str, *arguments: str) -> NoReturn:
    """Replace this process by the environment's Python with these arguments; ends with status 4 and a sentence if it cannot."""
    try:
        python = ensure(lock)
    except CannotPrepare as problem:
        print(f"Not started. {problem}", file=sys.stderr)
        sys.exit(4)
    sys.stdout.flush()
    os.execve(python, [str(python), *arguments], quick_to_start(os.environ))


def quick_to_start(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for processes that keep what they compiled, beside the packages and not in the checkout.

    uv leaves packages uncompiled, and images of containers often forbid Python to write it down: every process
    would compile two thousand files anew, two seconds of computing each time.
    """
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(VENV / "bytecode")} | kept


def wanted(asked: str, filled: str) -> str:
    """The lock to be in force: the one asked for, or the one the environment was filled from where that holds more."""
    return max(asked, filled, key=LOCKS.index) if filled in LOCKS else asked


def _fingerprint(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_bytes()
    return {"lock": lock, "sha256": hashlib.sha256(text).hexdigest(), "root": str(ROOT)}


def _stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _serves(lock: str) -> bool:
    return _stamp() == _fingerprint(lock) and _python_works()


def _python_works() -> bool:
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True, text=True
    )
    return asked.stdout.strip() == "True"


def _fill(lock: str) -> None:
    begun = time.monotonic()
    print(f"Preparing .venv from requirements/{lock}.lock ...", end=" ", flush=True, file=sys.stderr)
    moved = _stamp().get("root", str(ROOT)) != str(ROOT)
    if moved or not _python_works():
        _make_empty()
    STAMP.unlink(missing_ok=True)
    _install_uv()
    _run_uv("pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", ROOT / "requirements" / f"{lock}.lock")
    _show_checkout()
    STAMP.write_text(json.dumps(_fingerprint(lock)))
    print(f"done in {time.monotonic() - begun:.0f} s.", file=sys.stderr)


def _make_empty() -> None:
    for child in VENV.iterdir():
        if child.name != "allmende.lock":
            shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    _run([sys.executable, "-m", "venv", "--without-pip", VENV], "Python cannot make a virtual environment here.")


def _install_uv() -> None:
    if _installed_uv() == UV.split("==")[1]:
        return
    _run(
        [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--disable-pip-version-check", UV],
        "pip could not install the package installer uv. Is there a way to a package index, and is pip 22.3 or newer installed"
        " (`python3 -m pip --version`; on Debian: apt install python3-pip)?",
    )


def _installed_uv() -> str:
    if not (VENV / "bin" / "uv").exists():
        return ""
    asked = subprocess.run([VENV / "bin" / "uv", "--version"], capture_output=True, text=True)
    return asked.stdout.split()[1] if asked.returncode == 0 else ""


def _run_uv(*arguments: str | Path) -> None:
    _run(
        [VENV / "bin" / "uv", *arguments],
        "The packages of the lock could not be installed. Nothing outside .venv was touched; check the network and the free"
        " disk space (about 1.5 GB) and start again.",
    )


def _run(command: list[str | Path], trouble: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=_calm_environment())
    if done.returncode:
        print("failed.", file=sys.stderr)
        raise CannotPrepare(f"{trouble} It said:\n{(done.stdout + done.stderr).strip()[-2000:]}")


def _calm_environment() -> dict[str, str]:
    # A virtual environment active in the shell, or pip told to stay inside one, would lead both installers astray.
    unwanted = {"VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH", "UV_PYTHON"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def _show_checkout() -> None:
    """Let the environment's Python find the checkout, and give it the `allmende` command, without building a package."""
    packages = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(packages.stdout.strip(), "allmende-checkout.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "allmende"
    command.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m allmende "$@"\n')
    command.chmod(0o755)
