"""However often and in whatever order it is sent: each value stands there once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.api.models import Delivery, SentRow
from allmende.plan.models import Evidence
from tests.api.conftest import row

SOURCES, DAYS = ("Zufriedenheit", "Anrufe"), ("2026-09-01", "2026-09-02", "2026-09-03")
ROWS = st.builds(
    lambda place, source, day, value, name: (place, {"source": source, "date": day, "value": value, "id": name}),
    st.integers(0, 1),
    st.sampled_from(SOURCES),
    st.sampled_from(DAYS),
    st.integers(0, 3),
    st.sampled_from(("", "", "a", "b", "c")),
)
DELIVERIES = st.lists(
    st.tuples(st.lists(ROWS, min_size=1, max_size=4), st.sampled_from(("", "", "k1", "k2"))), min_size=1, max_size=4
)


def stored() -> set[tuple[object, ...]]:
    return set(Evidence.objects.values_list("pk", "key", "source", "period_end", "value"))


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(deliveries=DELIVERIES, repeats=st.lists(st.integers(0, 3), max_size=6))
def test_repeated_deliveries_never_double_a_row(program, written_once, monkeypatch, deliveries, repeats):
    from django.conf import settings as ours

    monkeypatch.setattr(ours, "API_CALLS_PER_MINUTE", 10**9)
    holder, keys = program(), written_once
    for table in (Evidence, Delivery, SentRow):
        table.objects.all().delete()
    told: dict[tuple[str, str, str], int] = {}

    def send(number: int):
        rows, key = deliveries[number]
        sent = [row(keys[place], **fields) for place, fields in rows]
        return holder.send(*sent, **({"Idempotency_Key": key} if key else {})), sent

    for number in range(len(deliveries)):
        before = stored()
        answer, sent = send(number)
        assert answer.status_code in (201, 409, 422)
        if answer.status_code != 201:
            assert stored() == before
            continue
        for one, became in zip(sent, answer.json()["rows"], strict=True):
            spot = (one["key"], one["source"], one["date"])
            # A row known by its id or its delivery's key says nothing new.
            if became["became"] != "known" and "Idempotency-Replayed" not in answer:
                told[spot] = one["value"]
        after = stored()
        again, _ = send(number)
        assert again.status_code == 201
        assert stored() == after
    for number in repeats:
        if number < len(deliveries):
            send(number)
    spots = list(Evidence.objects.values_list("key", "source", "period_end"))
    assert len(spots) == len(set(spots)) == len(told)


@pytest.fixture
def written_once(write_plan) -> list[str]:
    written = write_plan(publish=True)
    return [written.goal.key, written.objective.key]
