"""What is written about the API is so: its description is valid and complete, and the examples do what they say."""

import json
import re
import shlex

import jsonschema_rs
import pytest

from allmende.api.catalogue import FIELD_FAULTS, PROBLEMS, ROW_FAULTS, SCOPE_WORDS
from allmende.api.states import SCOPES
from allmende.api.views.description import described
from allmende.plan.models import Evidence
from tests.api.conftest import Program
from tools.api_pages import PAGE, page
from tools.environment import ROOT

HOW_TO = ROOT / "docs" / "how-to-api.md"
EXAMPLES = [block.strip() for block in re.findall(r"```sh\n(curl.*?)```", HOW_TO.read_text(), re.DOTALL)]


def test_the_page_about_the_api_is_the_one_made_from_the_code():
    assert PAGE.read_text() == page(), "run `python -m tools.api_pages`"


@pytest.mark.django_db
def test_anybody_may_read_the_description(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(described()))
    assert client.post("/api/v1/openapi.json").status_code == 405


def test_the_description_is_valid_openapi_and_says_something_about_everything():
    found = json.loads(json.dumps(described()))
    assert found["openapi"].startswith("3.1")
    shapes = found["components"]["schemas"]
    for shape in shapes.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **shape})
        assert shape["description"]
    operations = [one for path in found["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) == 4
    for one in operations:
        assert one["summary"] and one["description"] and one["security"]
        assert all(parameter["description"] for parameter in one["parameters"])
        assert all(told["description"] for told in one["responses"].values())
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found)):
        assert name in shapes
    for name in ("Row", "Rows"):
        fields = shapes[name]["properties"]
        assert all(told.get("description") for told in fields.values()), name


def test_the_example_of_a_delivery_is_one():
    found = json.loads(json.dumps(described()))
    body = found["paths"]["/api/v1/w/{slug}/evidence"]["post"]["requestBody"]["content"]["application/json"]
    schema = {**body["schema"], "components": found["components"]}
    jsonschema_rs.validate(schema, body["example"])


def test_every_problem_and_purpose_has_its_words():
    assert set(SCOPE_WORDS) == set(SCOPES)
    assert all(kind.title and str(kind.detail).endswith(".") for kind in PROBLEMS.values())
    assert {"", "missing", "extra_forbidden"} <= set(FIELD_FAULTS)
    assert not set(FIELD_FAULTS) & set(ROW_FAULTS)
    told = json.dumps(described())
    assert not [code for code in PROBLEMS if f"`{code}`" not in told and code != "method-not-allowed"]


def test_each_example_does_what_it_says(program, write_plan):
    key = write_plan(publish=True).goal.key
    holder = program()
    assert len(EXAMPLES) == 5
    for example in EXAMPLES:
        answer = called_by(example.replace("goal-1a2b3c4d5e6f", key).replace("$TOKEN", holder.secret))
        assert answer.status_code in (200, 201), (example, answer.content)
    assert {one.source for one in Evidence.objects.all()} == {"Satisfaction", "Solved without a call"}
    assert [one["source"] for one in answer.json()["figures"]] == ["Satisfaction", "Solved without a call"]


def called_by(line: str):
    """The answer to a call of curl, as far as the examples use it."""
    words = iter(shlex.split(line.replace("\\\n", " "))[1:])
    headers, body, address = {}, None, ""
    for word in words:
        if word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word.removeprefix("https://community.example.org")
    client = Program("").client
    kind = headers.pop("Content-Type", "")
    return client.post(address, body, kind, headers=headers) if body else client.get(address, headers=headers)
