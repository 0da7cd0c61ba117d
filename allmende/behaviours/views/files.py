"""A behaviour to take along: its figures as a table, its definition as a file."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from allmende.behaviours.access import find_definition
from allmende.behaviours.queries import EXPORTS, FILES, Export, definition_file, export_of
from allmende.team.access import PersonRequest, for_person


@require_GET
@for_person("behaviours.definition.read")
def series(request: PersonRequest, key: str) -> HttpResponse:
    """What was counted and judged as CSV, XLSX, Parquet or Arrow; small groups are left out for everybody, because a file
    travels."""
    kind = request.GET.get("as", "csv")
    if kind not in EXPORTS:
        raise Http404
    return _attached(export_of(find_definition(request.person, key), kind))


@require_GET
@for_person("behaviours.definition.read")
def definition_as_file(request: PersonRequest, key: str) -> HttpResponse:
    """The definition in force as JSON or YAML."""
    kind = request.GET.get("as", "json")
    if kind not in FILES:
        raise Http404
    return _attached(definition_file(find_definition(request.person, key), kind))


def _attached(export: Export) -> HttpResponse:
    answer = HttpResponse(export.content, content_type=export.content_type)
    answer["Content-Disposition"] = str(content_disposition_header(True, export.name))
    return answer
