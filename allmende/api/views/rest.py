"""The operations of `/api/v1/`: each makes one call into the room."""

import json
from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from ninja import Header, NinjaAPI, Path, Query, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from allmende.api import actions, queries
from allmende.api.access import ScopeMissing
from allmende.api.forms.delivery import EARLIEST, KEY, LINE, Rows
from allmende.api.models import ApiToken
from allmende.api.states import EVIDENCE_READ, EVIDENCE_WRITE, MOST_ON_A_PAGE, PLAN_READ, USUAL_ON_A_PAGE
from allmende.api.views.answers import Delivered, Figures, PartWithFigures, Plan
from allmende.api.views.door import Bearer, NoJson, TooLarge
from allmende.api.views.problems import of_fields, of_rows, problem, stumbled
from allmende.plan.actions import CannotTellValues

REPLAYED = "Idempotency-Replayed"
Slug = Annotated[str, Path(description="Short name of the workspace, as in its address.", examples=["lotsenforum"])]


class JsonParser(Parser):
    """JSON in UTF-8, however deep somebody nests it."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return json.loads(request.body.decode("utf-8"))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class PlainJson(JSONRenderer):
    """Letters as they are, not as numbers."""

    json_dumps_params = {"ensure_ascii": False}


class CallRequest(HttpRequest):
    """A call whose token was found to hold."""

    auth: ApiToken


api = NinjaAPI(
    title="Allmende",
    version="1",
    description="Read the plan in force and its figures, and deliver measured values.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api_v1",
    parser=JsonParser(),
    renderer=PlainJson(),
)


@api.get(
    "/w/{slug:slug}/plan",
    auth=Bearer(PLAN_READ),
    response=Plan,
    operation_id="readPlan",
    summary="Read the plan in force",
    tags=["plan"],
)
def read_plan(request: CallRequest, slug: Slug) -> Any:
    """The version in force with all its parts, each with its key, the part it hangs on and where it stands today."""
    return queries.plan_in_force(request.auth.workspace) or problem("no-plan-in-force")


@api.get(
    "/w/{slug:slug}/plan/elements/{slug:key}",
    auth=Bearer(PLAN_READ),
    response=PartWithFigures,
    operation_id="readPart",
    summary="Read one part of the plan",
    tags=["plan"],
)
def read_part(
    request: CallRequest,
    slug: Slug,
    key: Annotated[str, Path(description="Key of the part.", examples=["objective-1a2b3c4d5e6f"])],
) -> Any:
    """A part of the version in force, what hangs on it, and the newest figure of each of its measures."""
    found = queries.part_in_force(request.auth.workspace, key)
    if found is None:
        raise Http404
    return found


@api.get(
    "/w/{slug:slug}/evidence",
    auth=Bearer(EVIDENCE_READ, "key", "source", "since", "after", "limit"),
    response=Figures,
    operation_id="readEvidence",
    summary="Read figures",
    tags=["evidence"],
)
def read_evidence(
    request: CallRequest,
    slug: Slug,
    key: str = Query("", max_length=40, pattern=KEY, description="Of this part only."),
    source: str = Query("", max_length=80, pattern=LINE, description="Of this measure only."),
    since: str = Query(
        "",
        pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$",
        description="Whose last day is this one or a later one: 2026-09-01.",
    ),
    after: int = Query(0, ge=0, le=10**15, description="What the page before gave as `next_after`."),
    limit: int = Query(USUAL_ON_A_PAGE, ge=1, le=MOST_ON_A_PAGE, description="How many on a page."),
) -> Any:
    """Figures in the order of their arrival, page by page. Counts of activity and small groups are held back."""
    wish = queries.Wish(key, source, _day(since), after, limit)
    return queries.figures_page(request.auth.workspace, wish)


@api.post(
    "/w/{slug:slug}/evidence",
    auth=Bearer(EVIDENCE_WRITE),
    response={201: Delivered},
    operation_id="sendEvidence",
    summary="Deliver measured values",
    tags=["evidence"],
)
def send_evidence(
    request: CallRequest,
    response: HttpResponse,
    slug: Slug,
    delivery: Rows,
    idempotency_key: str = Header(
        "",
        alias="Idempotency-Key",
        max_length=120,
        pattern=r"^[!-~]*$",
        description="A name of your own for this delivery. Sent again within 30 days it is answered as the first time.",
    ),
) -> Any:
    """One value or up to 1,000, all taken in or none. A value for the same part, measure and days replaces the one before.

    Send the same again as often as you like: by its `Idempotency-Key`, by the `id` of a row, or because nothing differs,
    it is taken in once.
    """
    answer, is_replayed = actions.send_evidence(
        token=request.auth,
        rows=[row.sent for row in delivery.rows],
        plan_version=delivery.plan_version,
        key=idempotency_key,
        now=timezone.now(),
    )
    if is_replayed:
        response[REPLAYED] = "true"
    return Status(201, answer)


def _day(written: str) -> date | None:
    """A day of the address; one that does not exist, or lies before anything was measured, is refused."""
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = date.min
    if found < EARLIEST:
        raise ValidationError([{"type": "date_parsing", "loc": ("query", "since")}])
    return found


def _refused(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Every refusal the house knows, as a problem."""
    match error:
        case AuthenticationError():
            return problem("token-unknown")
        case ScopeMissing():
            return problem("scope-missing", scope=error.scope)
        case PermissionDenied():
            return problem("right-missing")
        case Http404():
            return problem("not-found")
        case actions.TooManyCalls():
            return _too_many(error)
        case TooLarge() | RequestDataTooBig():
            return problem("too-large")
        case NoJson():
            return problem("unsupported-media-type")
        case HttpError() | UnreadablePostError():
            return problem("malformed")
        case ValidationError():
            return problem("invalid", of_fields(error.errors))
    return _conflict(request, error)


def _conflict(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    match error:
        case CannotTellValues():
            return problem("invalid", of_rows(error.rows))
        case actions.RowIdReused():
            return problem("row-id-reused", of_rows(error.rows))
        case actions.KeyReused():
            return problem("idempotency-key-reused")
        case actions.PlanChanged():
            return problem("plan-changed", expected=error.expected, found=error.found)
    return stumbled(request, error)


def _too_many(error: actions.TooManyCalls) -> HttpResponse:
    answer = problem("too-many-calls", most=settings.API_CALLS_PER_MINUTE, seconds=error.seconds)
    answer["Retry-After"] = str(error.seconds)
    return answer


for _kind in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(_kind, _refused)
