"""`/health` and `/ready`: what supervisors and load balancers ask (`interfaces.md`, machine faces)."""

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from allmende.jobs.queries import is_worker_alive
from allmende.team.access import open_to_all


@open_to_all("says only that the process answers")
def health(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"alive": True})


@open_to_all("says only whether each part is there, by name")
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, the ledger can be written and a worker was seen within 60 s; else 503 naming what is missing."""
    parts = {"database": _has_database()}
    parts["ledger"] = _has_ledger()
    parts["worker"] = parts["database"] and is_worker_alive(timezone.now())
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _has_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _has_ledger() -> bool:
    settings.LEDGER.mkdir(parents=True, exist_ok=True)
    return os.access(settings.LEDGER, os.W_OK)
