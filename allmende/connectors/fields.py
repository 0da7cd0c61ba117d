"""Fields of a network's answer that may be missing or something else than its documents say."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def text_of(written: Any, name: str) -> str:
    """A field that is a text; "" if it is missing or something else. AttributeError where there are no fields."""
    value = written.get(name)
    return value if isinstance(value, str) else ""


def part_of(written: Any, name: str) -> Mapping[str, Any]:
    """A field that is an object; an empty one if it is missing or something else."""
    value = written.get(name)
    return value if isinstance(value, Mapping) else {}


def rows_of(written: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in a field that is a list; none if it is missing or something else."""
    value = written.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def number_of(written: Any, name: str) -> int:
    """A field that is a count; 0 if it is missing or something else."""
    value = written.get(name)
    return value if type(value) is int and 0 <= value < 10**12 else 0


def moment(written: Any) -> datetime:
    """A written time (ISO 8601), aware UTC; without a zone it is UTC. TypeError, ValueError."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
