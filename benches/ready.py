"""The web server from a cold start until `/ready` answers 200, against `django.setup()` in a fresh process.

The server is started with the supervisor's own command on a migrated data folder in which a worker holds its lease.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from allmende.config.supervisor import HOST, Wishes, _children, is_ready
from tools.benches import Figure, alternate, figure

GOAL_RATIO = 4.0
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
        ours, baseline = alternate(lambda: _until_ready(data, environment), lambda: _python(SETUP, environment), runs)
    yield figure("ready", "cold_start", ours, baseline, GOAL_RATIO, "s", runs)


def _python(program: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)


def _until_ready(data: Path, environment: dict[str, str]) -> None:
    port = _free_port()
    web = next(child for child in _children(data, Wishes(port=port)) if child.name == "web")
    with open(web.log, "ab") as log:
        process = subprocess.Popen(web.command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not is_ready(port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(f"/ready never answered 200: {web.log.read_text()[-2000:]}")
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as door:
        door.bind((HOST, 0))
        port: int = door.getsockname()[1]
        return port
