"""Programs the whole test needs and Python packages cannot bring: Chromium and PostgreSQL."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# program -> Debian packages that bring it
PROGRAMS = {"chromium": ["chromium"], "initdb": ["postgresql"], "git": ["git"]}
# what the real servers of `./test --real` need beside those
REAL_PROGRAMS = {"initdb": ["postgresql"], "redis-server": ["redis-server"]}


class CannotInstall(Exception):
    """Something is missing and cannot be installed from here; the text names the line that installs it."""


def find_program(name: str) -> str | None:
    """Where a program lies; Debian keeps PostgreSQL's own out of the path."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next(map(str, beside), None)
    if found is None and name == "chromium":
        return shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found


def need_programs(programs: Mapping[str, Sequence[str]] = PROGRAMS) -> None:
    """Install what is missing when root on Debian; raises CannotInstall, naming the line, otherwise."""
    missing = [name for name in programs if not find_program(name)]
    if not missing:
        return
    packages = sorted({package for name in missing for package in programs[name]})
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotInstall(f"{', '.join(missing)} missing. Install with: {line}")
    print(f"Installing {', '.join(packages)} ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "POSTGRESQL_CREATE_MAIN_CLUSTER": "no"}
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True)
    if done.returncode or any(not find_program(name) for name in missing):
        raise CannotInstall(f"This line failed: {line}\n{(done.stdout + done.stderr)[-1500:]}")
