"""The steps of `./test` are told in their order, also where two of them run at once."""

import sys

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


def test_two_that_need_one_core_run_at_once_and_others_alone(tmp_path) -> None:
    """Each waits for what the other writes."""
    meet = "import pathlib, time\nmine, other = map(pathlib.Path, {names})\nmine.touch()\nfor _ in range(500):\n    if other.exists(): break\n    time.sleep(0.02)\nelse: raise SystemExit(1)"
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    both = [
        _step(name, meet.format(names=names), uses_one_core=True)
        for name, names in (("a", [one, two]), ("b", [two, one]))
    ]
    assert [result.status for result in run(both)] == [0, 0]
    begun = tmp_path / "begun"
    alone = [
        _step("a", f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(0.3); pathlib.Path({str(begun)!r}).unlink()"),
        _step("b", f"import pathlib; raise SystemExit(pathlib.Path({str(begun)!r}).exists())"),
    ]  # fmt: skip
    assert [result.status for result in run(alone)] == [0, 0]
