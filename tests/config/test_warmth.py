"""What the first page needs is loaded beside the start, not while somebody waits for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

LOOK = """
import json, sys, threading
import allmende.config.wsgi
for thread in threading.enumerate():
    if thread.name == "warming":
        thread.join(240)
from django.template import engines
from django.urls import get_resolver
(partials,) = engines["django"].engine.template_loaders
known = {str(key) for key in partials.loaders[0].get_template_cache}
print(json.dumps([get_resolver()._populated, "holidays.countries.germany" in sys.modules, sorted(known)]))
"""


def test_addresses_templates_and_holidays_are_there_before_anybody_asks(tmp_path: Path) -> None:
    environment = {**os.environ, "ALLMENDE_DATA": str(tmp_path), "ALLMENDE_DEBUG": "0"}
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    is_routed, has_holidays, known = json.loads(done.stdout.splitlines()[-1])
    assert is_routed and has_holidays
    assert {"web/base.html", "web/today.html", "web/rail.html"} <= set(known)
