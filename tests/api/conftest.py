"""A program of the owner, with a token, and the plan it reads."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from allmende.api.actions import make_token
from allmende.api.states import SCOPES
from tests.plan.conftest import tell, write_plan  # noqa: F401 - fixtures

ROOT = "/api/v1/w/lotsenforum/"
# A quarter to ten on the Wednesday of `now`, and some seconds.
CALLED = datetime(2026, 10, 7, 7, 45, 20, tzinfo=UTC)


class Program:
    """A program that calls with its token."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str):  # type: ignore[no-untyped-def]
        return self.client.get(ROOT + path, headers=self._headers(headers))

    def post(self, path: str, body: object, **headers: str):  # type: ignore[no-untyped-def]
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        return self.client.post(ROOT + path, sent, kind, headers=self._headers(headers))

    def send(self, *rows: dict[str, object], **headers: str):  # type: ignore[no-untyped-def]
        return self.post("evidence", {"rows": list(rows)}, **headers)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.secret}", **named}


@pytest.fixture
def called():  # type: ignore[no-untyped-def]
    """The clock stands on the day of the tests' plan."""
    with time_machine.travel(CALLED, tick=False) as clock:
        yield clock


@pytest.fixture
def program(owner, now, called) -> Callable[..., Program]:  # type: ignore[no-untyped-def]
    """`program()` may everything its person may; `program(person, "plan:read")` less."""

    def make(person=None, *scopes: str, days: int = 365) -> Program:  # type: ignore[no-untyped-def]
        wanted = scopes or tuple(SCOPES)
        _token, secret = make_token(person=person or owner, name="Umfrage", scopes=wanted, days=days, now=now)
        return Program(secret)

    return make


def row(part: str, **more: object) -> dict[str, object]:
    """A value as a program sends it."""
    return {"key": part, "source": "Zufriedenheit", "date": "2026-10-01", "value": 7.9, "unit": "Punkte", **more}
