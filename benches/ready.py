"""The web server from a cold start until `/ready` answers 200, against `django.setup()` in a fresh process.

The server is started with the supervisor's own command on a migrated data folder in which a worker holds its lease. Seconds of
the processor are what a machine with nothing else to do needs, at most.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from allmende.config.supervisor import Child, Wishes, _children, is_ready
from benches.start import free_port
from tools.benches import Figure, alternate, ceiling, figure

GOAL_RATIO, MOST_SECONDS = 4.0, 3.0
LOOK_EVERY_SECONDS = 0.005
GIVE_UP_SECONDS = 60
SETUP = "import django; django.setup()"
PREPARE = """
import datetime, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from allmende.jobs.models import Worker
call_command("migrate", verbosity=0)
now = timezone.now()
Worker.objects.create(name="bench", started_at=now, seen_at=now + datetime.timedelta(hours=1))
"""


def run(long: bool) -> Iterator[Figure]:
    """Seconds until the first 200."""
    runs = 15 if long else 7
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        data = Path(name)
        environment = os.environ | {
            "ALLMENDE_DATA": name,
            "ALLMENDE_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
        }
        _python(PREPARE, environment)
        spent: list[float] = []
        ours, baseline = alternate(
            lambda: spent.append(_until_ready(data, environment)), lambda: _python(SETUP, environment), runs
        )
    yield figure("ready", "cold_start", ours, baseline, GOAL_RATIO, "s", runs)
    yield ceiling("ready", "cold_start_processor", min(spent), MOST_SECONDS, "s", runs)


def _python(program: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)


def _until_ready(data: Path, environment: dict[str, str]) -> float:
    """Seconds of the processor that the server and all it started spent until it was ready."""
    port = free_port()
    web = next(child for child in _children(data, Wishes(port=port)) if child.name == "web")
    with until(web, environment, lambda: is_ready(port)) as group:
        return _spent(group)


@contextmanager
def until(child: Child, environment: Mapping[str, str], is_there: Callable[[], bool]) -> Iterator[int]:
    """Start one of the supervisor's programs, wait until it is there, yield its process group, and end it with all it started."""
    with open(child.log, "ab") as log:
        process = subprocess.Popen(child.command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not is_there():
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(f"{child.name} never became ready: {child.log.read_text()[-2000:]}")
            time.sleep(LOOK_EVERY_SECONDS)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _spent(group: int) -> float:
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parts = file.read_text().rsplit(")", 1)[1].split()
            ticks += int(parts[11]) + int(parts[12]) if parts[2] == str(group) else 0
    return ticks / os.sysconf("SC_CLK_TCK")
