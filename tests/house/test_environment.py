"""The environment the starters make: what was filled for the tests is never shrunk by starting the product."""

import pytest

from tools.environment import LOCKS, ROOT, VENV, quick_to_start, wanted


@pytest.mark.parametrize(
    ("asked", "filled", "in_force"),
    [
        ("run", "run", "run"),
        ("run", "test", "test"),
        ("test", "run", "test"),
        ("test", "test", "test"),
        ("run", "a lock of long ago", "run"),
    ],
)
def test_the_larger_lock_stays_in_force(asked: str, filled: str, in_force: str) -> None:
    assert wanted(asked, filled) == in_force


def test_the_larger_lock_holds_all_of_the_smaller_in_the_same_versions() -> None:
    smaller, larger = (pins((ROOT / "requirements" / f"{lock}.lock").read_text()) for lock in LOCKS)
    assert smaller and smaller < larger


def test_processes_keep_what_they_compiled_outside_the_checkout() -> None:
    given = {"PATH": "/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    assert quick_to_start(given) == {"PATH": "/bin", "PYTHONPYCACHEPREFIX": str(VENV / "bytecode")}
    assert quick_to_start({"PYTHONPYCACHEPREFIX": "/elsewhere"}) == {"PYTHONPYCACHEPREFIX": "/elsewhere"}


def pins(text: str) -> set[str]:
    return {line.split(" ")[0] for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))}
