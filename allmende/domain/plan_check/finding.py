"""What the plan check has to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: `refuse` stops, `strong` and `warn` do not."""

    REFUSE = "refuse"
    STRONG = "strong"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its code, the field or element key it concerns, and the values its sentence needs."""

    code: str
    severity: Severity
    field: str
    values: Mapping[str, str | int | float] = made(default_factory=dict)


def is_refused(findings: Iterable[Finding]) -> bool:
    """True when any finding stops."""
    return any(finding.severity == Severity.REFUSE for finding in findings)
