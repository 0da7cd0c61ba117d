"""Everything that goes wrong, told as `application/problem+json`: sentences for people, a stable type for programs."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from allmende.api.catalogue import FIELD_FAULTS, PROBLEM, PROBLEMS, ROW_FAULTS
from allmende.jobs.queries import is_away
from allmende.plan.actions import RowRefused

log = logging.getLogger("allmende.api")

MOST_FAULTS = 1000
# How soon a database that did not answer may be asked again.
PAUSE_SECONDS = 5
# What the plan calls a field of a row, and what the sender calls it.
FIELDS = {"ends": "date", "number": "value"}


def problem(code: str, errors: Sequence[Mapping[str, Any]] = (), **values: Any) -> HttpResponse:
    """The answer for a kind of problem; `values` fill its sentence."""
    kind = PROBLEMS[code]
    detail = str(kind.detail)
    told = {
        "type": PROBLEM + code,
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail % values if values else detail,
        "errors": list(errors[:MOST_FAULTS]),
    }
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False), status=kind.status, content_type="application/problem+json"
    )
    if kind.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Allmende"'
    return answer


def stumbled(request: HttpRequest, error: object) -> HttpResponse:
    """What nobody expected: the log gets all of it, the caller a number, or how soon the database may be there again."""
    log.error("%s stumbled", request.method, exc_info=error if isinstance(error, Exception) else None)
    if not is_away(error):
        return problem("failed")
    answer = problem("unavailable", seconds=PAUSE_SECONDS)
    answer["Retry-After"] = str(PAUSE_SECONDS)
    return answer


def of_rows(rows: Iterable[RowRefused]) -> list[dict[str, Any]]:
    """Faults of rows as the sender knows them."""
    return [{"row": one.place, "field": FIELDS.get(one.field, one.field), "detail": one.sentence} for one in rows]


def of_fields(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Faults that the shapes of `forms` and of the address found."""
    return [_of_field(fault) for fault in faults]


def _of_field(fault: Mapping[str, Any]) -> dict[str, Any]:
    path = [part for part in fault["loc"] if part not in ("body", "query", "path", "header", "delivery")]
    row = next((part for part in path if isinstance(part, int)), None)
    names = [part for part in path if isinstance(part, str)]
    kind = str(fault["type"])
    field = names[-1] if names and not (names == ["rows"] and row is not None) else ""
    words = FIELD_FAULTS.get(kind) or ROW_FAULTS.get(kind) or FIELD_FAULTS[""]
    text = str(words)
    return {"row": row, "field": field, "detail": text % fault.get("ctx", {}) if "%(" in text else text}
