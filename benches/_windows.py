"""Windows in SQL for DuckDB as an expert writes them: lengths of time in microseconds, not in calendar units."""

import re

_SUM = re.compile(
    r"(?P<before>occurred_at (?:<|>=) |least\()(?P<since>asked_at|first_at) \+ INTERVAL (?P<count>\d+) (?P<unit>HOUR|DAY)"
)
_MICROSECONDS = {"HOUR": 3_600_000_000, "DAY": 86_400_000_000}


def in_microseconds(sql: str) -> str:
    """The same without a sum of a time and a length for each row: DuckDB asks its calendar for each, and who knows it does not."""

    def told(found: re.Match[str]) -> str:
        length = int(found["count"]) * _MICROSECONDS[found["unit"]]
        return f"{found['before']}make_timestamptz(epoch_us({found['since']}) + {length})"

    return _SUM.sub(told, sql)
