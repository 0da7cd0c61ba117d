"""A data folder for each process that tests, chosen before Django reads its settings: tests never touch a person's own.

Named in pyproject.toml as a plugin: a conftest is read after pytest-django has loaded the settings, which a worker beside
others would then take from the process that started it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = tempfile.mkdtemp(prefix="allmende-test-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
Path(DATA, "static").mkdir()
os.environ["ALLMENDE_DATA"] = DATA
os.environ["DJANGO_SETTINGS_MODULE"] = "allmende.config.settings"
os.environ.setdefault("ALLMENDE_STATIC", "django.contrib.staticfiles.storage.StaticFilesStorage")
