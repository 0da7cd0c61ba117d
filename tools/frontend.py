"""Builds the scripts from `frontend/` in a folder of its own and compares every file with what is committed.

`python -m tools.frontend` compares; `python -m tools.frontend --write` puts the new build in its place.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.environment import ROOT

SOURCE = ROOT / "frontend"
COMMITTED = ROOT / "allmende" / "web" / "static" / "web" / "app"
LEFT_BEHIND = shutil.ignore_patterns("node_modules", "dist")


class CannotBuild(Exception):
    """npm or Vite failed; the text holds what they said."""


def build(folder: Path) -> Path:
    """A fresh build from the locked packages inside `folder`; returns where its files lie."""
    source = folder / "frontend"
    shutil.copytree(SOURCE, source, ignore=LEFT_BEHIND)
    _run(source, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    built = folder / "built"
    _run(source, "npx", "--no-install", "vite", "build", "--outDir", str(built), "--emptyOutDir", "--logLevel", "error")
    return built


def differences(built: Path, committed: Path) -> list[str]:
    """Names of files that are missing, superfluous or different, as paths below the folder."""
    names = {
        file.relative_to(folder).as_posix()
        for folder in (built, committed)
        for file in folder.rglob("*")
        if file.is_file()
    }
    return sorted(name for name in names if not _same(built / name, committed / name))


def main() -> int:
    """Compare or write; 0 if the committed files are what the sources give."""
    parser = argparse.ArgumentParser(prog="python -m tools.frontend", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the new build in place of the committed one")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="allmende-frontend-") as folder:
        try:
            built = build(Path(folder))
        except CannotBuild as problem:
            print(f"The front end was not built. {problem}")
            return 4
        changed = differences(built, COMMITTED)
        if wishes.write and changed:
            shutil.rmtree(COMMITTED, ignore_errors=True)
            shutil.copytree(built, COMMITTED)
            print(f"Written: {', '.join(changed)}")
            return 0
    if changed:
        print(
            f"The committed build is not what frontend/ gives: {', '.join(changed)}. Run `python -m tools.frontend --write`."
        )
    return 1 if changed else 0


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise CannotBuild(f"`{' '.join(command[:2])}` said:\n{(done.stdout + done.stderr)[-3000:]}")


if __name__ == "__main__":
    sys.exit(main())
