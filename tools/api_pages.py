"""Writes docs/api.md from the description of the API: `python -m tools.api_pages`."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from tools.environment import ROOT

PAGE = ROOT / "docs" / "api.md"
HEAD = """# The API

Made by `python -m tools.api_pages` from the code; programs read the same at `/api/v1/openapi.json` of every installation. How to use it:
[Let a program deliver figures](how-to-api.md).
"""


def page() -> str:
    """The document as it must stand in the repository."""
    from django.utils import translation

    from allmende.api.views.description import described

    found = described()
    with translation.override("en"):
        lines = [HEAD, f"{found['info']['description']}\n", *_operations(found), *_shapes(found), *_problems()]
    return "\n".join(lines)


def _operations(found: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            yield f"## {method.upper()} {path}\n\n{operation['summary']}. {operation['description']}\n"
            scope = next(iter(operation["security"][0].values()))
            yield f"The token needs the purpose {', '.join(f'`{one}`' for one in scope)}.\n"
            yield "| where | name | |\n|---|---|---|"
            for one in operation["parameters"]:
                yield f"| {one['in']} | `{one['name']}` | {one.get('description', '')} |"
            yield from _body(operation)
            yield "\n| status | |\n|---|---|"
            yield from (f"| {status} | {_answer(told)} |" for status, told in operation["responses"].items())
            yield ""


def _body(operation: Mapping[str, Any]) -> Iterator[str]:
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        yield f"\nThe body is a `{_name(content['schema'])}`, such as\n"
        yield f"```json\n{json.dumps(content['example'], indent=2)}\n```"


def _answer(told: Mapping[str, Any]) -> str:
    (content,) = told["content"].values()
    name = _name(content["schema"])
    return told["description"] if name == "Problem" else f"`{name}`"


def _shapes(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Shapes\n"
    for name, shape in sorted(found["components"]["schemas"].items()):
        yield f"### {name}\n\n{' '.join(shape.get('description', '').split())}\n\n| field | kind | |\n|---|---|---|"
        needed = shape.get("required", ())
        for field, told in shape["properties"].items():
            kind = _kind(told) + ("" if field in needed or name not in ("Row", "Rows") else ", optional")
            yield f"| `{field}` | {kind} | {told.get('description', '')} |"
        yield ""


def _problems() -> Iterator[str]:
    from allmende.api.catalogue import PROBLEM, PROBLEMS

    yield "## Problems\n\nEvery refusal is a `Problem`. Its `type` is stable; title and detail follow the person's language, or"
    yield "`Accept-Language` where it is sent.\n\n| type | status | title | detail |\n|---|---|---|---|"
    for code, kind in PROBLEMS.items():
        yield f"| `{PROBLEM}{code}` | {kind.status} | {kind.title} | {kind.detail} |"
    yield ""


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(told: Mapping[str, Any]) -> str:
    if "anyOf" in told:
        return " or ".join(_kind(one) for one in told["anyOf"])
    if "enum" in told:
        return "one of " + ", ".join(f"`{one}`" for one in told["enum"])
    if told.get("type") == "array":
        return f"list of {_kind(told['items'])}"
    return f"`{_name(told)}`" if "$ref" in told else str(told.get("format") or told.get("type", ""))


if __name__ == "__main__":
    import tempfile

    import django

    os.environ.setdefault("ALLMENDE_DATA", tempfile.mkdtemp())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
    django.setup()
    PAGE.write_text(page())
    print(f"Written: {PAGE.relative_to(ROOT)}.")
