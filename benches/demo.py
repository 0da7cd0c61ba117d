"""The demo in a new data folder: seconds of processor time until there is something to look at, and until it is whole.

Processor time, because a busy machine says nothing about the demo; the goals are what a quiet machine of one core needs.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tools.benches import Figure, ceiling

BEGUN_SECONDS, WHOLE_SECONDS = 10.0, 25.0
PROGRAM = """
import json, time
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from allmende.config.demo.load import begin_demo, finish_demo
call_command("migrate", verbosity=0)
laps = [time.process_time()]
begin_demo(language="de", now=timezone.now())
laps.append(time.process_time())
finish_demo()
laps.append(time.process_time())
print(json.dumps([laps[1] - laps[0], laps[2] - laps[0]]))
"""


def run(long: bool) -> Iterator[Figure]:
    """Seconds until the first half stands (before anything runs) and until all is loaded."""
    runs = 3 if long else 1
    found = [_once() for _ in range(runs)]
    yield ceiling("demo", "begun", min(begun for begun, _ in found), BEGUN_SECONDS, "s", runs)
    yield ceiling("demo", "whole", min(whole for _, whole in found), WHOLE_SECONDS, "s", runs)


def _once() -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        environment = os.environ | {"ALLMENDE_DATA": name, "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=600
        )
        begun, whole = json.loads(done.stdout.splitlines()[-1])
        return begun, whole
