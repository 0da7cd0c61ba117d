"""What a goal must not be: a number of ours, without anything the organisation gets from it (S0-26, S0-28)."""

from __future__ import annotations

from allmende.domain.plan_check.finding import Finding, Severity
from allmende.domain.plan_check.objective import as_typed, number_named


def check_goal(statement: str) -> tuple[Finding, ...]:
    """Findings about the sentence of a goal: "increase engagement" alone is refused, beside something else it warns."""
    found = number_named(statement)
    if found is None:
        return ()
    severity = Severity.REFUSE if number_named(statement, is_alone=True) else Severity.WARN
    return (Finding("number_not_goal", severity, "statement", {"word": as_typed(statement, found)}),)
