"""Whatever goes wrong is told as a problem: a stable type, a sentence, never a page and never a traceback."""

import json
from datetime import timedelta

import pytest
import time_machine

from allmende.api import queries
from allmende.api.catalogue import PROBLEMS
from allmende.api.models import CallCount
from allmende.plan.models import Evidence
from tests.api.conftest import CALLED, row


@pytest.fixture
def key(write_plan) -> str:
    return write_plan(publish=True).goal.key


def code(answer, status: int) -> str:
    told = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, told["status"]) == (status, status), answer.content
    assert set(told) == {"type", "title", "status", "detail", "errors"}
    assert told["detail"].endswith(".")
    kind = told["type"].removeprefix("urn:allmende:problem:")
    assert PROBLEMS[kind].status == status
    return kind


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe{}",
        b'{"rows": [\xc3\x28]}',
        b"nul",
        b"[" * 100_000,
        b'{"rows": ' + b"9" * 5000 + b"}",
        b"\x00",
    ],
    ids=["cut", "empty", "utf-16", "bad utf-8", "word", "deep", "long number", "nul"],
)
def test_what_is_no_json_is_said_to_be_none(program, key, body):
    answer = program().post("evidence", body)
    assert code(answer, answer.status_code) in ("malformed", "invalid", "unsupported-media-type")
    assert answer.status_code in (400, 415, 422)
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize(
    "body", [b'{"rows": [NaN]}', b'"\\ud800"', b"null", b"7", b'{"rows": {"0": 1}}', b'{"rows": [[]]}']
)
def test_json_of_another_shape_is_refused(program, key, body):
    assert code(program().post("evidence", body), 422) == "invalid"


def test_half_a_letter_and_no_number_come_nowhere_near_the_database(program, key):
    sent = json.dumps({"rows": [row(key, source="a\ud800b"), row(key, value=float("nan"))]})
    answer = program().post("evidence", sent)
    assert code(answer, 422) == "invalid"
    assert [(one["row"], one["field"]) for one in answer.json()["errors"]] == [(0, "source"), (1, "value")]


def test_a_body_beyond_the_limit_is_not_even_read(program, key):
    assert code(program().post("evidence", b" " * 2_000_001), 413) == "too-large"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_media_type_is_refused(program, key, kind):
    answer = program().post("evidence", {"rows": [row(key)]}, content_type=kind)
    assert code(answer, 415) == "unsupported-media-type"


def test_json_with_its_charset_is_json(program, key):
    answer = program().post("evidence", {"rows": [row(key)]}, content_type="application/json; charset=utf-8")
    assert answer.status_code == 201


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "head"])
def test_a_method_that_is_not_there_names_those_that_are(program, key, method):
    holder = program()
    answer = getattr(holder.client, method)("/api/v1/w/lotsenforum/plan", headers=holder._headers({}))
    assert (answer.status_code, answer["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/x",
        "/w/",
        "/w/lotsenforum",
        "/w/lotsenforum/",
        "/w/a b/plan",
        "/w/%0AM%0A/plan",
        "/w/lotsenforum/plan/",
    ],
)
def test_an_address_that_is_not_there_is_no_page(program, path):
    assert code(program().client.get("/api/v1" + path), 404) == "not-found"


@pytest.mark.parametrize("query", ["key=%00", "key=..%2F", "since=gestern", "since=2026-02-30", "since=-2.8e-130", "since=0001-01-01", "after=-1", "after=x",
                                   "limit=0", "limit=501", "limit=1e3", "after=" + "9" * 40, "source=%FF%00", "sinse=2026-01-01", "=0", "n=1"])  # fmt: skip
def test_a_wrong_question_is_refused(program, key, query):
    assert code(program().get(f"evidence?{query}"), 422) == "invalid"


def test_a_mistake_of_ours_gives_nothing_away_but_its_number(program, key, monkeypatch, caplog):
    def stumble(*_):
        raise RuntimeError("geheim")

    monkeypatch.setattr(queries, "plan_in_force", stumble)
    answer = program().get("plan")
    assert code(answer, 500) == "failed"
    assert "geheim" not in answer.content.decode()
    assert answer["X-Request-Id"]
    assert "geheim" in caplog.text


def test_a_token_stands_in_no_log(program, key, caplog):
    holder = program()
    holder.get("plan")
    holder.post("evidence", b"{")
    assert holder.secret not in caplog.text


def test_more_calls_than_agreed_wait_for_the_next_minute(program, key, settings, new_person):
    settings.API_CALLS_PER_MINUTE = 3
    one, other = program(), program()
    answers = [one.get("plan"), other.get("plan"), one.send(row(key))]
    assert [answer.status_code for answer in answers] == [200, 200, 201]
    refused = other.send(row(key, date="2026-10-02"))
    assert code(refused, 429) == "too-many-calls"
    assert refused["Retry-After"] == "40"
    assert Evidence.objects.count() == 1
    assert program(new_person("manager")).get("plan").status_code == 200
    with time_machine.travel(CALLED + timedelta(seconds=40), tick=False):
        assert other.get("plan").status_code == 200
    with time_machine.travel(CALLED + timedelta(hours=2), tick=False):
        other.get("plan")
    assert CallCount.objects.filter(person=key and CallCount.objects.first().person).count() <= 2


def test_sentences_are_in_the_language_of_the_person_or_of_the_call(program, key, owner):
    holder = program()
    assert "Hier ist nichts" in holder.get("plan/elements/goal-x").content.decode()
    owner.user.language = "en"
    owner.user.save()
    assert "There is nothing here" in holder.get("plan/elements/goal-x").content.decode()
    german = holder.get("plan/elements/goal-x", Accept_Language="de")
    assert "Hier ist nichts" in german.content.decode()
    assert german["Content-Language"] == "de"
