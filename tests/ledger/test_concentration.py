"""On how few it rests: told of people who are alike, as of each by themselves."""

from random import Random

import duckdb
import pytest

from allmende.ledger.cells import factor_of
from tests.ledger.recount import fewest


@pytest.mark.parametrize("seed", range(20))
def test_people_alike_are_told_together(seed: int) -> None:
    random = Random(seed)
    most = random.choice([1, 2, 5, 1000])
    times = {number: [random.randint(1, most) for _ in range(random.randint(1, 40))] for number in range(30)}
    rows = ", ".join(f"({number}, {many})" for number, of_people in times.items() for many in of_people)
    told = factor_of(f"SELECT * FROM (VALUES {rows}) t (number, times)", "number")
    with duckdb.connect() as engine:
        found = dict(engine.execute(told).fetchall())
    assert found == {number: fewest(of_people) for number, of_people in times.items()}
