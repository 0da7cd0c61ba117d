"""`/health`, `/ready` and `/metrics`: what supervisors, load balancers and monitors ask (`interfaces.md`, machine faces)."""

import os
import secrets

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest, multiprocess

from allmende.health.queries import gauges
from allmende.jobs.queries import is_worker_alive
from allmende.team.access import open_to_all

FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")


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


@open_to_all("numbers without names, for this machine or whoever has the token")
def metrics(request: HttpRequest) -> HttpResponse:
    """What a monitor reads (Prometheus text). 403 for anybody but this machine itself and whoever sends the token."""
    if not _may_read(request):
        return HttpResponse(
            "Not for you: set ALLMENDE_METRICS_TOKEN and send it as a bearer token.\n", "text/plain", 403
        )
    return HttpResponse(_of_processes() + _of_database(), CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """A proxy on this machine speaks for others: then only the token counts."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return secrets.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode())
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not is_forwarded


def _of_processes() -> bytes:
    """What the web processes counted, all together where they share a folder."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    text: bytes = generate_latest(registry)
    return text


def _of_database() -> bytes:
    registry, known = CollectorRegistry(), {}
    for one in gauges(timezone.now()):
        if one.name not in known:
            known[one.name] = Gauge(one.name, one.words, list(one.labels), registry=registry)
        gauge = known[one.name]
        (gauge.labels(**one.labels) if one.labels else gauge).set(one.value)
    text: bytes = generate_latest(registry)
    return text


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
