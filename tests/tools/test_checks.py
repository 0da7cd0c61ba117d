"""The steps of `./test` are told in their order, also where two of them run at once."""

import sys
from pathlib import Path

import pytest

from tools.checks import Step, run


def _step(name: str, program: str, **more: object) -> Step:
    return Step(name, [sys.executable, "-S", "-c", program], **more)  # type: ignore[arg-type]


def test_each_step_is_told_in_its_order_with_what_came_of_it(capsys) -> None:
    results = run(
        [
            _step("slow", "import time; time.sleep(0.3)", uses_one_core=True),
            _step("wrong", "print('the reason'); raise SystemExit(3)", uses_one_core=True),
            _step("never", "raise SystemExit(4)", left_out="nobody asks for it"),
            _step("alone", "print('2 passed')"),
        ]
    )
    assert [(one.step.name, one.status) for one in results] == [("slow", 0), ("wrong", 3), ("alone", 0)]
    told = capsys.readouterr().out
    places = [
        told.index(words)
        for words in (
            "ok        slow",
            "FAILED    wrong",
            "the reason",
            "left out  never: nobody asks for it",
            "ok        alone",
        )
    ]
    assert places == sorted(places)
    assert "(2 passed)" in told


# Waits for what the other writes, so long.
MEET = """
import pathlib, time
mine, other = map(pathlib.Path, {names})
mine.touch()
for _ in range({times}):
    if other.exists(): break
    time.sleep(0.02)
else: raise SystemExit(1)
"""


def _meeting(folder: Path, times: int, *, first: bool, second: bool) -> list[int]:
    """What two answer that wait for each other: 1 where the other was not there in time. `first`, `second`: who uses one core."""
    one, two = str(folder / "one"), str(folder / "two")
    both = [
        _step(name, MEET.format(names=names, times=times), uses_one_core=uses_one_core)
        for name, names, uses_one_core in (("a", [one, two], first), ("b", [two, one], second))
    ]
    return [result.status for result in run(both)]


def test_two_that_need_one_core_run_at_once(tmp_path) -> None:
    assert _meeting(tmp_path, 500, first=True, second=True) == [0, 0]


@pytest.mark.parametrize(("first", "second"), [(False, False), (True, False), (False, True)])
def test_any_other_runs_alone(tmp_path, first, second) -> None:
    """The second finds what the first left behind."""
    assert _meeting(tmp_path, 25, first=first, second=second) == [1, 0]
