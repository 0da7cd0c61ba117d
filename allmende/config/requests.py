"""Around every request: a number to find it again in the log, how many there were and how long they took, and no NUL in what is asked."""

import logging
import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

log = logging.getLogger("allmende.requests")

SLOW_SECONDS = 2.0
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUESTS = Counter("allmende_http_requests", "Requests by method, room and status", ["method", "room", "status"])
SECONDS = Histogram(
    "allmende_http_seconds", "How long requests took", ["room"], buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
)


def request_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. The answer carries the number as `X-Request-Id`; failed and slow requests are a line in the log."""

    def answer(request: HttpRequest) -> HttpResponse:
        number, began = secrets.token_hex(8), time.monotonic()
        with structlog.contextvars.bound_contextvars(request=number):
            response = get_response(request)
            seconds = time.monotonic() - began
            room, route = _where(request)
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(method, room, response.status_code).inc()
            SECONDS.labels(room).observe(seconds)
            if response.status_code >= 500 or seconds > SLOW_SECONDS:
                log.warning("%s %s: %s after %.0f ms", method, route, response.status_code, seconds * 1000)
        response["X-Request-Id"] = number
        return response

    return answer


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. A NUL in a question is nobody's word, and PostgreSQL takes none in a text: screens are asked without it.

    The API refuses it itself, since a program is told what is wrong with its question.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked and not request.path_info.startswith("/api/"):
            request.META["QUERY_STRING"] = asked.replace("%00", "")
        return get_response(request)

    return answer


def _where(request: HttpRequest) -> tuple[str, str]:
    """The room and the pattern of the address, never the address itself."""
    match = request.resolver_match
    if match is None:
        return "none", "none"
    return match.app_name.partition(":")[0] or match.route.partition("/")[0] or "none", match.route or "/"
