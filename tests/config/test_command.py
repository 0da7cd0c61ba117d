"""The `allmende` command: statuses, JSON, and one supervisor per data folder (`interfaces.md`, Command)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from allmende.config import cli, supervisor, terminal
from tools.commands import PAGE, page


def test_shared_options_are_taken_out_wherever_they_stand(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("ALLMENDE_DATA", "before")
    rest = terminal.choose(
        ["import", "--data", str(tmp_path), "file", "--workspace=verein", "--json", "--channel", "c"]
    )
    assert rest == ["import", "file", "--channel", "c"]
    assert os.environ["ALLMENDE_DATA"] == str(tmp_path)
    assert terminal.workspace_slug() == "verein"
    terminal.choose([])


def test_json_answers_are_lines_with_a_schema_and_sentences_go_elsewhere(capsys) -> None:
    terminal.choose(["--json"])
    terminal.say("Wird eingelesen.")
    terminal.answer({"run": 3}, "Eingelesen.")
    terminal.choose([])
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"schema": 1, "run": 3}
    assert printed.err == "Wird eingelesen.\n"


@pytest.mark.parametrize("words", [["nonsense"], ["user", "link"], ["up", "--port", "many"], ["up", "--data"]])
def test_wrong_use_ends_with_2_and_a_sentence(words, capsys) -> None:
    assert cli.main(words) == 2
    assert capsys.readouterr().err.strip()


@pytest.mark.django_db
def test_a_link_for_nobody_is_refused_with_a_sentence(capsys) -> None:
    assert cli.main(["user", "link", "nobody@example.org"]) == 2
    assert "nobody@example.org" in capsys.readouterr().err


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (40, 30.0)])
def test_pauses_between_starts_double_up_to_half_a_minute(deaths, seconds) -> None:
    assert supervisor.pause_after(deaths) == seconds


def test_a_taken_port_is_said_and_nothing_is_changed(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ALLMENDE_DATA", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["up", "--port", str(port)]) == 4
    assert f"port {port}" in capsys.readouterr().err
    assert {file.name for file in tmp_path.iterdir()} == {"supervisor.lock"}


def test_a_second_supervisor_on_the_same_data_ends_with_3(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ALLMENDE_DATA", str(tmp_path))
    with supervisor.alone(tmp_path):
        assert cli.main(["up"]) == 3
    assert str(tmp_path) in capsys.readouterr().err


def _child(tmp_path: Path, code: str) -> supervisor.Child:
    return supervisor.Child("child", [sys.executable, "-S", "-c", code], tmp_path / "child.log")


def _gone(pid: int) -> bool:
    """Whether the process ended (a zombie has ended too)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _eventually(question, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.01)
    return False


@contextmanager
def _household(*children: supervisor.Child) -> Iterator[supervisor.Household]:
    household = supervisor.Household(list(children), dict(os.environ))
    try:
        yield household
    finally:
        household.end()


def test_a_child_that_dies_is_started_again(tmp_path, capsys) -> None:
    child = _child(tmp_path, "import time; time.sleep(60)")
    with _household(child) as household:
        household.tend()
        first = child.process
        assert first is not None
        first.kill()
        first.wait()

        def is_back() -> bool:
            household.tend()
            return child.process is not None and child.process is not first

        assert _eventually(is_back)
    assert child.deaths_in_row == 1
    assert "starting it again" in capsys.readouterr().err


def test_ending_ends_children_that_do_not_listen(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(supervisor, "FAREWELL_SECONDS", 0.3)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    child = _child(tmp_path, deaf)
    with _household(child) as household:
        household.tend()
        assert _eventually(lambda: "deaf" in child.log.read_text())
    assert child.process is not None and child.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_children_die_when_the_supervisor_is_killed(tmp_path) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from allmende.config import supervisor as s\n"
        f"log = pathlib.Path({str(tmp_path / 'child.log')!r})\n"
        "child = s.Child('c', [sys.executable, '-S', '-c', 'import time; time.sleep(60)'], log)\n"
        "s.Household([child], dict(os.environ)).tend()\n"
        "print(child.process.pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    keeper = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    pid = int(keeper.stdout.readline())
    assert not _gone(pid)
    keeper.kill()
    keeper.wait()
    assert _eventually(lambda: _gone(pid))


def test_the_supervisor_does_not_load_django() -> None:
    code = "import sys, allmende.config.supervisor, allmende.config.commands.up; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_document_of_the_command_is_made_from_it():
    assert PAGE.read_text() == page(), "run `python -m tools.commands`"


@pytest.mark.parametrize(
    "words", ["allmende import [FILE]", "allmende user link NAME", "--exit-when-ready", "`--demo`"]
)
def test_the_document_names_commands_options_and_defaults(words):
    assert words in page()
