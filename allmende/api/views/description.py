"""The description of the API (OpenAPI 3.1), made from its operations and shapes."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from ninja.openapi.schema import REF_TEMPLATE

from allmende.api.catalogue import PROBLEMS
from allmende.api.states import EVIDENCE_READ, EVIDENCE_WRITE, PLAN_READ, SCOPES
from allmende.api.views.answers import Problem
from allmende.api.views.rest import REPLAYED, api
from allmende.team.access import open_to_all
from allmende.team.catalogue import speaking

SCOPE_OF = {
    "readPlan": PLAN_READ,
    "readPart": PLAN_READ,
    "readEvidence": EVIDENCE_READ,
    "sendEvidence": EVIDENCE_WRITE,
}
EVERYWHERE = (
    "token-unknown",
    "scope-missing",
    "right-missing",
    "not-found",
    "invalid",
    "too-many-calls",
    "failed",
    "unavailable",
)
READING_PLAN = ("no-plan-in-force",)
WRITING = (
    *("malformed", "idempotency-key-reused", "row-id-reused", "plan-changed", "too-large"),
    "unsupported-media-type",
)
ABOUT = """Read the plan in force and its figures, and deliver measured values. A value comes by the same way as one written
down by hand or brought in a table: it belongs to a part of the plan, it is held against its natural limits, and a whole
delivery can be taken out again on the page of figures.

Tokens are made under Team, Programs. A token belongs to a person and a workspace and may never do more than that person
may do at the moment of the call. Errors are `application/problem+json`; their `type` never changes its meaning."""
EXAMPLE = {
    "rows": [
        {
            "key": "goal-1a2b3c4d5e6f",
            "source": "Satisfaction",
            "date": "2026-10-01",
            "value": 7.9,
            "unit": "points",
            "n": 210,
            "id": "survey-2026-10-01",
        }
    ]
}


@open_to_all("says how to ask, and nothing about anybody")
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The description, for programs that write or test programs."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The whole description, in English."""
    with speaking("en"):
        found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="api/v1/"))
        found["info"] = {**found["info"], "description": ABOUT}
        found.pop("servers", None)
        shape = Problem.model_json_schema(ref_template=REF_TEMPLATE)
        found["components"]["schemas"] |= {**shape.pop("$defs", {}), "Problem": shape}
        scheme = {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made for the purpose each operation names: "
            + ", ".join(f"`{one}`" for one in SCOPES),
        }
        found["components"]["securitySchemes"] = {"Bearer": scheme}
        for path, operations in found["paths"].items():
            for method, operation in operations.items():
                operation["security"] = [{"Bearer": [SCOPE_OF[operation["operationId"]]]}]
                _complete(path, method, operation)
        return found


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """What ninja cannot know of an operation: its problems, its header, its example, its purpose."""
    kinds = [*EVERYWHERE, *(WRITING if method == "post" else ()), *(READING_PLAN if path.endswith("/plan") else ())]
    by_status: dict[int, list[str]] = {}
    for code in kinds:
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    for status, codes in sorted(by_status.items()):
        operation["responses"][str(status)] = _refusal(status, codes)
    operation["responses"] = {str(status): told for status, told in operation["responses"].items()}
    if method == "post":
        operation["requestBody"]["content"]["application/json"]["example"] = EXAMPLE
        words = "Set to `true` when this very delivery was answered before and nothing was done again."
        operation["responses"]["201"]["headers"] = {REPLAYED: {"description": words, "schema": {"type": "string"}}}


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {PROBLEMS[code].title}" for code in codes),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        seconds = {"description": "Seconds until the next call is answered.", "schema": {"type": "string"}}
        told["headers"] = {"Retry-After": seconds}
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return told
