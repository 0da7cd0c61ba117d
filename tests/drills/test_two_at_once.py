"""Several people and workers at the same moment: one gets through, the others are told, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.drills.at_once_scene import CROWD

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.drill
@pytest.mark.django_db
def test_of_many_at_once_one_gets_through(tmp_path: Path) -> None:
    database = settings.DATABASES["default"]
    environment = os.environ | {"ALLMENDE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
    if not database["ENGINE"].endswith("sqlite3"):
        from django.db import connection

        name = f"at_once_{uuid4().hex[:8]}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    told = tmp_path / "told.json"
    command = [sys.executable, "-m", "tests.drills.at_once_scene", str(told)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    rounds = json.loads(told.read_text(encoding="utf-8"))
    others = CROWD - 1
    expected = {
        "renew": {"1 renewed, 1 refreshed, known True": 1},
        "log_in": {"in": 1, "None": others},
        "claim": {"mine": 1, "None": others},
        "spend_the_last": {"mine": 1, "None": others},
        "claim_or_withdraw": {"one": 1},
        "answer_by_many": {"sent": 1, "SomebodyAnswered": others},
        "answer_twice": {"1": 1},
        "edit_said_by_many": {"changed": 1, "CannotEditSaid": others, "even True": 1},
        "publish_many_times": {"1": 1},
        "save_while_publishing": {"orphans 0": 1},
        "new_item_twice": {"1": 1},
        "plan_while_swapping": {"answered": CROWD},
        "stop_twice": {"1": 1},
    }
    assert rounds == {name: [answer] * len(rounds[name]) for name, answer in expected.items()}
